import { messageOf } from '../../core/errors.js'
import type { Log } from '../../core/types.js'
import type { CheckedModel, ModelSource } from '../../transcriber/model-source.js'
import type { Transcriber } from '../../transcriber/transcriber.js'

/** A model that somebody uses; it stays loaded until it is given back. */
export interface ModelLease {
  readonly transcriber: Transcriber
  /** Gives it back; again: nothing. */
  release(): void
}

interface ShelvedModel {
  readonly key: string
  readonly transcriber: Transcriber
  users: number
}

/**
 * The model that a server uses, and how another one takes its place: the same one is loaded once however many ask for it,
 * and who uses the one before goes on with it to the end.
 */
export class ModelShelf {
  readonly #source: ModelSource
  readonly #log: Log
  #current: ShelvedModel | null = null
  /** Loads that are under way, by what is loaded. */
  readonly #loading = new Map<string, Promise<void>>()
  /** Models load one after the other: two at once take the memory of both. */
  #turn: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(source: ModelSource, log: Log) {
    this.#source = source
    this.#log = log
  }

  /** The model of streams that begin now; null while there is none. */
  get current(): Transcriber | null {
    return this.#current?.transcriber ?? null
  }

  /**
   * Makes a model the current one.
   *
   * @returns whether it had to be loaded
   * @throws UsageError for settings that are wrong; ModelError, BackendError when it cannot be loaded, and the model before stays
   */
  async load(settings: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<boolean> {
    return this.take(await this.#source.check(settings), signal)
  }

  /** As `load`, for settings that are checked already. */
  async take(model: CheckedModel, signal?: AbortSignal): Promise<boolean> {
    const key = keyOf(model)
    if (this.#current?.key === key && this.#loading.size === 0) return false
    const loading = this.#loading.get(key) ?? this.#load(key, model, signal)
    await loading
    return true
  }

  /**
   * The current model, for one user.
   * @throws Error when there is none
   */
  lease(): ModelLease {
    const model = this.#current
    if (!model) throw new Error('no model is loaded')
    model.users++
    let isHeld = true
    return {
      transcriber: model.transcriber,
      release: () => {
        if (!isHeld) return
        isHeld = false
        model.users--
        this.#closeUnused(model)
      },
    }
  }

  /** Releases the current model at once, and others when their last user has gone. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#turn.catch(() => undefined)
    const model = this.#current
    this.#current = null
    await model?.transcriber.close()
  }

  #load(key: string, model: CheckedModel, signal: AbortSignal | undefined): Promise<void> {
    const loading = this.#turn.then(async () => {
      const transcriber = await this.#source.load(model, signal)
      const before = this.#current
      if (this.#isClosed) return transcriber.close()
      this.#current = { key, transcriber, users: 0 }
      if (before) this.#closeUnused(before)
    })
    this.#turn = loading.catch(() => undefined)
    this.#loading.set(key, loading)
    const forget = () => void this.#loading.delete(key)
    loading.then(forget, forget)
    return loading
  }

  #closeUnused(model: ShelvedModel): void {
    if (model === this.#current || model.users > 0 || this.#isClosed) return
    model.transcriber.close().catch((error) => this.#log.warn(`a model was not released: ${messageOf(error)}`))
  }
}

/** The same for configurations that mean the same. */
function keyOf({ config }: CheckedModel): string {
  return JSON.stringify(Object.entries(config).sort(([one], [other]) => (one < other ? -1 : 1)))
}
