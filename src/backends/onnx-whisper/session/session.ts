import { SAMPLE_RATE } from '../../../core/sample-rate.js'
import { attendedPosition } from '../attention/alignment.js'
import { splitSegments, type TokenSegment } from '../decoding/segments.js'
import { type KeyTerms, keyTermsOf } from '../decoding/term-spellings.js'
import { HOP_SAMPLES } from '../features/log-mel.js'
import type { WhisperModel } from '../model/model.js'
import { RowMemory } from '../model/row-memory.js'
import { StageClock } from '../model/stage-timings.js'
import type { WhisperTokenizer } from '../model/tokenizer.js'
import { type LoudFrames, loudFrames, loudSeconds } from '../timing/energy.js'
import { readPrefixResult } from '../timing/prefix-result.js'
import { seamBefore } from '../timing/seam.js'
import {
  beginsLate,
  findSkippedSpeech,
  type SkippedSpeech,
  speakingSec,
  withBeginningTogether,
  withLateBegin,
} from '../timing/skipped-speech.js'
import { POSITION_SEC, type TimedWord, timeWords } from '../timing/timing.js'
import type { WhisperPrefixResult, WhisperResult, WhisperSegment } from './result.js'
import { type DecodedWindow, isDoubtful, isSilent, type SessionOptions, WindowDecoder } from './window-decoder.js'
import { WINDOW_SAMPLES } from './window-encoder.js'

/** Each window brings the stream on by this much at least, in seconds. */
const MIN_PROGRESS_SEC = 1
/** With more audio after a window, this much loud audio after its text is transcribed again with it. */
const LOUD_BEHIND_TEXT_SEC = 0.5
/** Doubtful text which would be said in less of the sound than this is none: a word for a minute of music. */
const MIN_SPOKEN_SHARE = 0.2
/** A few words that begin in the middle of sound are none below this mean log probability: music is "Thank you" with -1.5. */
const MIN_LATE_LOG_PROBABILITY = -0.7
/** Longer texts are not made up of music. */
const MAX_LATE_WORDS = 4
/** In less than 50 ms nobody says a word, but the model would. */
const MIN_AUDIO_SAMPLES = 0.05 * SAMPLE_RATE

/** One call of a session. */
export interface SessionRequest {
  /** Mono, 16 kHz. */
  readonly audio: Float32Array
  /** Text that was said before. */
  readonly prompt: string
  /** Position of the audio in the stream, if known: what was computed for it before is used again. */
  readonly positionSamples: number | undefined
  /** Seconds of the audio whose text is committed. */
  readonly committedSec?: number | undefined
  /** Called between steps; throws when the caller has aborted. */
  readonly throwIfAborted: () => void
  /** Called after each window but the last with how far the text reaches, and with the text. */
  readonly onWindow?: (window: RecognizedWindow) => void
}

/** What a window of long audio added to its text. */
export interface RecognizedWindow {
  /** Seconds from the start of the audio. */
  readonly untilSec: number
  readonly segments: readonly WhisperSegment[]
}

/** A call that decodes after a prefix. */
export interface PrefixSessionRequest extends SessionRequest {
  /** Tokens of the final text of this audio. */
  readonly prefix: readonly number[]
  readonly fromSec: number
  readonly untilSec: number
}

/** One stream's view of a model. Sessions of one model do not see each other. */
export class WhisperSession {
  readonly #tokenizer: WhisperTokenizer
  readonly #windows: WindowDecoder
  readonly #rows = new RowMemory()

  /** @param terms of the options, where sessions share them; else they are made */
  constructor(
    model: WhisperModel,
    tokenizer: WhisperTokenizer,
    options: SessionOptions,
    terms: KeyTerms | null = keyTermsOf(options.keyTerms ?? [], tokenizer),
  ) {
    this.#tokenizer = tokenizer
    this.#windows = new WindowDecoder(model, tokenizer, options, terms)
  }

