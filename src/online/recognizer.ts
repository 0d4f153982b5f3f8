import { asUnexpectedError } from '../core/errors.js'
import { SAMPLE_RATE } from '../core/sample-rate.js'
import type {
  ASRBase,
  Log,
  PrefixASR,
  PrefixOptions,
  PrefixResult,
  PrefixWord,
  RecognitionProgress,
  ResultLanguage,
  TranscribeOptions,
  Word,
} from '../core/types.js'
import { checkEndShapes, checkFinite, checkWordForms, demand, kindOf, namedViolation } from '../core/word-checks.js'
import { cleanWords, type FarOff, timesInside, wordsInside } from './clean-words.js'
import { checkedLanguage } from './result-language.js'

/** The recognized words of some audio; times are seconds from its start. */
export interface Transcription {
  /** The words in order, inside the audio. */
  readonly words: readonly Word[]
  /** Ends of the segments, in order, inside the audio. */
  readonly segmentEnds: readonly number[]
  /** Seconds of the audio that the model was given: less where silence was left out. */
  readonly heardSec: number
  /** As `ASRBase.languageOf`. */
  readonly language: ResultLanguage | null
  /** As `ASRBase.skippedSpeechSec`; 0: nothing, or nothing is known of it. */
  readonly skippedSpeechSec: number
}

/** A layer around a recognizer that leaves out audio. */
export interface PartialHearing<Result> {
  /** Seconds of the audio that the recognizer was given. */
  heardSec(result: Result): number
}

/** A recognizer as the streaming algorithms see it: one call for each update, with a checked result. */
export interface Recognizer {
  /**
   * Recognizes audio.
   * @throws BackendError when the backend fails in an expected way; UnexpectedError when it throws anything else, or the result
   *   is not a transcription; the signal's reason when aborted
   */
  transcribe(audio: Float32Array, request: TranscribeOptions): Promise<Transcription>
}

/** A recognizer that decodes after a forced prefix, see `PrefixASR`. */
export interface PrefixRecognizer {
  /** @throws as `Recognizer.transcribe` */
  transcribeFrom(audio: Float32Array, request: PrefixOptions): Promise<PrefixResult>
}

/** How results are checked. */
export interface RecognizerOptions {
  /** Name of the backend, for messages. */
  readonly backend?: string | undefined
  /** Called with the code of the language of a result, where the recognizer is sure of it. */
  readonly onLanguage?: ((code: string) => void) | undefined
  /** Whether times stay as they are, as in the reference. */
  readonly trusting?: boolean
  /** Called for times that are far off. Absent: not reported. */
  readonly log?: Log | undefined
}

/**
 * The one place where results of a recognizer come in. Shapes are checked, for plugins need not be typed. Texts lose line
 * breaks and control characters. Times outside of the audio or of the order are put right; those that are far off are told,
 * once.
 */
export function recognizerOf<Result>(asr: ASRBase<Result>, options: RecognizerOptions = {}): Recognizer {
  const layer = asr as Partial<PartialHearing<Result>>
  const { trusting = false } = options
  const answer = answering(options)
  const tell = farOffReport(options)
  const odd = oddProbabilityReport(options)
  return {
    transcribe: (audio, request) =>
      answer(request.signal, async () => {
        const result = await asr.transcribe(ownAudio(asr, audio), { ...request, ...checkedProgress(request) })
        const said: unknown = asr.tsWords(result)
        const ends: unknown = asr.segmentsEndTs(result)
        demand(
          Array.isArray(said),
          `tsWords() must give an array, gave ${kindOf(said)}`,
          'empty where nothing was said',
        )
        checkWordForms(said, 'tsWords()')
        demand(
          Array.isArray(ends),
          `segmentsEndTs() must give an array, gave ${kindOf(ends)}`,
          'empty without segments',
        )
        checkEndShapes(ends, 'segmentsEndTs()')
        checkFinite(said, ends, 'the result')
        const words = withText(cleanWords(said, odd), asr.sep)
        const audioSec = audio.length / SAMPLE_RATE
        const heardSec = layer.heardSec?.(result) ?? audioSec
        if (trusting) return { words, segmentEnds: ends, heardSec, language: null, skippedSpeechSec: 0 }
        const language = checkedLanguage(asr.languageOf?.(result), audioSec, 'languageOf()')
        if (language?.isSure) options.onLanguage?.(language.code)
        const segmentEnds = timesInside(ends, audioSec)
        const skippedSpeechSec: unknown = asr.skippedSpeechSec?.(result) ?? 0
        demand(isLength(skippedSpeechSec), `skippedSpeechSec() gives ${kindOf(skippedSpeechSec)}`, 'seconds, 0 or more')
        return { words: wordsInside(words, audioSec, tell), segmentEnds, heardSec, language, skippedSpeechSec }
      }),
  }
}

