import type { AudioSource } from '../../core/types.js'

/** How much may wait. */
export interface BacklogOptions {
  /** Samples that may wait. */
  readonly limitSamples: number
  /**
   * What happens with more. "wait": the source is not read on until there is room. "skip": what waits is left out, but
   * for the newest `keptSamples`.
   */
  readonly whenFull: 'wait' | 'skip'
  readonly keptSamples: number
  /** Called with all audio when it arrives. */
  readonly onArrival?: ((audio: Float32Array) => void) | undefined
}

/** All audio that was waiting. */
export interface QueuedAudio {
  readonly audio: Float32Array
  /** Samples before it that were left out. */
  readonly skippedSamples: number
}

/** Reads a source all the time, whatever else goes on, and keeps what has arrived until it is taken. */
export class Backlog {
  readonly #source: AudioSource
  readonly #options: BacklogOptions
  readonly #closing = new AbortController()
  #reading: Promise<void> | null = null
  #pieces: Float32Array[] = []
  #length = 0
  #skipped = 0
  #ended = false
  #failure: { readonly error: unknown } | null = null
  #news = announcement()

  constructor(source: AudioSource, options: BacklogOptions) {
    this.#source = source
    this.#options = options
  }

  /** Samples that wait. */
  get length(): number {
    return this.#length
  }

  /** Samples that were left out since something was taken. */
  get skipped(): number {
    return this.#skipped
  }

  /** Whether nothing more will come. */
  get ended(): boolean {
    return this.#ended
  }

  /** Whether the source waits until there is room. */
  get isHeldUp(): boolean {
    return this.#isFull()
  }

  /** Begins to read; again: nothing. Aborting `stop` ends the reading, what has arrived stays. */
  start(stop?: AbortSignal): void {
    const signals = [this.#closing.signal, ...(stop ? [stop] : [])]
    this.#reading ??= this.#read(AbortSignal.any(signals))
  }

  /** Resolves when so many samples wait, when there is no room for more, or when nothing more comes. */
  async filled(samples: number): Promise<void> {
    const wanted = Math.min(samples, this.#options.limitSamples)
    while (this.#length < wanted && !this.#ended) await this.#news.told
  }

  /** Takes out everything that waits. */
  take(): QueuedAudio {
    const audio = new Float32Array(this.#length)
    let filled = 0
    for (const piece of this.#pieces) {
      audio.set(piece, filled)
      filled += piece.length
    }
    const skippedSamples = this.#skipped
    this.#pieces = []
    this.#length = 0
    this.#skipped = 0
    this.#tell()
    return { audio, skippedSamples }
  }

  /** @throws what the source threw */
  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error
  }

  /** Ends the source and forgets what waits. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.take()
    await this.#reading
  }

  async #read(signal: AbortSignal): Promise<void> {
    const tell = () => this.#tell()
    signal.addEventListener('abort', tell)
    try {
      for await (const piece of this.#source.read(signal)) {
        this.#add(piece)
        while (this.#isFull() && !signal.aborted) await this.#news.told
        if (this.#isFull()) break
      }
    } catch (error) {
      if (!signal.aborted) this.#failure = { error }
    } finally {
      // A signal that comes of others lives as long as somebody listens, and all that he keeps with it.
      signal.removeEventListener('abort', tell)
      this.#ended = true
      this.#tell()
    }
  }

  #isFull(): boolean {
    return this.#options.whenFull === 'wait' && this.#length >= this.#options.limitSamples
  }

  #add(piece: Float32Array): void {
    this.#pieces.push(piece)
    this.#length += piece.length
    this.#options.onArrival?.(piece)
    if (this.#options.whenFull === 'skip' && this.#length > this.#options.limitSamples) this.#skip()
    this.#tell()
  }

  #skip(): void {
    const { audio, skippedSamples } = this.take()
    const kept = audio.slice(Math.max(0, audio.length - this.#options.keptSamples))
    this.#pieces = [kept]
    this.#length = kept.length
    this.#skipped = skippedSamples + audio.length - kept.length
  }

  #tell(): void {
    this.#news.tell()
    this.#news = announcement()
  }
}

function announcement() {
  let tell = (): void => {}
  const told = new Promise<void>((resolve) => {
    tell = resolve
  })
  return { told, tell }
}
