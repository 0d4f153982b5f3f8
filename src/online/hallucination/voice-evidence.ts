import { SAMPLE_RATE } from '../../core/sample-rate.js'
import { ENDS_SENTENCE } from '../../core/sentence-end.js'
import { spoken } from '../../core/spoken.js'
import type { VadStream, Word } from '../../core/types.js'
import { movedBefore } from '../../core/words-before.js'
import { levelBetween } from './sound-levels.js'
import { steadySound } from './steady-sound.js'

/** Times of words are so uncertain: a voice this near to a word may be its own. */
const MARGIN_SEC = 0.3
/** Where the detector stays below this, there is no voice. Over speech, in rain and music too, it is above 0.35 in every word. */
const NO_VOICE = 0.1
/** Where it is above this, there is one. */
const SURELY_A_VOICE = 0.5
/** Where it stays below this, there is none if the model doubts its words as well. */
const HARDLY_A_VOICE = 0.3
/** The same for a word that comes twice: "Mr. Mr." is what a model makes of strings. */
const HARDLY_AN_ECHO = 0.5
const UNSURE = 0.6
/** Alignment lays so many first words of a sentence into what sounds before it, right before the others. */
const MAX_MISPLACED_WORDS = 2
/** A word that begins so soon after another follows it at once, as far as alignment can tell. */
const FOLLOWS_SEC = 0.5
/** What sounds between words so far apart tells nothing of them. */
const APART_SEC = 2
/** What a detector says of the first sound after a reset is not to be relied on: of strings that it is a voice. */
const LEAD_SEC = 0.3
/** A model that doubts a word more than this has heard none. */
const NO_WORD = 0.2
/** What a word takes, and what each of its letters takes, in seconds. */
const WORD_SEC = 0.2
const LETTER_SEC = 0.05
/** So much is judged in one call, which nothing else interrupts. */
const WINDOWS_AT_ONCE = 32
/** Of quieter sound, in decibels of full scale, a detector knows nothing. */
const MIN_LEVEL_DB = -50

/**
 * What a detector of voices says to the words that a recognizer found in the audio of one stream: words of whales and
 * violins have no voice under them. Audio that it is shown again is not judged again.
 */
export class VoiceEvidence {
  readonly #detector: VadStream
  /** Probability of a voice, window by window from `#begin` on. */
  #probabilities: number[] = []
  /** Of each window, whether it was heard without what came before. */
  #heardAfresh: boolean[] = []
  /** In samples of the stream. */
  #begin = 0
  #heard: Float32Array | null = null
  /** Whether the sound of what was heard last is steady at a time. */
  #isSteady: (sec: number) => boolean = () => false

  constructor(detector: VadStream) {
    this.#detector = detector
  }

