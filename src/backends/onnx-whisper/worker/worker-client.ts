import { BackendError } from '../../../core/errors.js'
import type { Log } from '../../../core/types.js'
import type { ModelFolder } from '../model/model-files.js'
import type { WhisperPrefixResult, WhisperResult } from '../session/result.js'
import type { SessionOptions } from '../session/window-decoder.js'
import type { Share } from './client-use.js'
import type { LoadedFacts, WorkerRequest } from './messages.js'
import { ModelThread, type WindowListener } from './model-thread.js'

/** What a kind of recognition asks for. */
export type Call<Kind extends 'transcribe' | 'continue'> = Extract<WorkerRequest, { readonly kind: Kind }>['call']

/** What a thread loads. */
export interface WorkerOptions {
  readonly model: ModelFolder
  /** Threads of one run; 0 leaves the choice to ONNX Runtime. */
  readonly threads: number
  /** Is told when another thread has to go on. */
  readonly log?: Log | undefined
}

/** A session, and the thread that knows of it. */
interface OpenSession {
  readonly options: SessionOptions
  readonly share: Share
  thread: ModelThread
}

/** So many threads in a row may end before one of them has recognized anything. */
const MAX_RESTARTS = 2

/**
 * A loaded model in a thread of its own, shared by any number of sessions. When the thread ends by itself, the calls that
 * were under way fail; the next one starts another thread, in which the sessions go on.
 */
export class WhisperWorker {
  readonly #model: ModelFolder
  readonly #threads: number
  readonly #log: Log | undefined
  readonly #sessions = new Map<number, OpenSession>()
  #thread: ModelThread
  #restarted: Promise<ModelThread> | null = null
  #restarts = 0
  #nextSession = 0
  #isClosed = false
  /** What it loaded. */
  readonly facts: LoadedFacts

  private constructor(
    { model, threads, log }: WorkerOptions,
    { thread, facts }: { readonly thread: ModelThread; readonly facts: LoadedFacts },
  ) {
    this.#model = model
    this.#threads = threads
    this.#log = log
    this.#thread = thread
    this.facts = facts
  }

  /**
   * Starts a thread and loads a model in it.
   * @throws ModelError when the model cannot be loaded
   */
  static async load(options: WorkerOptions): Promise<WhisperWorker> {
    return new WhisperWorker(options, await ModelThread.start(options.model, options.threads))
  }

  /** Opens a session; its number goes with every transcription. */
  async open(options: SessionOptions, share: Share): Promise<number> {
    const session = this.#nextSession++
    const thread = await this.#running()
    await thread.call({ kind: 'open', session, options, share })
    this.#sessions.set(session, { options, share, thread })
    return session
  }

  /**
   * Recognizes audio in a session.
   * @param onWindow called after each window of long audio
   * @throws BackendError when recognition fails; the signal's reason when aborted
   */
  transcribe(
    session: number,
    call: Call<'transcribe'>,
    signal: AbortSignal | undefined,
    onWindow?: WindowListener,
  ): Promise<WhisperResult> {
    return this.#recognize(
      session,
      (aborted) => ({ kind: 'transcribe', session, aborted, call: detached(call) }),
      signal,
      onWindow,
    )
  }

  /**
   * Decodes after a prefix in a session.
   * @throws BackendError when recognition fails; the signal's reason when aborted
   */
  transcribeFrom(
    session: number,
    call: Call<'continue'>,
    signal: AbortSignal | undefined,
  ): Promise<WhisperPrefixResult> {
    return this.#recognize(session, (aborted) => ({ kind: 'continue', session, aborted, call: detached(call) }), signal)
  }

  /** Whether its threads have ended so often that no other one goes on. */
  get isLost(): boolean {
    return this.#thread.isGone && !this.#restarted && this.#restarts >= MAX_RESTARTS
  }

  /** Ends a session. */
  async closeSession(session: number): Promise<void> {
    const open = this.#sessions.get(session)
    this.#sessions.delete(session)
    if (open && !open.thread.isGone) await open.thread.call({ kind: 'close', session })
  }

  /** Releases the model and ends the thread. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#restarted?.catch(() => undefined)
    await this.#thread.close()
  }

  async #recognize<Result>(
    session: number,
    request: (aborted: Int32Array) => WorkerRequest,
    signal: AbortSignal | undefined,
    onWindow?: WindowListener,
  ): Promise<Result> {
    signal?.throwIfAborted()
    const aborted = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    const onAbort = () => Atomics.store(aborted, 0, 1)
    signal?.addEventListener('abort', onAbort, { once: true })
    // The audio is copied before anything is waited for: it is the caller's.
    const asked = request(aborted)
    try {
      const thread = await this.#threadOf(session)
      const result = (await thread.call(asked, onWindow)) as Result
      this.#restarts = 0
      return result
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  /** The thread that knows a session; another one than before has it opened first. */
  async #threadOf(session: number): Promise<ModelThread> {
    const open = this.#sessions.get(session)
    if (!open) throw new BackendError(`there is no session ${session}`)
    const thread = await this.#running()
    if (open.thread === thread) return thread
    open.thread = thread
    await thread.call({ kind: 'open', session, options: open.options, share: open.share })
    return thread
  }

  #running(): Promise<ModelThread> | ModelThread {
    if (!this.#thread.isGone || this.#isClosed || this.isLost) return this.#thread
    this.#restarted ??= this.#restart().finally(() => {
      this.#restarted = null
    })
    return this.#restarted
  }

  async #restart(): Promise<ModelThread> {
    this.#restarts++
    this.#log?.warn('the thread that recognizes has ended by itself; another one goes on')
    const { thread } = await ModelThread.start(this.#model, this.#threads)
    this.#thread = thread
    return thread
  }
}

/** A message to a thread takes all memory behind a view along: here the view alone. */
function detached<Recognition extends { readonly audio: Float32Array }>(call: Recognition): Recognition {
  return { ...call, audio: call.audio.slice() }
}
