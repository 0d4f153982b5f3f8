import '../../onnx/telemetry.js'
import { Worker } from 'node:worker_threads'
import { BackendError, ModelError, UnexpectedError } from '../../../core/errors.js'
import type { ModelFolder } from '../model/model-files.js'
import type { WhisperPrefixResult, WhisperResult } from '../session/result.js'
import type { RecognizedWindow } from '../session/session.js'
import type { SessionOptions } from '../session/window-decoder.js'
import type { LoadedFacts, WorkerAnswer, WorkerFailure, WorkerRequest } from './messages.js'

/** What a kind of recognition asks for. */
type Call<Kind extends 'transcribe' | 'continue'> = Extract<WorkerRequest, { readonly kind: Kind }>['call']

interface PendingCall {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
  readonly onWindow: WindowListener
}

type WindowListener = ((window: RecognizedWindow) => void) | undefined

/**
 * A loaded model in a thread of its own, shared by any number of sessions. The thread keeps the process alive only
 * while a call is under way.
 */
export class WhisperWorker {
  readonly #worker: Worker
  readonly #pending = new Map<number, PendingCall>()
  #nextCall = 0
  #nextSession = 0
  #facts: LoadedFacts = { attends: true, languages: [] }
  #gone: Error | null = null

  private constructor() {
    this.#worker = new Worker(workerEntry())
    this.#worker.unref()
    this.#worker.on('message', (answer: WorkerAnswer) => this.#settle(answer))
    this.#worker.on('error', (cause) => this.#fail(stopped(cause)))
    this.#worker.on('exit', () => this.#fail(new BackendError('recognition has ended')))
  }

  /**
   * Starts a thread and loads a model in it.
   * @param threads threads of one run; 0 leaves the choice to ONNX Runtime
   * @throws ModelError when the model cannot be loaded
   */
  static async load(model: ModelFolder, threads: number): Promise<WhisperWorker> {
    const worker = new WhisperWorker()
    try {
      worker.#facts = (await worker.#call({ kind: 'load', model, threads })) as LoadedFacts
      return worker
    } catch (error) {
      await worker.close()
      throw error
    }
  }

  /** What it loaded. */
  get facts(): LoadedFacts {
    return this.#facts
  }

  /** Opens a session; its number goes with every transcription. */
  async open(options: SessionOptions): Promise<number> {
    const session = this.#nextSession++
    await this.#call({ kind: 'open', session, options })
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
    return this.#recognize((aborted) => ({ kind: 'continue', session, aborted, call: detached(call) }), signal)
  }

  /** Ends a session. */
  async closeSession(session: number): Promise<void> {
    if (!this.#gone) await this.#call({ kind: 'close', session })
  }

  /** Releases the model and ends the thread. */
  async close(): Promise<void> {
    if (this.#gone) return
    await this.#call({ kind: 'end' })
    await this.#worker.terminate()
  }

  async #recognize<Result>(
    request: (aborted: Int32Array) => WorkerRequest,
    signal: AbortSignal | undefined,
    onWindow?: WindowListener,
  ): Promise<Result> {
    signal?.throwIfAborted()
    const aborted = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    const onAbort = () => Atomics.store(aborted, 0, 1)
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      return (await this.#call(request(aborted), onWindow)) as Result
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  #call(request: WorkerRequest, onWindow?: WindowListener): Promise<unknown> {
    if (this.#gone) return Promise.reject(this.#gone)
    return new Promise((resolve, reject) => {
      const id = this.#nextCall++
      this.#pending.set(id, { resolve, reject, onWindow })
      this.#worker.ref()
      this.#worker.postMessage({ id, request }, 'call' in request ? [request.call.audio.buffer as ArrayBuffer] : [])
    })
  }

  #settle({ id, value, failure, window }: WorkerAnswer): void {
    const pending = this.#pending.get(id)
    if (window) {
      pending?.onWindow?.(window)
      return
    }
    this.#pending.delete(id)
    if (this.#pending.size === 0) this.#worker.unref()
    if (failure) pending?.reject(errorOf(failure))
    else pending?.resolve(value)
  }

  #fail(error: Error): void {
    this.#gone ??= error
    for (const { reject } of this.#pending.values()) reject(this.#gone)
    this.#pending.clear()
  }
}

/** A message to a thread takes all memory behind a view along: here the view alone. */
function detached<Recognition extends { readonly audio: Float32Array }>(call: Recognition): Recognition {
  return { ...call, audio: call.audio.slice() }
}

/** Node starts threads from JavaScript only: from source (tests) it is the compiled one. */
function workerEntry(): URL {
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(isSource ? '../../../../dist/backends/onnx-whisper/worker/worker.js' : './worker.js', import.meta.url)
}

/** What a thread ended with; errors of this program come over without their class. */
function stopped(cause: Error): BackendError {
  const { code, hint } = cause as Partial<BackendError>
  if (code === undefined || hint === undefined) {
    return new BackendError(`recognition stopped: ${cause.message}`, { cause })
  }
  return new BackendError(cause.message, { hint, cause })
}

function errorOf({ code, message, hint, stack }: WorkerFailure): Error {
  const details = { cause: stack, ...(hint === undefined ? {} : { hint }) }
  if (code === undefined) return new UnexpectedError(`recognition failed: ${message}`, details)
  return code === 'ASR_MODEL' ? new ModelError(message, details) : new BackendError(message, details)
}
