import { BackendError } from '../../core/errors.js'
import type { Log } from '../../core/types.js'
import type { PipelineFacts, PipelineSource, RecognizedTexts, Speech } from './messages.js'
import { PipelineThread } from './pipeline-thread.js'

/** What a thread loads, and who is told of it. */
export interface PipelineOptions {
  readonly source: PipelineSource
  /** Gets the progress of loading. */
  readonly progress: (text: string) => void
  /** Is told when another thread has to go on. */
  readonly log: Log
}

/** So many threads in a row may end before one of them has recognized anything. */
const MAX_RESTARTS = 2

/**
 * A loaded model in a thread of its own, shared by any number of streams. When the thread ends by itself, the calls that were under
 * way fail; the next one starts another thread, which loads the model again.
 */
export class PipelineWorker {
  readonly #options: PipelineOptions
  readonly #closing = new AbortController()
  #thread: PipelineThread
  #restarted: Promise<PipelineThread> | null = null
  #restarts = 0

  private constructor(options: PipelineOptions, thread: PipelineThread) {
    this.#options = options
    this.#thread = thread
  }

  /**
   * Starts a thread and loads a model in it.
   * @throws BackendError with the library's message when it cannot be loaded; the signal's reason when aborted
   */
  static async load(
    options: PipelineOptions,
    signal?: AbortSignal,
  ): Promise<{ readonly worker: PipelineWorker; readonly facts: PipelineFacts }> {
    const { thread, facts } = await PipelineThread.load(options.source, options.progress, signal)
    return { worker: new PipelineWorker(options, thread), facts }
  }

  /**
   * As `PipelineThread.recognize`.
   * @throws BackendError when recognition fails; the signal's reason when aborted
   */
  async recognize(speech: Speech, signal: AbortSignal | undefined): Promise<RecognizedTexts> {
    signal?.throwIfAborted()
    // The audio is copied before anything is waited for: it is the caller's.
    const own = this.#thread.isGone ? { ...speech, audio: speech.audio.slice() } : speech
    const thread = this.#mayRestart ? await this.#restart() : this.#thread
    const result = await thread.recognize(own, signal)
    this.#restarts = 0
    return result
  }

  /** As `PipelineThread.close`. */
  async close(): Promise<void> {
    this.#closing.abort(new BackendError('recognition has ended'))
    await this.#restarted?.catch(() => undefined)
    await this.#thread.close()
  }

  get #mayRestart(): boolean {
    if (!this.#thread.isGone || this.#closing.signal.aborted) return false
    return this.#restarted !== null || this.#restarts < MAX_RESTARTS
  }

  #restart(): Promise<PipelineThread> {
    this.#restarted ??= this.#start().finally(() => {
      this.#restarted = null
    })
    return this.#restarted
  }

  async #start(): Promise<PipelineThread> {
    const { source, progress, log } = this.#options
    this.#restarts++
    log.warn('the thread that recognizes has ended by itself; another one goes on')
    const { thread } = await PipelineThread.load(source, progress, this.#closing.signal)
    this.#thread = thread
    return thread
  }
}
