import { Worker } from 'node:worker_threads'
import { BackendError } from '../../errors.js'
import type { Heard, PipelineFacts, PipelineSource, Speech, WorkerMessage, WorkerRequest } from './messages.js'

interface Waiting {
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

/**
 * A model in a thread of its own, shared by any number of streams. The thread keeps the process alive only while a call
 * is under way.
 */
export class PipelineWorker {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly #tell: (text: string) => void
  #nextCall = 0
  #gone: Error | null = null

  private constructor(tell: (text: string) => void) {
    this.#tell = tell
    this.#worker = new Worker(workerEntry())
    this.#worker.unref()
    this.#worker.on('message', (message: WorkerMessage) => this.#hear(message))
    this.#worker.on('error', (cause) =>
      this.#fail(new BackendError(`recognition stopped: ${cause.message}`, { cause })),
    )
    this.#worker.on('exit', () => this.#fail(new BackendError('recognition has ended')))
  }

  /**
   * Starts a thread and loads a model in it.
   * @param tell hears how loading gets on
   * @throws BackendError with the library's message when it cannot be loaded; the signal's reason when aborted
   */
  static async load(
    source: PipelineSource,
    tell: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<{ readonly worker: PipelineWorker; readonly facts: PipelineFacts }> {
    const worker = new PipelineWorker(tell)
    try {
      return { worker, facts: await worker.#call<PipelineFacts>({ kind: 'load', source }, signal) }
    } catch (error) {
      await worker.close()
      throw error
    }
  }

  /**
   * Recognises audio. Aborting rejects at once with the signal's reason; what is under way then ends behind the scenes,
   * and further calls wait for it.
   * @throws BackendError when recognition fails; the signal's reason when aborted
   */
  async recognise(speech: Speech, signal: AbortSignal | undefined): Promise<Heard> {
    const aborted = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    const audio = speech.audio.slice()
    const onAbort = () => Atomics.store(aborted, 0, 1)
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      return await this.#call<Heard>({ kind: 'recognise', speech: { ...speech, audio }, aborted }, signal)
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  /** Ends the thread, and with it the model; calls under way are rejected. */
  async close(): Promise<void> {
    this.#fail(new BackendError('recognition has ended'))
    await this.#worker.terminate()
  }

  #call<Value>(request: WorkerRequest, signal: AbortSignal | undefined): Promise<Value> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (this.#gone) return Promise.reject(this.#gone)
    const id = this.#nextCall++
    const { promise, resolve, reject } = settleable<Value>()
    const onAbort = () => this.#take(id)?.reject(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject })
    this.#worker.ref()
    this.#worker.postMessage({ id, request })
    return promise.finally(() => signal?.removeEventListener('abort', onAbort))
  }

  #hear(message: WorkerMessage): void {
    if ('progress' in message) {
      this.#tell(message.progress)
      return
    }
    const waiting = this.#take(message.id)
    if ('failure' in message) waiting?.reject(new BackendError(message.failure))
    else waiting?.resolve(message.value as never)
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (this.#waiting.size === 0) this.#worker.unref()
    return waiting
  }

  #fail(error: Error): void {
    this.#gone ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#gone)
    this.#waiting.clear()
  }
}

function settleable<Value>() {
  let resolve!: (value: Value) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}

/** Node starts threads from JavaScript only: from source (tests) it is the compiled one. */
function workerEntry(): URL {
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(isSource ? '../../../dist/backends/transformers/worker.js' : './worker.js', import.meta.url)
}
