import { spoken } from '../../core/spoken.js'
import type { Word } from '../../core/types.js'
import { inOrderFrom } from '../clean-words.js'

/** Words that begin this much before the last committed time still count as new: times of hypotheses waver. */
const COMMIT_SLACK_SEC = 0.1
/** New words may repeat committed ones only if they begin this near to the last committed time. */
const OVERLAP_REACH_SEC = 1
/** The longest run of words that is recognized as a repetition. */
const MAX_OVERLAP_WORDS = 5
/** So many committed words are looked for in a hypothesis. */
const TAIL_WORDS = 2
/** A word that begins this near to the end of the audio was hardly heard. */
const UNHEARD_SEC = 0.1
/** So many words in the place of a committed one were said there; fewer are that word, heard otherwise. */
const MIN_WORDS_IN_PLACE = 3
/** A word that begins this near to a committed one of the same text is that one. */
const SAME_PLACE_SEC = 0.5
/** So many words are lost to a cut at most. */
const MAX_LOST_WORDS = 2
/** Words that begin this soon after a cut may be damaged by it. */
const AT_CUT_SEC = 0.3
/** A word that takes more has others under it, if the hypothesis before has them there. */
const STRETCHED_SEC = 1
/** Words that were hidden get at least this long. */
const MIN_WORD_SEC = 0.02

/**
 * LocalAgreement-2: commits the longest common prefix of two hypotheses in a row. All times are absolute seconds.
 *
 * Its three lists: `committedInBuffer` are committed words whose audio is still in the buffer, `buffer` is the rest of
 * the last hypothesis, `new` is the inserted hypothesis that is not compared yet.
 *
 * Ref: whisper_online.py HypothesisBuffer. Algorithm: Liu et al. 2020 (Low-Latency Sequence-to-Sequence Speech
 * Recognition), Macháček et al. 2023 (Turning Whisper into Real-Time Transcription System).
 */
export class HypothesisBuffer {
  #committedInBuffer: Word[] = []
  #buffer: Word[] = []
  #new: Word[] = []
  #lastCommittedTime: number
  #lastCommittedWord: string | null = null
  /** Where the audio was cut off since the last hypothesis; null: nowhere. */
  #cutSec: number | null = null

  readonly #keepsRepetition: boolean

  /**
   * @param startTime words before it are not new
   * @param keepsRepetition whether words at the seam are kept that the hypothesis says once more after the committed ones:
   *   a speaker who repeats himself; then "man?" is "man." again. Differs from reference: it takes the second "no" of "no, no"
   *   for the first, and "man?" for another word.
   */
  constructor(startTime = 0, keepsRepetition = false) {
    this.#lastCommittedTime = startTime
    this.#keepsRepetition = keepsRepetition
  }

  /** End of the last committed word. */
  get lastCommittedTime(): number {
    return this.#lastCommittedTime
  }

  /** Text of the last committed word; null before the first. */
  get lastCommittedWord(): string | null {
    return this.#lastCommittedWord
  }

  /** Committed words whose audio was not cut off yet. */
  get committedInBuffer(): readonly Word[] {
    return this.#committedInBuffer
  }

  /** The hypothesis that waits to be compared. */
  get new(): readonly Word[] {
    return this.#new
  }

