import { align, countErrors, type ErrorCounts } from './errors/alignment.js'
import { type ErrorPassage, errorPassages } from './errors/passages.js'
import { readableAlignment } from './errors/readable.js'
import { samplesOf } from './errors/samples.js'
import type { TranscriptRun, UpdateCost } from './material/run.js'
import { hasSpaces, type Spoken } from './material/spoken.js'
import { type Hallucinations, hallucinations } from './measures/hallucinations.js'
import { placesOf, startsOf } from './measures/places.js'
import { type Stability, stabilityOf } from './measures/stability.js'
import {
  finalDelays,
  firstTextDelay,
  type LaggingScores,
  type LongestGap,
  laggingScores,
  longestGap,
  longestWait,
  type WordLag,
  wordLags,
  wordLagsByRecognizer,
} from './measures/timing.js'
import { recognizedUnits, saidUnits } from './measures/units.js'
import { type NormalizerName, normalizerFor } from './normalizers/names.js'
import { NORMALIZERS } from './normalizers/normalizers.js'
import type { Sample } from './statistics/bootstrap.js'

/** How well and how promptly one recording was recognized. Times are seconds; null and empty: it has nothing to go by. */
export interface RecordingScore {
  readonly durationSec: number
  readonly language: string | null
  readonly normalizer: NormalizerName
  /** What `samples` and `passages` count. */
  readonly unit: 'word' | 'character'
  /** Null for languages without spaces between words. */
  readonly words: ErrorCounts | null
  readonly characters: ErrorCounts
  /** Errors of each ten seconds or so, for confidence intervals. */
  readonly samples: readonly Sample[]
  readonly passages: readonly ErrorPassage[]
  /** From the ends of words in the reference, or as the recognizer has them where the reference has no times. */
  readonly lags: readonly WordLag[]
  readonly lagging: LaggingScores | null
  readonly firstTextSec: number | null
  /** From the end of each utterance until its text is final. */
  readonly finalDelaysSec: readonly number[]
  readonly longestWaitSec: number | null
  readonly longestGap: LongestGap
  readonly hallucinations: Hallucinations | null
  readonly stability: Stability
  readonly computingSec: number
  readonly updates: readonly UpdateCost[]
  /** What was said. */
  readonly said: string
  /** What was recognized. */
  readonly text: string
}

/** How recordings are scored. */
export interface ScoreOptions {
  /** Absent: that of the language. */
  readonly normalizer?: NormalizerName | undefined
  /** Length of the recording; absent: the audio that was taken. */
  readonly durationSec?: number | undefined
}

/** Scores what was made of a recording against what is said in it. */
export function scoreRecording(spoken: Spoken, run: TranscriptRun, options: ScoreOptions = {}): RecordingScore {
  const { language } = spoken
  const durationSec = options.durationSec ?? run.heardSec
  const normalizer = options.normalizer ?? normalizerFor(language ?? '')
  const isByWord = hasSpaces(language)
  const text = run.finals.map(({ segment }) => segment.text).join(run.separator)
  const [said, recognized] = [spoken.text, text].map((one) => unitsOf(one, normalizer, isByWord)) as [Units, Units]
  const characterSteps = align(said.characters, recognized.characters)
  const steps = isByWord ? align(said.main, recognized.main) : characterSteps
  const saidTimed = saidUnits(spoken.words, language)
  const recognizedTimed = recognizedUnits(run.finals, run.separator, language)
  const place = placesOf(
    saidTimed.length === 0 ? [] : startsOf(said.main, saidTimed),
    startsOf(recognized.main, recognizedTimed),
  )
  const hasTimes = saidTimed.length > 0 || spoken.text.trim() === ''
  const saidAll = hasTimes ? saidTimed : saidUnits([{ word: spoken.text, start: 0, end: 0 }], language)
  const timedSteps = align(
    saidAll.map((unit) => unit.text),
    recognizedTimed.map((unit) => unit.text),
  )
  const lags = hasTimes
    ? wordLags(saidTimed, recognizedTimed, timedSteps)
    : wordLagsByRecognizer(recognizedTimed, timedSteps)
  return {
    durationSec,
    language,
    normalizer,
    unit: isByWord ? 'word' : 'character',
    words: isByWord ? countErrors(steps) : null,
    characters: countErrors(characterSteps),
    samples: samplesOf(said.main.length, steps),
    passages: errorPassages(said.main, recognized.main, steps, place, isByWord ? ' ' : ''),
    lags,
    lagging: laggingScores(spoken, run, durationSec),
    firstTextSec: firstTextDelay(saidTimed, recognizedTimed),
    finalDelaysSec: finalDelays(spoken, lags),
    longestWaitSec: longestWait(saidTimed, run),
    longestGap: longestGap(saidAll, timedSteps),
    hallucinations: hasTimes ? hallucinations(saidTimed, recognizedTimed, timedSteps, durationSec) : null,
    stability: stabilityOf(run.shown, language),
    computingSec: run.computingSec,
    updates: run.updates,
    said: spoken.text,
    text,
  }
}

/**
 * An alignment of what was said and recognized that a person can read, by words or characters as they are counted.
 * @param columns as of `readableAlignment`
 */
export function alignedTexts(
  { said, text, normalizer, unit }: Pick<RecordingScore, 'said' | 'text' | 'normalizer' | 'unit'>,
  columns?: number,
): string {
  const [one, other] = [said, text].map((each) => unitsOf(each, normalizer, unit === 'word').main) as [
    string[],
    string[],
  ]
  return readableAlignment(one, other, align(one, other), columns)
}

/** A normalized text. */
interface Units {
  /** Words, or characters of languages without spaces. */
  readonly main: string[]
  readonly characters: string[]
}

function unitsOf(text: string, normalizer: NormalizerName, isByWord: boolean): Units {
  const words = NORMALIZERS[normalizer](text).trim().split(/\s+/).filter(Boolean)
  const characters = [...words.join(isByWord ? ' ' : '')]
  return { main: isByWord ? words : characters, characters }
}
