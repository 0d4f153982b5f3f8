import '../onnx/telemetry.js'
import { Worker } from 'node:worker_threads'
import { within } from '../../core/closing.js'
import { BackendError, UnexpectedError } from '../../core/errors.js'
import type {
  PipelineFacts,
  PipelineMessage,
  PipelineRequest,
  PipelineSource,
  RecognizedTexts,
  Speech,
} from './messages.js'

/** A thread that was told to end has this long to do so by itself. */
const EXIT_SEC = 2

interface PendingCall {
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
  /** Tells the worker that the answer is not wanted any more. */
  readonly giveUp: () => void
}

/**
 * A thread with a model in it, and the calls to it. It keeps the process alive only while a call is under way. When it ends by
 * itself, for example without memory, all calls fail, also those that come later.
 */
export class PipelineThread {
  readonly #worker: Worker
  readonly #pending = new Map<number, PendingCall>()
  readonly #tell: (text: string) => void
  readonly #exited: Promise<unknown>
  #nextCall = 0
  #gone: Error | null = null
  #closed: Promise<void> | null = null

  private constructor(tell: (text: string) => void) {
    this.#tell = tell
    this.#worker = new Worker(workerEntry())
    this.#worker.unref()
    this.#worker.on('message', (message: PipelineMessage) => this.#transcribe(message))
    this.#worker.on('error', (cause) =>
      this.#fail(new BackendError(`recognition stopped: ${cause.message}`, { cause })),
    )
    this.#exited = new Promise((resolve) => this.#worker.once('exit', resolve))
    this.#worker.on('exit', (code) =>
      this.#fail(this.#closed ? new BackendError('recognition has ended') : ended(code)),
    )
  }

  /**
   * Starts a thread and loads a model in it.
   * @param tell gets the progress of loading
   * @throws BackendError with the library's message when it cannot be loaded; the signal's reason when aborted
   */
  static async load(
    source: PipelineSource,
    tell: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<{ readonly thread: PipelineThread; readonly facts: PipelineFacts }> {
    const thread = new PipelineThread(tell)
    try {
      return { thread, facts: await thread.#call<PipelineFacts>({ kind: 'load', source }, signal) }
    } catch (error) {
      await thread.close()
      throw error
    }
  }

  /** Whether the thread has ended. */
  get isGone(): boolean {
    return this.#gone !== null
  }

  /**
   * Recognizes audio. Aborting rejects at once with the signal's reason; what is under way then ends behind the scenes,
   * and further calls wait for it.
   * @throws BackendError when recognition fails; the signal's reason when aborted
   */
  async recognize(speech: Speech, signal: AbortSignal | undefined): Promise<RecognizedTexts> {
    const aborted = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    const audio = speech.audio.slice()
    const giveUp = () => Atomics.store(aborted, 0, 1)
    return this.#call<RecognizedTexts>({ kind: 'recognize', speech: { ...speech, audio }, aborted }, signal, giveUp)
  }

  /**
   * Releases the model and ends the thread; calls under way are rejected. ONNX Runtime takes the process with it when a
   * thread is ended while it computes: so what runs is told to stop, which downloads do at once and calls at their next
   * token.
   */
  close(): Promise<void> {
    this.#closed ??= this.#end()
    return this.#closed
  }

  async #end(): Promise<void> {
    if (!this.#gone) {
      this.#fail(new BackendError('recognition has ended'))
      // Nobody waits for an answer of a model that cannot be released, or of a thread that has ended.
      await this.#send<void>({ kind: 'end' }, () => {}).promise.catch(() => {})
    }
    // What ONNX Runtime still does in the thread would end the process if the thread were gone when it is done.
    await within(EXIT_SEC, this.#exited)
    await this.#worker.terminate()
  }

  async #call<Value>(request: PipelineRequest, signal: AbortSignal | undefined, giveUp = () => {}): Promise<Value> {
    signal?.throwIfAborted()
    if (this.#gone) throw this.#gone
    const { id, promise } = this.#send<Value>(request, giveUp)
    const onAbort = () => {
      giveUp()
      this.#take(id)?.reject(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      return await promise
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  #send<Value>(
    request: PipelineRequest,
    giveUp: () => void,
  ): { readonly id: number; readonly promise: Promise<Value> } {
    const id = this.#nextCall++
    const promise = new Promise<Value>((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as PendingCall['resolve'], reject, giveUp })
    })
    this.#worker.ref()
    this.#worker.postMessage({ id, request })
    return { id, promise }
  }

  #transcribe(message: PipelineMessage): void {
    if ('progress' in message) {
      this.#tell(message.progress)
      return
    }
    const pending = this.#take(message.id)
    if ('failure' in message) {
      pending?.reject(new (message.isForeseen ? BackendError : UnexpectedError)(message.failure))
    }
    if ('value' in message) pending?.resolve(message.value as never)
  }

  #take(id: number): PendingCall | undefined {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    if (this.#pending.size === 0) this.#worker.unref()
    return pending
  }

  #fail(error: Error): void {
    this.#gone ??= error
    for (const { reject, giveUp } of this.#pending.values()) {
      giveUp()
      reject(this.#gone)
    }
    this.#pending.clear()
  }
}

/** Node starts threads from JavaScript only: from source (tests) it is the compiled one. */
function workerEntry(): URL {
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(isSource ? '../../../dist/backends/transformers/worker.js' : './worker.js', import.meta.url)
}

function ended(code: number): BackendError {
  return new BackendError(`the thread that recognizes has ended by itself, with code ${code}`, {
    hint: 'it may lack memory: close other programs, or take a smaller model',
  })
}
