import type { TranscriptEvent } from '../core/events.js'
import type { Segment, Word } from '../core/types.js'

/** Words that are no further apart follow each other without a pause. */
const JOINED_SEC = 0.1
/** No word gets shorter than this, unless it was. */
const MIN_WORD_SEC = 0.06

/**
 * Takes the delay of a recognizer off the times of the words of one stream. Words at a pause begin and end where the sound
 * does, so only what joins two words moves. What works on text before, as filters do, sees the times of the recognizer, on
 * which its limits are fitted.
 */
export class WordTimes {
  readonly #delaySec: number
  /** Where the last final word ends: as recognized, and as given. */
  #lastEnd = { recognized: Number.NEGATIVE_INFINITY, given: Number.NEGATIVE_INFINITY }
  #takenSec = Number.POSITIVE_INFINITY

  /** @param delaySec as `ASRBase.wordDelaySec` */
  constructor(delaySec: number) {
    this.#delaySec = delaySec
  }

  /** An event as it comes out; the same where there is no delay. */
  corrected(event: TranscriptEvent): TranscriptEvent {
    if (this.#delaySec === 0) return event
    if (event.type === 'progress') this.#takenSec = event.takenSec
    if (event.type === 'text-partial') return { ...event, segment: event.segment && this.#moved(event.segment) }
    if (event.type !== 'text-final') return event
    const segment = this.#moved(event.segment)
    this.#lastEnd = { recognized: event.segment.end, given: segment.end }
    return { ...event, segment }
  }

  #moved(segment: Segment): Segment {
    let last = this.#lastEnd
    const words = segment.words.map((word, at) => {
      const next = segment.words[at + 1]
      const moved = this.#movedWord(word, last, next !== undefined && next.begin - word.end > JOINED_SEC)
      last = { recognized: word.end, given: moved.end }
      return moved
    })
    const [first, final] = [words[0], words.at(-1)]
    return first && final ? { ...segment, begin: first.begin, end: final.end, words } : segment
  }

  #movedWord(word: Word, last: { readonly recognized: number; readonly given: number }, isBeforePause: boolean): Word {
    const isJoined = word.begin - last.recognized <= JOINED_SEC
    const moved = isJoined ? word.begin - this.#delaySec : word.begin
    const begin = Math.max(moved, last.given)
    const least = begin + Math.min(MIN_WORD_SEC, word.end - word.begin)
    const end = Math.max(isBeforePause ? word.end : word.end - this.#delaySec, least)
    return { ...word, begin, end: Math.min(end, Math.max(this.#takenSec, word.end)) }
  }
}
