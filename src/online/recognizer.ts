import { AsrStreamError, asUnexpectedError, BackendError } from '../core/errors.js'
import type {
  ASRBase,
  ContinuableWord,
  Continuation,
  ContinueOptions,
  ContinuingASR,
  Log,
  TranscribeOptions,
  Word,
} from '../core/types.js'
import { BrokenRule, checkEndShapes, checkFinite, checkWordForms, demand, kindOf } from '../core/word-checks.js'
import { SAMPLE_RATE } from './audio-buffer.js'
import { cleanWords, endsInside, type FarOff, wordsInside } from './clean-words.js'

/** What was recognised in some audio; times are seconds from its begin. */
export interface Transcription {
  /** In order, inside the audio. */
  readonly words: readonly Word[]
  /** Ends of the segments, in order, inside the audio. */
  readonly segmentEnds: readonly number[]
}

/** A recogniser as the streaming algorithms see it: one call an update, and what it gives can be relied on. */
export interface Recognizer {
  /**
   * Recognises audio.
   * @throws BackendError when the backend gives what is no transcription, or fails as it may; UnexpectedError when it
   *   throws anything else; the signal's reason when aborted
   */
  transcribe(audio: Float32Array, request: TranscribeOptions): Promise<Transcription>
}

/** A recogniser that can go on behind a text, see `ContinuingASR`. */
export interface ContinuingRecognizer {
  /** @throws as `Recognizer.transcribe` */
  continueText(audio: Float32Array, request: ContinueOptions): Promise<Continuation>
}

/** How results are taken in. */
export interface RecognizerOptions {
  /** Name of the backend, for messages. */
  readonly backend?: string | undefined
  /** Whether times are left as they come, as the reference does. */
  readonly trusting?: boolean
  readonly log?: Log | undefined
}

/**
 * The one place where results of a recogniser come in. Shapes are checked, for plugins need not be typed. Texts lose line
 * breaks and control characters. Times outside of the audio or of the order are put right; those that are far off are told,
 * once.
 */
export function recognizerOf<Result>(asr: ASRBase<Result>, options: RecognizerOptions = {}): Recognizer {
  const { trusting = false } = options
  const answer = answering(options)
  const tell = farOffReport(options)
  return {
    transcribe: (audio, request) =>
      answer(request.signal, async () => {
        const result = await asr.transcribe(audio, request)
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
        const words = cleanWords(said)
        if (trusting) return { words, segmentEnds: ends }
        const audioSec = audio.length / SAMPLE_RATE
        return { words: wordsInside(words, audioSec, tell), segmentEnds: endsInside(ends, audioSec) }
      }),
  }
}

const ENDINGS: readonly unknown[] = ['attention', 'text', 'silence', 'stuck'] satisfies Continuation['ended'][]

/** As `recognizerOf`, for simultaneous policies. */
export function continuingRecognizerOf(asr: ContinuingASR, options: RecognizerOptions = {}): ContinuingRecognizer {
  const answer = answering(options)
  const tell = farOffReport(options)
  return {
    continueText: (audio, request) =>
      answer(request.signal, async () => {
        const given: unknown = await asr.continueText(audio, request)
        demand(typeof given === 'object' && given !== null, `continueText() gives ${kindOf(given)}`, CONTINUATION_FORM)
        const { words: said, ended, unheardSec } = given as Partial<Continuation>
        checkWordForms(said, 'continueText()')
        const noTokens = said.findIndex(({ tokens }: Partial<ContinuableWord>) => !Array.isArray(tokens))
        demand(noTokens < 0, `word ${noTokens} of continueText() has no tokens`, 'each word brings its own, an array')
        demand(ENDINGS.includes(ended), `ended of continueText() is ${kindOf(ended)}`, CONTINUATION_FORM)
        const isLength = typeof unheardSec === 'number' && unheardSec >= 0
        demand(isLength, `unheardSec of continueText() is ${kindOf(unheardSec)}`, CONTINUATION_FORM)
        checkFinite(said, [], 'continueText()')
        const words = wordsInside(cleanWords(said), audio.length / SAMPLE_RATE, tell)
        return { ...(given as Continuation), words: words as readonly ContinuableWord[] }
      }),
  }
}

const CONTINUATION_FORM = `it gives { words, ended, unheardSec }, ended one of ${ENDINGS.join(', ')}`

/** Calls a backend; what it throws or gives that it should not becomes an error that names it. */
function answering({ backend }: RecognizerOptions) {
  const name = backend === undefined ? 'the backend' : `the backend "${backend}"`
  return async <Answer>(signal: AbortSignal | undefined, call: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await call()
    } catch (cause) {
      if (signal?.aborted || cause instanceof AsrStreamError) throw cause
      if (cause instanceof BrokenRule) throw new BackendError(`${name}: ${cause.what}`, { hint: cause.expected, cause })
      throw asUnexpectedError(`${name} fails while it recognises`, cause)
    }
  }
}

/** Says the first time that times are far off. */
function farOffReport({ backend, log }: RecognizerOptions): FarOff {
  let told = false
  return (what) => {
    if (!told)
      log?.warn(`the backend${backend === undefined ? '' : ` "${backend}"`} gives times that cannot be: ${what}`)
    told = true
  }
}