  /**
   * Recognizes audio of any length: window by window where it is longer than 30 s, and from where the model stopped
   * where it stopped too early.
   *
   * Ref: openai-whisper transcribe.py, the seek loop.
   */
  async transcribe({
    audio,
    prompt,
    positionSamples,
    committedSec,
    throwIfAborted,
    onWindow,
  }: SessionRequest): Promise<WhisperResult> {
    const clock = new StageClock()
    const run = { throwIfAborted, clock, rows: this.#rows }
    const segments: WhisperSegment[] = []
    const said = [...this.#tokens(prompt)]
    let minProgressSec = MIN_PROGRESS_SEC
    for (let from = 0; audio.length - from >= MIN_AUDIO_SAMPLES; ) {
      const window = audio.subarray(from, from + WINDOW_SAMPLES)
      this.#rows.reset()
      const decoded = await this.#windows.decode({
        audio: window,
        prompt: said,
        positionSamples: positionSamples === undefined ? undefined : positionSamples + from,
        isGrowing: from === 0,
        committedSec: from === 0 ? committedSec : 0,
        run,
      })
      if (!decoded) {
        from += window.length
        if (from < audio.length) onWindow?.({ untilSec: from / SAMPLE_RATE, segments: [] })
        continue
      }
      const isLast = from + window.length === audio.length
      const read = clock.measure('word times', () => this.#read(decoded, window, { isLast, isAgain: from > 0 }))
      if (from === 0) this.#windows.remember(read.words)
      const found = read.segments.map((segment) => moved(segment, from / SAMPLE_RATE))
      segments.push(...found)
      const progressSec = Math.max(minProgressSec, read.untilSec)
      // Sound that the model cannot make sense of is not tried at every second of it.
      const isNothing = read.words.length === 0 || isDoubtful(decoded.decoded)
      minProgressSec = isNothing ? 2 * minProgressSec : MIN_PROGRESS_SEC
      from += Math.min(window.length, Math.ceil((progressSec * SAMPLE_RATE) / HOP_SAMPLES) * HOP_SAMPLES)
      if (from >= audio.length) break
      onWindow?.({ untilSec: from / SAMPLE_RATE, segments: found })
      said.push(...this.#tokenizer.encode(read.segments.map(({ text }) => text).join('')))
    }
    const { language, detected } = this.#windows
    return { language: language ?? 'en', detected, segments, stages: clock.times() }
  }

  /** Decodes after a prefix, see `PrefixASR`. */
  async transcribeFrom(request: PrefixSessionRequest): Promise<WhisperPrefixResult> {
    const { audio, prompt, prefix, fromSec, untilSec, positionSamples, throwIfAborted } = request
    const clock = new StageClock()
    const nothing = { words: [], ended: 'silence', skippedSpeechSec: 0 } as const
    const told = () => ({ detected: this.#windows.detected, stages: clock.times() })
    if (isSilent(audio.subarray(Math.round(fromSec * SAMPLE_RATE)))) return { ...nothing, ...told() }
    this.#rows.reset()
    const window = await this.#windows.decodeFrom({
      audio,
      prompt: this.#tokens(prompt),
      prefix,
      untilSec,
      positionSamples,
      isGrowing: true,
      run: { throwIfAborted, clock, rows: this.#rows },
    })
    if (!window) return { ...nothing, ...told() }
    const { language } = this.#windows
    const read = () =>
      readPrefixResult({ ...window, prefixTokens: prefix.length, audio, fromSec, untilSec, language }, this.#tokenizer)
    const result = clock.measure('word times', read)
    return { ...result, ...told() }
  }

  /** Gives back most of the memory while nothing is recognized; not to be called during a recognition. */
  rest(): void {
    this.#windows.rest()
    this.#rows.dispose()
  }

  /** Releases what the session holds. */
  close(): void {
    this.#windows.close()
    this.#rows.dispose()
  }

  #tokens(text: string): readonly number[] {
    return text.trim() === '' ? [] : this.#tokenizer.encode(` ${text.trim()}`)
  }

  #read({ decoded, positions }: DecodedWindow, audio: Float32Array, { isLast, isAgain }: WindowPlace): ReadWindow {
    const all = splitSegments(decoded.tokens, this.#tokenizer.special.firstTimestamp)
    const closed = all.filter(({ end }) => end !== null)
    // With more audio after the window, a segment that the model left open is transcribed again, whole, in the next one.
    const segments = isLast || closed.length === 0 ? all : closed
    const durationSec = audio.length / SAMPLE_RATE
    const loud = loudFrames(audio)
    const toTime = { decoded, segments, audio, positions, language: this.#windows.language }
    const aligned = timeWords(toTime, this.#tokenizer)
    const row = decoded.attention[decoded.tokens.findIndex((token) => this.#tokenizer.isText(token))]
    const audioPositions = Math.ceil(durationSec / POSITION_SEC)
    const begun = row
      ? withLateBegin(aligned, loud, attendedPosition(row, positions, audioPositions) * POSITION_SEC)
      : aligned
    const timed = withBeginningTogether(begun, loud)
    const skipped = findSkippedSpeech(timed, loud, durationSec)
    const seam = skipped || isLast ? null : seamBefore(timed, durationSec)
    const cut = skipped ?? seam
    const told = upTo(cut, timed)
    const isMadeUp =
      (isDoubtful(decoded) && isSparse(told, loud)) ||
      ((isAgain || beginsLate(told, loud)) && told.length <= MAX_LATE_WORDS && isUnsure(told))
    const words = isMadeUp ? [] : told
    const lastWord = words.at(-1)
    const isStretched = lastWord !== undefined && (timed[words.length - 1]?.end ?? 0) > lastWord.end
    const isLastCutShort = isStretched || seam !== null
    const described = segments.flatMap((segment, index) => {
      const own = words.filter((word) => word.segment === index)
      const isCutShort = isLastCutShort && own.at(-1) === lastWord
      return describe(segment, own, decoded, durationSec, isCutShort)
    })
    const textEndSec =
      segments.length < all.length ? (described.at(-1)?.end ?? durationSec) : (words.at(-1)?.end ?? durationSec)
    // The window cuts into what is said: the next one begins where the text ends.
    const goesOn = !isLast && loudSeconds(loud, textEndSec, durationSec) > LOUD_BEHIND_TEXT_SEC
    const untilSec = cut?.fromSec ?? (goesOn ? textEndSec : durationSec)
    return { segments: described, words, untilSec }
  }
}

/** The words before speech that was skipped; the last of them was perhaps stretched over it. */
function upTo(skipped: SkippedSpeech | null, words: readonly TimedWord[]): readonly TimedWord[] {
  if (!skipped) return words
  return words.slice(0, skipped.words).map((word) => ({ ...word, end: Math.min(word.end, skipped.fromSec) }))
}

/** Whether words take so little of the sound that it is probably no speech. */
function isSparse(words: readonly TimedWord[], loud: LoudFrames): boolean {
  const needed = words.reduce((sum, { text }) => sum + speakingSec(text), 0)
  return needed < MIN_SPOKEN_SHARE * loudSeconds(loud, 0, Number.POSITIVE_INFINITY)
}

/** What is said again is surer than what is said: "you. you. you.". */
function isUnsure(words: readonly TimedWord[]): boolean {
  const sureness = new Map<string, number>()
  for (const { text, probability = 1 } of words) if (!sureness.has(text)) sureness.set(text, Math.log(probability))
  return [...sureness.values()].reduce((sum, one) => sum + one, 0) < MIN_LATE_LOG_PROBABILITY * sureness.size
}

interface WindowPlace {
  /** Whether no audio follows. */
  readonly isLast: boolean
  /** Whether the model has had this audio before and found no words in it. */
  readonly isAgain: boolean
}

interface ReadWindow {
  readonly segments: readonly WhisperSegment[]
  readonly words: readonly TimedWord[]
  /** How far the text reaches, in seconds of the window. */
  readonly untilSec: number
}

function describe(
  { begin, end }: TokenSegment,
  words: readonly TimedWord[],
  { averageLogProbability, noSpeechProbability }: DecodedWindow['decoded'],
  durationSec: number,
  isCutShort: boolean,
): readonly WhisperSegment[] {
  const [first, last] = [words[0], words.at(-1)]
  if (!first || !last) return []
  const described = {
    begin: Math.min(begin, first.begin),
    end: isCutShort ? last.end : Math.max(last.end, Math.min(end ?? last.end, durationSec)),
    text: words.map(({ text }) => text).join(''),
    words: words.map(({ segment: _, untilToken: __, ...word }) => word),
    averageLogProbability,
    noSpeechProbability,
  }
  return [described]
}

function moved(segment: WhisperSegment, bySec: number): WhisperSegment {
  if (bySec === 0) return segment
  const words = segment.words.map((word) => ({ ...word, begin: word.begin + bySec, end: word.end + bySec }))
  return { ...segment, begin: segment.begin + bySec, end: segment.end + bySec, words }
}