  /**
   * Judges words.
   *
   * @param words seconds from the start of the audio, in order
   * @param audio mono, 16 kHz
   * @param position of the audio in the stream, in samples; undefined: it is another stream
   * @returns the places of the words that nobody said
   */
  async unvoiced(
    words: readonly Word[],
    audio: Float32Array,
    position: number | undefined,
  ): Promise<ReadonlySet<number>> {
    await this.#score(audio, position ?? 0, position !== undefined)
    const offset = (position ?? 0) - this.#begin
    const found = this.#withoutVoice(words, audio, offset)
    return (await this.#hearAfresh(found, words, audio, offset)) ? this.#withoutVoice(words, audio, offset) : found
  }

  #withoutVoice(words: readonly Word[], audio: Float32Array, offset: number): ReadonlySet<number> {
    const voice = words.map(({ begin, end }) => this.#maxBetween(begin, end, offset))
    const none = new Set<number>()
    for (let from = 0; from < words.length; ) {
      let to = from
      const isHardly = (at: number) => voice[at]! < (isTwice(words, at) ? HARDLY_AN_ECHO : HARDLY_A_VOICE)
      while (to < words.length && isHardly(to) && (to === from || isNear(words[to - 1]!, words[to]!))) to++
      const until = to - misplacedBefore(words, from, to)
      if (until > from && isMadeUp(words.slice(from, until), voice.slice(from, until), audio)) {
        for (let at = from; at < until; at++) none.add(at)
      }
      from = Math.max(to, from + 1)
    }
    return none
  }

  /**
   * Music makes a recurrent detector deaf for seconds: what seems to have no voice is heard once more without what came before it.
   * @returns whether anything was heard afresh
   */
  async #hearAfresh(places: ReadonlySet<number>, words: readonly Word[], audio: Float32Array, offset: number) {
    let isHeard = false
    const { windowSamples } = this.#detector
    for (const { begin, end } of stretches([...places], words)) {
      const windowAt = (sec: number) => this.#windowAt(sec, offset)
      const inAudio = (window: number) => Math.max(0, Math.ceil(offset / windowSamples), window)
      const from = inAudio(windowAt(begin))
      const to = Math.min(this.#probabilities.length, windowAt(end))
      if (this.#heardAfresh.slice(from, to).every((heard) => heard)) continue
      isHeard = true
      const lead = inAudio(windowAt(begin - LEAD_SEC))
      this.#detector.reset()
      const heard = audio.subarray(lead * windowSamples - offset, to * windowSamples - offset)
      const scores = (await this.#detector.score(heard)).slice(from - lead)
      for (const [at, score] of scores.entries()) {
        const window = from + at
        this.#probabilities[window] = Math.max(this.#probabilities[window] ?? 0, score)
        this.#heardAfresh[window] = true
      }
    }
    return isHeard
  }

  /**
   * The words with the first ones where they were said: nobody says "And", lets seconds go by and goes on with "so". Where no voice is
   * heard at the first words of a sentence, and one at the next, they were said right before that.
   *
   * @param words that begin a text; else as in `unvoiced`
   */
  async placed<Said extends Word>(
    words: readonly Said[],
    audio: Float32Array,
    position: number,
  ): Promise<readonly Said[]> {
    const count = wordsBeforeGap(words)
    const next = words[count]
    if (count === 0 || !next) return words
    await this.#score(audio, position, true)
    const offset = position - this.#begin
    const voiceAt = ({ begin, end }: Word) => this.#maxBetween(begin, end, offset)
    if (voiceAt(next) < HARDLY_A_VOICE) return words
    if (words.slice(0, count).some((word) => voiceAt(word) >= HARDLY_A_VOICE)) return words
    const maxSec = ({ text }: Word) => WORD_SEC + LETTER_SEC * text.length
    return [...movedBefore(words.slice(0, count), next.begin, maxSec), ...words.slice(count)]
  }

  /** How long a voice is heard behind a time, in seconds; that and the others are as in `unvoiced`. */
  async voicedSec(behindSec: number, audio: Float32Array, position: number): Promise<number> {
    await this.#score(audio, position, true)
    const first = this.#windowAt(behindSec + MARGIN_SEC, position - this.#begin)
    const from = Math.max(0, first)
    const voiced = this.#voices(from, this.#probabilities.length, position - this.#begin).filter(
      (probability) => probability >= SURELY_A_VOICE,
    )
    return (voiced.length * this.#detector.windowSamples) / SAMPLE_RATE
  }

  async #score(audio: Float32Array, position: number, isKnown: boolean): Promise<void> {
    // An update asks of the same audio several times.
    if (audio !== this.#heard) this.#isSteady = steadySound(audio)
    this.#heard = audio
    const { windowSamples } = this.#detector
    const scoredUntil = this.#begin + this.#probabilities.length * windowSamples
    const isBehind = isKnown && position > scoredUntil
    if (!isKnown || position < this.#begin || isBehind) {
      // Behind a gap it is the same speaker, whom a detector hears sooner than another: of two syllables it may hear no voice else.
      if (!isBehind) this.#detector.reset()
      this.#probabilities = []
      this.#heardAfresh = []
      this.#begin = position
    }
    const gone = Math.floor((position - this.#begin) / windowSamples)
    this.#probabilities.splice(0, gone)
    this.#heardAfresh.splice(0, gone)
    this.#begin += gone * windowSamples
    const from = this.#begin + this.#probabilities.length * windowSamples - position
    const windows = Math.floor((audio.length - Math.max(0, from)) / windowSamples)
    if (windows <= 0 || from < 0) return
    const until = from + windows * windowSamples
    for (let at = from; at < until; at += WINDOWS_AT_ONCE * windowSamples) {
      const part = audio.subarray(at, Math.min(until, at + WINDOWS_AT_ONCE * windowSamples))
      for (const probability of await this.#detector.score(part)) this.#append(probability)
    }
  }

  #append(probability: number): void {
    this.#probabilities.push(probability)
    this.#heardAfresh.push(false)
  }

  /** The highest probability around a word; 1 where nothing is known. */
  #maxBetween(begin: number, end: number, offset: number): number {
    const first = this.#windowAt(begin - MARGIN_SEC, offset)
    const last = this.#windowAt(end + MARGIN_SEC, offset)
    const around = this.#voices(Math.max(0, first), Math.max(0, last + 1), offset)
    return around.length === 0 ? 1 : Math.max(...around)
  }

  /** The probability of a voice in windows: none in steady sound. */
  #voices(from: number, to: number, offset: number): readonly number[] {
    const secAt = (window: number) => (window * this.#detector.windowSamples - offset) / SAMPLE_RATE
    return this.#probabilities.slice(from, to).map((voice, at) => (this.#isSteady(secAt(from + at)) ? 0 : voice))
  }

  #windowAt(sec: number, offset: number): number {
    return Math.floor((offset + sec * SAMPLE_RATE) / this.#detector.windowSamples)
  }
}

/** How many words before one begin the sentence that a voice goes on with there at once: theirs are the wrong times. */
function misplacedBefore(words: readonly Word[], from: number, to: number): number {
  if (to === words.length) return 0
  let first = to
  while (first > from && !endsSentence(words[first - 1]) && follows(words[first - 1], words[first])) first--
  const isBegin = first === 0 || endsSentence(words[first - 1])
  return isBegin && to - first <= MAX_MISPLACED_WORDS ? to - first : 0
}

/** Where words are that are near each other, in seconds, and around them as far as no other word is. */
function stretches(places: readonly number[], words: readonly Word[]): { begin: number; end: number }[] {
  const found: { begin: number; end: number; last: Word }[] = []
  for (const place of places) {
    const word = words[place]!
    const end = Math.min(word.end + MARGIN_SEC, words[place + 1]?.begin ?? Number.POSITIVE_INFINITY)
    const stretch = found.at(-1)
    if (stretch && isNear(stretch.last, word)) found[found.length - 1] = { begin: stretch.begin, end, last: word }
    else found.push({ begin: Math.max(word.begin - MARGIN_SEC, words[place - 1]?.end ?? 0), end, last: word })
  }
  return found
}

function isNear(word: Word, next: Word): boolean {
  return next.begin - word.end < APART_SEC
}

/** How many first words stand in the sentence of the next one, but long before it; a capital may begin another. */
function wordsBeforeGap(words: readonly Word[]): number {
  const count = words.findIndex((word, at) => !follows(word, words[at + 1])) + 1
  const next = words[count]
  if (!next || count > MAX_MISPLACED_WORDS || !/^\s*\p{Ll}/u.test(next.text)) return 0
  const isWhole = words.slice(0, count).every((word) => !endsSentence(word) && (word.probability ?? 1) >= NO_WORD)
  return isWhole ? count : 0
}

function endsSentence(word: Word | undefined): boolean {
  return word !== undefined && ENDS_SENTENCE.test(word.text)
}

function follows(word: Word | undefined, next: Word | undefined): boolean {
  return word !== undefined && next !== undefined && next.begin - word.end <= FOLLOWS_SEC
}

function isTwice(words: readonly Word[], at: number): boolean {
  const said = spoken(words[at]!.text)
  return [words[at - 1], words[at + 1]].some((next) => next !== undefined && said !== '' && spoken(next.text) === said)
}

/** Whether words are one letter each, again and again, which is what a model makes of a whale: "Mmm. Mmm." */
function isHum(words: readonly Word[]): boolean {
  const said = words.map(({ text }) => spoken(text)).filter((word) => word !== '')
  return said.some((word) => word.length > 1) && said.every((word) => /^(\p{Ll})\1*$/u.test(word))
}

/** @param voice how likely one is in each word: hardly */
function isMadeUp(words: readonly Word[], voice: readonly number[], audio: Float32Array): boolean {
  const [first, last] = [words[0], words.at(-1)]
  if (!first || !last || levelBetween(audio, first.begin, last.end) < MIN_LEVEL_DB) return false
  if (Math.max(...voice) < NO_VOICE || isHum(words)) return true
  return words.reduce((sum, { probability = 1 }) => sum + probability, 0) < UNSURE * words.length
}
