import type { TextFinalEvent, TranscriptEvent } from '../../core/events.js'
import { endsSentence } from '../text/sentence-ends.js'
import { bestCut } from './cue-cutting.js'
import { CueTiming } from './cue-timing.js'
import { brokenLines, fits } from './line-breaking.js'
import { type CuePiece, cuePieces } from './pieces.js'
import type { CueLimits } from './profiles.js'

/** What is shown at once. */
export interface Cue {
  /** Milliseconds of the stream, not before the end of the cue before. */
  readonly beginMs: number
  /** Milliseconds of the stream, after `beginMs`. */
  readonly endMs: number
  readonly lines: readonly (readonly CuePiece[])[]
}

/** How cues are made. */
export interface CueOptions {
  readonly limits: CueLimits
  /** Joins words, as `Transcriber.separator`. */
  readonly separator: string
  /** The language of events that do not tell theirs; null: not known. */
  readonly language: string | null
  /** Seconds after a word was said at which its cue is closed at the latest, as far as it is final; null: no limit. */
  readonly maxCueDelaySec?: number | null | undefined
}

/** A pause of so many milliseconds ends a cue. */
const PAUSE_MS = 500
/**
 * Nothing that was heard so long after a word: there is a pause. Longer than a pause, as text comes some time after speech, and
 * not every backend tells what may still change.
 */
const SILENCE_MS = 1500

/**
 * Makes cues of the events of a stream. A cue is given when it closes, and does not change any more. It closes at the end of a
 * sentence, at a pause, when it is full, when it is shown for as long as may be, or when it must not wait any longer.
 */
export class CueBuilder {
  readonly #options: CueOptions
  readonly #timing: CueTiming
  #language: string | null
  /** The text of the cue that is being filled. */
  #open: readonly CuePiece[] = []
  /** The text of a cue that is closed, whose end depends on what follows. */
  #closed: readonly CuePiece[] = []
  #cues: Cue[] = []
  /** Where text begins that may still change; null: there is none. */
  #partialMs: number | null = null

  constructor(options: CueOptions) {
    this.#options = options
    this.#timing = new CueTiming(options.limits)
    this.#language = options.language
  }

  /** Where text begins of which no cue was given yet, in milliseconds; null: there is none. */
  get openMs(): number | null {
    return (this.#closed[0] ?? this.#open[0])?.beginMs ?? null
  }

  /** Takes an event in, and gives the cues that it closes. */
  take(event: TranscriptEvent): readonly Cue[] {
    switch (event.type) {
      case 'text-final':
        this.#final(event)
        break
      case 'text-partial':
        this.#partialMs = event.segment === null ? null : event.segment.begin * 1000
        break
      case 'progress':
        this.#reach(event.recognizedSec * 1000, (event.recognizedSec + event.lagSec) * 1000)
        break
      case 'utterance-end':
      case 'gap':
      case 'end':
        return this.rest()
    }
    return this.#taken()
  }

  /** Closes what is open, and gives it. */
  rest(): readonly Cue[] {
    this.#close()
    this.#giveClosed(null)
    return this.#taken()
  }

  #taken(): readonly Cue[] {
    const cues = this.#cues
    this.#cues = []
    return cues
  }

  #final({ segment, emittedAt, language }: TextFinalEvent): void {
    const { separator, limits } = this.#options
    this.#language = language ?? this.#options.language
    const before = this.#open.at(-1) ?? this.#closed.at(-1) ?? null
    const words = segment.words.length > 0 ? segment.words : [segment]
    for (const piece of cuePieces(words, separator, limits.maxLineLength, before)) this.#add(piece)
    this.#hurry(emittedAt * 1000)
  }

  #add(piece: CuePiece): void {
    if (this.#closed.length > 0) this.#follow(piece)
    const last = this.#open.at(-1)
    if (last && piece.beginMs - last.endMs > PAUSE_MS) {
      this.#close()
      this.#giveClosed(piece.beginMs)
    }
    while (this.#open.length > 0 && !this.#hasRoom([...this.#open, piece])) {
      const at = bestCut(this.#open, piece, this.#options.limits, this.#language)
      const rest = this.#open.slice(at)
      this.#closed = this.#open.slice(0, at)
      this.#open = rest
      this.#giveClosed((rest[0] ?? piece).beginMs)
    }
    this.#open = [...this.#open, piece]
    if (!endsSentence(piece.text, this.#language)) return
    this.#close()
    if (this.#timing.isLongEnough(this.#closed)) this.#giveClosed(null)
  }

  /** What follows a cue that waits for its end: it goes on with that where it would be too short alone, unless a pause parts them. */
  #follow(piece: CuePiece): void {
    if (this.#timing.isTooShort(this.#closed) && this.#hasRoom([...this.#closed, piece])) {
      this.#open = this.#closed
      this.#closed = []
    } else {
      this.#giveClosed(piece.beginMs)
    }
  }

  #hasRoom(pieces: readonly CuePiece[]): boolean {
    return this.#timing.isInTime(pieces) && fits(pieces, this.#options.limits)
  }

  /** Audio is recognized up to here: what does not follow by now does not follow soon. */
  #reach(recognizedMs: number, nowMs: number): void {
    const next = this.#partialMs
    const last = this.#open.at(-1)
    if (last && (next === null ? recognizedMs - last.endMs > SILENCE_MS : next - last.endMs > PAUSE_MS)) this.#close()
    const end = this.#closed.at(-1)?.endMs
    if (end !== undefined) {
      const isPause = next === null ? recognizedMs - end > SILENCE_MS : next - end > PAUSE_MS
      if (isPause || (next !== null && !this.#timing.isTooShort(this.#closed))) this.#giveClosed(next)
    }
    this.#hurry(nowMs)
  }

  /** Closes what must not wait any longer. */
  #hurry(nowMs: number): void {
    const { maxCueDelaySec } = this.#options
    const first = this.#closed[0] ?? this.#open[0]
    if (maxCueDelaySec === null || maxCueDelaySec === undefined || first === undefined) return
    if (nowMs - first.endMs < maxCueDelaySec * 1000) return
    this.#giveClosed(this.#open[0]?.beginMs ?? null)
    this.#close()
    this.#giveClosed(null)
  }

  /** What is open is a cue; its end is not known yet. */
  #close(): void {
    if (this.#open.length === 0) return
    if (this.#closed.length > 0) this.#giveClosed(this.#open[0]?.beginMs ?? null)
    this.#closed = this.#open
    this.#open = []
  }

  #giveClosed(nextMs: number | null): void {
    if (this.#closed.length === 0) return
    const lines = brokenLines(this.#closed, this.#options.limits, this.#language)
    this.#cues.push({ ...this.#timing.place(this.#closed, nextMs), lines })
    this.#closed = []
  }
}