/** What is given to a backend it may change, or transfer to a thread: that would take the audio out of the buffer. */
function ownAudio({ leavesAudio }: ASRBase, audio: Float32Array): Float32Array {
  return leavesAudio === true ? audio : audio.slice()
}

/** Progress comes under way, and of the same untyped backend as the result. */
function checkedProgress({ onProgress }: TranscribeOptions): Pick<TranscribeOptions, 'onProgress'> {
  if (!onProgress) return {}
  return {
    onProgress(progress) {
      const given: Partial<RecognitionProgress> | null = progress
      demand(
        Number.isFinite(given?.untilSec),
        `onProgress() was called with ${kindOf(given?.untilSec)} as untilSec`,
        'call it with { untilSec, words }: seconds of the audio, and the words since the call before',
      )
      checkWordForms(given?.words, 'onProgress()')
      onProgress(progress)
    },
  }
}

/** Words that have text, which a space is only where words bring their own. The same array where all have. */
function withText(words: readonly Word[], separator: string): readonly Word[] {
  const hasText = ({ text }: Word) => (separator === '' ? text : text.trim()) !== ''
  return words.every(hasText) ? words : words.filter(hasText)
}

function isLength(seconds: unknown): seconds is number {
  return typeof seconds === 'number' && seconds >= 0
}

const ENDINGS: readonly unknown[] = ['attention', 'text', 'silence', 'stuck'] satisfies PrefixResult['ended'][]

/** As `recognizerOf`, for simultaneous policies. */
export function prefixRecognizerOf(asr: PrefixASR, options: RecognizerOptions = {}): PrefixRecognizer {
  const answer = answering(options)
  const tell = farOffReport(options)
  const odd = oddProbabilityReport(options)
  return {
    transcribeFrom: (audio, request) =>
      answer(request.signal, async () => {
        const given: unknown = await asr.transcribeFrom(ownAudio(asr, audio), request)
        demand(
          typeof given === 'object' && given !== null,
          `transcribeFrom() gives ${kindOf(given)}`,
          PREFIX_RESULT_FORM,
        )
        const { words: said, ended, skippedSpeechSec, mayLackWords = false } = given as Partial<PrefixResult>
        checkWordForms(said, 'transcribeFrom()')
        const noTokens = said.findIndex(({ tokens }: Partial<PrefixWord>) => !Array.isArray(tokens))
        demand(noTokens < 0, `word ${noTokens} of transcribeFrom() has no tokens`, 'each word brings its own, an array')
        demand(ENDINGS.includes(ended), `ended of transcribeFrom() is ${kindOf(ended)}`, PREFIX_RESULT_FORM)
        demand(
          isLength(skippedSpeechSec),
          `skippedSpeechSec of transcribeFrom() is ${kindOf(skippedSpeechSec)}`,
          PREFIX_RESULT_FORM,
        )
        demand(
          typeof mayLackWords === 'boolean',
          `mayLackWords of transcribeFrom() is ${kindOf(mayLackWords)}`,
          'true or false',
        )
        checkFinite(said, [], 'transcribeFrom()')
        const audioSec = audio.length / SAMPLE_RATE
        const words = wordsInside(cleanWords(said, odd), audioSec, tell) as readonly PrefixWord[]
        const language = checkedLanguage((given as PrefixResult).language, audioSec, 'language of transcribeFrom()')
        if (language?.isSure) options.onLanguage?.(language.code)
        return { ...(given as PrefixResult), words, language }
      }),
  }
}

const PREFIX_RESULT_FORM = `it gives { words, ended, skippedSpeechSec }, ended one of ${ENDINGS.join(', ')}`

/** Calls a backend; what it throws or gives that it should not becomes an error that names it. */
function answering({ backend }: RecognizerOptions) {
  const name = backend === undefined ? 'the backend' : `the backend "${backend}"`
  return async <Answer>(signal: AbortSignal | undefined, call: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await call()
    } catch (cause) {
      if (signal?.aborted) throw cause
      throw asUnexpectedError(`${name} fails while it recognizes`, namedViolation(name, cause))
    }
  }
}

/** Says the first time that times are far off. */
const farOffReport = (options: RecognizerOptions): FarOff =>
  tellingOnce(options, (what: string) => `impossible times: ${what}`)

/** Says the first time that a probability is none. */
const oddProbabilityReport = (options: RecognizerOptions) =>
  tellingOnce(options, (value: number) => `${value} as a probability, which is from 0 to 1: it is left out`)

function tellingOnce<Found>(
  { backend, log }: RecognizerOptions,
  given: (found: Found) => string,
): (found: Found) => void {
  let told = false
  return (found) => {
    if (!told) log?.warn(`the backend${backend === undefined ? '' : ` "${backend}"`} gives ${given(found)}`)
    told = true
  }
}
