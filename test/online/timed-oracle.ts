import type { ASRBase, ASRProcessor, Segment, TranscribeOptions, Word } from '../../src/core/types.js'

export const RATE = 16_000
/** So many samples can be told apart by their value: float32 has 24 bits. */
const NUMBERS = 2 ** 24
/** A word is still understood when this much of its start is missing. */
const MISSING_SEC = 0.04
/** A recognizer that is asked so often in a row about the same audio will be asked for ever. */
const PATIENCE = 20

/** Audio in which every sample says where in the stream it stands: its number in 2^-24, from 0 again after 2^24. */
export function numberedAudio(position: number, length: number): Float32Array {
  const audio = new Float32Array(length)
  for (let i = 0; i < length; i++) audio[i] = ((position + i) & (NUMBERS - 1)) / NUMBERS
  return audio
}

/** What the recognizer was given once. */
export interface OracleCall {
  /** Number of the first sample. */
  readonly position: number
  readonly samples: number
  readonly prompt: string
}

/** What the oracle says about some audio. */
export interface Saying {
  readonly words: readonly Word[]
  readonly segmentEnds: readonly number[]
}

/** How the oracle speaks. */
export interface OracleOptions {
  readonly sep?: string
  readonly language?: string | null
  readonly maxAudioSec?: number
  /** Ends of segments of what was heard, all in seconds from its start. None if absent. */
  readonly segments?: (words: readonly Word[], seconds: number) => readonly number[]
  /** What it makes of the words that it ought to hear. */
  readonly distort?: (words: readonly Word[], seconds: number, pass: number) => readonly Word[]
  /** Called before each answer; may throw. */
  readonly beforeAnswer?: (pass: number) => void | Promise<void>
}

/**
 * A recognizer that knows which words the stream has and reads from the audio itself where it is. It hears a word that
 * lies in the audio as a whole.
 */
export class Oracle implements ASRBase<Saying> {
  readonly sep: string
  readonly originalLanguage: string | null
  readonly maxAudioSec?: number
  readonly calls: OracleCall[] = []
  /** What was wrong with the audio it was given. */
  readonly complaints = new Set<string>()
  readonly #spoken: readonly Word[]
  readonly #options: OracleOptions
  #sameAudio = 0

  /** @param spoken words in order, in seconds of the stream */
  constructor(spoken: readonly Word[], options: OracleOptions = {}) {
    this.#spoken = spoken
    this.#options = options
    this.sep = options.sep ?? ' '
    this.originalLanguage = options.language ?? null
    if (options.maxAudioSec !== undefined) this.maxAudioSec = options.maxAudioSec
  }

  async transcribe(audio: Float32Array, { prompt, positionSamples }: TranscribeOptions): Promise<Saying> {
    const pass = this.calls.length
    await this.#options.beforeAnswer?.(pass)
    const position = positionSamples ?? audio[0]! * NUMBERS
    this.#examine(audio, position)
    this.calls.push({ position, samples: audio.length, prompt })
    const seconds = audio.length / RATE
    const heard = this.#wordsBetween(position / RATE, position / RATE + seconds)
    const words = this.#options.distort?.(heard, seconds, pass) ?? heard
    return { words, segmentEnds: this.#options.segments?.(words, seconds) ?? [] }
  }

  tsWords({ words }: Saying): readonly Word[] {
    return words
  }

  segmentsEndTs({ segmentEnds }: Saying): readonly number[] {
    return segmentEnds
  }
  setTranslateTask(): void {}

  #examine(audio: Float32Array, position: number): void {
    const last = position + audio.length - 1
    if (audio[0]! * NUMBERS !== position % NUMBERS) this.complaints.add('the audio does not begin where it should')
    if (audio.at(-1)! * NUMBERS !== last % NUMBERS) this.complaints.add('the audio is torn')
    const before = this.calls.at(-1)
    const isSame = before?.position === position && before.samples === audio.length
    this.#sameAudio = isSame ? this.#sameAudio + 1 : 0
    if (this.#sameAudio < PATIENCE) return
    this.complaints.add('the same audio again and again')
    throw new Error('the same audio again and again')
  }

  #wordsBetween(from: number, to: number): Word[] {
    const words: Word[] = []
    for (let i = this.#firstFrom(from - MISSING_SEC); i < this.#spoken.length; i++) {
      const { begin, end, text } = this.#spoken[i]!
      if (end > to) break
      words.push({ begin: Math.max(0, begin - from), end: Math.max(0, end - from), text })
    }
    return words
  }

  /** By halving, because streams can be long. */
  #firstFrom(time: number): number {
    let [low, high] = [0, this.#spoken.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#spoken[middle]!.begin < time) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Segments as recognizers give them: up to the end of each sentence, and what comes after the last one. */
export function sentenceSegments(words: readonly Word[]): readonly number[] {
  return words.filter(({ text }, i) => /[.?!。]$/u.test(text.trim()) || i === words.length - 1).map(({ end }) => end)
}

/** One segment over everything. */
export const oneSegment = (_: readonly Word[], seconds: number): readonly number[] => [seconds]

/** How a stream is handed over. */
export interface StreamOptions {
  /** Seconds between two updates. */
  readonly everySec?: number
  /** Called after each update. */
  readonly afterUpdate?: () => void
}

/** Hands over numbered audio from 0 on, an update after each chunk, and ends the stream. Gives all that was committed. */
export async function stream(
  processor: ASRProcessor,
  seconds: number,
  { everySec = 1, afterUpdate }: StreamOptions = {},
): Promise<readonly Segment[]> {
  const segments: (Segment | null)[] = []
  const total = Math.round(seconds * RATE)
  const step = Math.round(everySec * RATE)
  for (let at = 0; at < total; at += step) {
    processor.insertAudioChunk(numberedAudio(at, Math.min(step, total - at)))
    segments.push(await processor.processIter())
    afterUpdate?.()
  }
  segments.push(await processor.finish())
  return segments.filter((segment) => segment !== null)
}

/** The words of some committed text. */
export const textsOf = (segments: readonly (Segment | null)[]): readonly string[] =>
  segments.flatMap((segment) => segment?.words.map(({ text }) => text) ?? [])