  /**
   * Inserts a hypothesis: its words after the committed ones, without a repetition of the last committed words at the seam.
   *
   * Ref: whisper_online.py HypothesisBuffer.insert.
   *
   * @param words times relative to the audio buffer
   * @param offset start of the audio buffer in seconds
   */
  insert(words: readonly Word[], offset: number): void {
    const absolute = words.map((word) => ({ ...word, begin: word.begin + offset, end: word.end + offset }))
    this.#new = absolute.filter(({ begin }) => begin > this.#lastCommittedTime - COMMIT_SLACK_SEC)
    const before = absolute.slice(0, absolute.length - this.#new.length)
    if (this.#keepsRepetition) this.#new.splice(0, this.#movedAfter(before))
    const missed = this.#keepsRepetition ? this.#missedIn(before) : []
    this.#cutSec = null
    if (missed.length > 0) {
      this.#new = [...inOrderFrom([...missed, ...this.#new], this.#lastCommittedTime, MIN_WORD_SEC)]
      return
    }
    const [first] = this.#new
    if (first && Math.abs(first.begin - this.#lastCommittedTime) < OVERLAP_REACH_SEC)
      this.#new.splice(0, this.#overlap(before))
  }

  /**
   * Compares the inserted hypothesis with the one before.
   *
   * Ref: whisper_online.py HypothesisBuffer.flush.
   *
   * @param heardSec end of the audio of the inserted hypothesis: what begins right before it is not committed, for a model
   *   guesses there how a text goes on. Absent: nothing waits for that. Differs from reference: it knows no such end.
   * @returns the words on which both agree, with the times of the newer one; they are committed
   */
  flush(heardSec = Number.POSITIVE_INFINITY): readonly Word[] {
    const guessedFrom = heardSec - UNHEARD_SEC
    const disagreement = this.#new.findIndex(
      ({ text, begin }, i) => text !== this.#buffer[i]?.text || begin >= guessedFrom,
    )
    const agreed = disagreement < 0 ? this.#new.length : disagreement
    const committed = this.#new.slice(0, agreed)
    this.#buffer = this.#new.slice(agreed)
    this.#new = []
    this.#commit(committed)
    return committed
  }

  /** Keeps the inserted hypothesis in place of the one before, without committing anything: it is a guess. */
  postpone(): void {
    this.#buffer = this.#new
    this.#new = []
  }

  /** Removes committed words that end at `time` or before, because their audio was cut off. */
  popCommitted(time: number): void {
    this.#cutSec = time
    const kept = this.#committedInBuffer.findIndex(({ end }) => end > time)
    this.#committedInBuffer.splice(0, kept < 0 ? this.#committedInBuffer.length : kept)
  }

  /** The words of the last hypothesis after the committed words. */
  complete(): readonly Word[] {
    return this.#buffer
  }

  /**
   * Commits words of the last hypothesis as they are, because their audio is about to be dropped.
   *
   * @param count number of words from the start of `complete()`; all of them if absent
   */
  commitUnconfirmed(count = this.#buffer.length): readonly Word[] {
    const committed = this.#buffer.splice(0, count)
    this.#commit(committed)
    return committed
  }

  /**
   * How many new words say the last committed words again: the shortest such run.
   *
   * @param before the words of the hypothesis before the new ones
   */
  #overlap(before: readonly Word[]): number {
    const committed = this.#committedInBuffer
    const longest = Math.min(committed.length, this.#new.length, MAX_OVERLAP_WORDS)
    for (let count = 1; count <= longest; count++) {
      const tail = committed.slice(-count)
      const head = this.#new.slice(0, count)
      if (!(this.#keepsRepetition ? sameSaid(tail, head) : sameTexts(tail, head))) continue
      const isSaidAgain = this.#keepsRepetition && sameWords(before.slice(-count), committed.slice(-count))
      return isSaidAgain ? 0 : count
    }
    return 0
  }

  /**
   * How many new words are the last committed ones, at another time: the hypothesis has them right after those that were
   * committed before them. Alignment lays the last word of a text anywhere into the sound behind it. Differs from
   * reference: it commits them again, and loses what was said meanwhile.
   *
   * @param before the words of the hypothesis before the new ones
   */
  #movedAfter(before: readonly Word[]): number {
    const committed = this.#committedInBuffer
    const longest = Math.min(committed.length - 1, this.#new.length, MAX_OVERLAP_WORDS)
    for (let count = 1; count <= longest; count++) {
      const isNext = placeOf(committed.slice(-count - 1, -count), before) === before.length - 1
      if (isNext && sameSaid(this.#new.slice(0, count), committed.slice(-count))) return count
    }
    return 0
  }

  /** Words that come before the new ones, though their times or the hypothesis say otherwise. */
  #missedIn(before: readonly Word[]): readonly Word[] {
    const hidden = this.#hiddenIn(before)
    if (hidden.length > 0) return hidden
    const early = this.#earlyIn(before)
    return early.length > 0 || this.#cutSec === null ? early : this.#lostAt(this.#cutSec)
  }

  /**
   * The word that came next in the last hypothesis, where the new one lays it over the committed words, whose sound it
   * takes for that of the next. Differs from reference: it loses it.
   *
   * @param before the words of the hypothesis before the new ones
   */
  #earlyIn(before: readonly Word[]): readonly Word[] {
    const [next, last] = [this.#buffer[0], before.at(-1)]
    if (!next || !last || !sameSaid([next], [last])) return []
    const isSame = Math.abs(last.end - next.end) < Math.abs(last.end - this.#lastCommittedTime)
    return isSame ? [last] : []
  }

  /**
   * Words that are new though they begin before the last committed time: those after the last committed words, where the
   * hypothesis says these in the same place. The end of the last one was stretched over them when it was committed. Or
   * those after the one before it, where the hypothesis has several words and not that last one, which was made up of them.
   * Differs from reference: it loses them.
   *
   * @param before the words of the hypothesis before the new ones
   */
  #hiddenIn(before: readonly Word[]): readonly Word[] {
    const tail = this.#committedInBuffer.slice(-TAIL_WORDS)
    const [anchor, last] = tail
    if (!anchor || !last) return []
    const confirmed = placeOf(tail, before)
    if (confirmed !== null) return before.slice(confirmed + TAIL_WORDS)
    const contradicted = placeOf([anchor], before)
    if (contradicted === null) return []
    const inItsPlace = before.slice(contradicted + 1)
    const isSaid = inItsPlace.some((word) => sameWords([word], [last]))
    return inItsPlace.length >= MIN_WORDS_IN_PLACE && !isSaid ? inItsPlace : []
  }

  /**
   * Words that the last hypothesis has right after the place of a cut and the new one, which goes on like it, has not: the
   * cut took the beginning of their sound, or the new one stretches its first word over them. Differs from reference: it
   * loses them.
   */
  #lostAt(cutSec: number): readonly Word[] {
    const [first, next] = [this.#buffer[0], this.#new[0]]
    if (!first || !next || first.begin - cutSec > AT_CUT_SEC) return []
    const isNext = (word: Word) => sameSaid([word], [next])
    const nextAt = this.#buffer.findIndex(isNext)
    if (nextAt >= 1 && nextAt <= MAX_LOST_WORDS && isNear(this.#buffer[nextAt]!, next)) {
      const notAfter = (time: number) => Math.min(time, next.begin)
      return this.#buffer
        .slice(0, nextAt)
        .map((word) => ({ ...word, begin: notAfter(word.begin), end: notAfter(word.end) }))
    }
    const covered = this.#buffer.findLastIndex((word) => isNext(word) && word.begin < next.end)
    const isStretched = covered > MAX_LOST_WORDS && isNear(first, next) && next.end - next.begin > STRETCHED_SEC
    return isStretched ? this.#buffer.slice(0, covered) : []
  }

  #commit(words: readonly Word[]): void {
    const last = words.at(-1)
    if (!last) return
    this.#committedInBuffer.push(...words)
    this.#lastCommittedTime = last.end
    this.#lastCommittedWord = last.text
  }
}

/** Where a hypothesis says some words at their time; null: nowhere. */
function placeOf(words: readonly Word[], hypothesis: readonly Word[]): number | null {
  const [first] = words
  if (!first) return null
  const farFrom = (at: number) => Math.abs(hypothesis[at]!.begin - first.begin)
  const same = hypothesis.flatMap((_, at) => (sameWords(hypothesis.slice(at, at + words.length), words) ? [at] : []))
  const [nearest] = same.sort((one, other) => farFrom(one) - farFrom(other))
  return nearest !== undefined && farFrom(nearest) <= SAME_PLACE_SEC ? nearest : null
}

/** Whether two words of the same text are one. */
function isNear(one: Word, other: Word): boolean {
  return Math.abs(one.begin - other.begin) <= SAME_PLACE_SEC
}

/** Ref: whisper_online.py HypothesisBuffer.insert, which joins them. */
function sameTexts(some: readonly Word[], others: readonly Word[]): boolean {
  const joined = (words: readonly Word[]) => words.map(({ text }) => text).join(' ')
  return joined(some) === joined(others)
}

/** Whether words are the same but for signs and capitals, and are more than signs, or are the same. */
function sameSaid(some: readonly Word[], others: readonly Word[]): boolean {
  return sameTexts(some, others) || (sameWords(some, others) && some.every(({ text }) => spoken(text) !== ''))
}

/** Whether words are the same but for signs and capitals. */
function sameWords(some: readonly Word[], others: readonly Word[]): boolean {
  return some.length === others.length && some.every(({ text }, i) => spoken(text) === spoken(others[i]?.text ?? ''))
}
