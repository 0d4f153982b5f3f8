import '../../onnx/telemetry.js'
import { Worker } from 'node:worker_threads'
import { BackendError, ModelError, UnexpectedError } from '../../../core/errors.js'
import type { ModelFolder } from '../model/model-files.js'
import type { RecognizedWindow } from '../session/session.js'
import type { LoadedFacts, WorkerAnswer, WorkerFailure, WorkerRequest } from './messages.js'

/** Is told of windows of long audio. */
export type WindowListener = ((window: RecognizedWindow) => void) | undefined

interface PendingCall {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
  readonly onWindow: WindowListener
}

/**
 * A thread with a model in it, and the calls to it. It keeps the process alive only while a call is under way. When it ends by
 * itself, for example without memory, all calls fail, also those that come later.
 */
export class ModelThread {
  readonly #worker: Worker
  readonly #pending = new Map<number, PendingCall>()
  #nextCall = 0
  #gone: Error | null = null
  #isClosing = false

  private constructor() {
    this.#worker = new Worker(workerEntry())
    this.#worker.unref()
    this.#worker.on('message', (answer: WorkerAnswer) => this.#settle(answer))
    this.#worker.on('error', (cause) => this.#fail(stopped(cause)))
    this.#worker.on('exit', (code) =>
      this.#fail(this.#isClosing ? new BackendError('recognition has ended') : ended(code)),
    )
  }

  /**
   * Starts a thread and loads a model in it.
   * @param threads threads of one run; 0 leaves the choice to ONNX Runtime
   * @throws ModelError when the model cannot be loaded
   */
  static async start(
    model: ModelFolder,
    threads: number,
  ): Promise<{ readonly thread: ModelThread; readonly facts: LoadedFacts }> {
    const thread = new ModelThread()
    try {
      return { thread, facts: (await thread.call({ kind: 'load', model, threads })) as LoadedFacts }
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
   * Asks the thread for something. The memory of audio is handed over.
   * @throws what the thread answers with; BackendError when it has ended
   */
  call(request: WorkerRequest, onWindow?: WindowListener): Promise<unknown> {
    if (this.#gone) return Promise.reject(this.#gone)
    return new Promise((resolve, reject) => {
      const id = this.#nextCall++
      this.#pending.set(id, { resolve, reject, onWindow })
      this.#worker.ref()
      this.#worker.postMessage({ id, request }, 'call' in request ? [request.call.audio.buffer as ArrayBuffer] : [])
    })
  }

  /** Releases the model and ends the thread. */
  async close(): Promise<void> {
    if (this.#gone) return
    this.#isClosing = true
    await this.call({ kind: 'end' })
    await this.#worker.terminate()
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

/** Node starts threads from JavaScript only: from source (tests) it is the compiled one. */
function workerEntry(): URL {
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(isSource ? '../../../../dist/backends/onnx-whisper/worker/worker.js' : './worker.js', import.meta.url)
}

function ended(code: number): BackendError {
  return new BackendError(`the thread that recognizes has ended by itself, with code ${code}`, {
    hint: 'it may lack memory: close other programs, or take a smaller model',
  })
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
