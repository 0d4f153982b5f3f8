import type { AlignmentStep } from '../errors/alignment.js'
import { type Lagging, longFormLagging, shortFormLagging } from '../latency/lagging.js'
import type { TranscriptRun } from '../material/run.js'
import type { Spoken } from '../material/spoken.js'
import type { RecognizedUnit, SaidUnit } from './units.js'

/** A word that was recognized exactly, with how late it was emitted. Seconds. */
export interface WordLag {
  /** When its end was said; where the reference has no times, as the recognizer has it. */
  readonly saidSec: number
  /** From there to its emission, as if computing took no time. */
  readonly lagSec: number
  /** The same with the time of computing. */
  readonly awareLagSec: number
  /** How far its start and its end are from those of the reference: positive is late. Null: the reference has no times. */
  readonly startErrorSec: number | null
  readonly endErrorSec: number | null
}

/** The lags of all words that the alignment matches, in order of the reference. */
export function wordLags(
  said: readonly SaidUnit[],
  recognized: readonly RecognizedUnit[],
  steps: readonly AlignmentStep[],
): readonly WordLag[] {
  return steps.flatMap((step) => {
    const [one, other] = [said[step.said], recognized[step.recognized]]
    if (step.kind !== 'match' || one === undefined || other === undefined) return []
    return {
      saidSec: one.end,
      lagSec: other.emittedSec - one.end,
      awareLagSec: other.awareSec - one.end,
      startErrorSec: other.start - one.start,
      endErrorSec: other.end - one.end,
    }
  })
}

/** The same of a reference without times: lags from the ends of words as the recognizer has them. */
export function wordLagsByRecognizer(
  recognized: readonly RecognizedUnit[],
  steps: readonly AlignmentStep[],
): readonly WordLag[] {
  const unknown = { startErrorSec: null, endErrorSec: null }
  const own = wordLags(
    recognized,
    recognized,
    steps.map((step) => ({ ...step, said: step.recognized })),
  )
  return own.map((lag) => ({ ...lag, ...unknown }))
}

/**
 * For each utterance of which a word is matched: seconds from its end until all its matched words are final.
 * @param lags of the recording
 */
export function finalDelays({ utterances }: Spoken, lags: readonly WordLag[]): readonly number[] {
  return utterances.flatMap(({ start, end }) => {
    const own = lags.filter(({ saidSec }) => saidSec > start && saidSec <= end)
    if (own.length === 0) return []
    return Math.max(...own.map(({ saidSec, lagSec }) => saidSec + lagSec)) - end
  })
}

/** Seconds from the start of the first word to the first final text; null where there is none. */
export function firstTextDelay(said: readonly SaidUnit[], recognized: readonly RecognizedUnit[]): number | null {
  const [first, emitted] = [said[0], recognized[0]]
  return first === undefined || emitted === undefined ? null : emitted.emittedSec - first.start
}

/** The longest time, in seconds, without new final text, from the first word that is said until the last text. */
export function longestWait(said: readonly SaidUnit[], { finals, heardSec }: TranscriptRun): number | null {
  const first = said[0]
  if (first === undefined) return null
  const times = [first.start, ...finals.map(({ emittedSec }) => emittedSec)]
  if (finals.length === 0) times.push(heardSec)
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time)))
}

/** How much of the reference is missing in one piece. */
export interface LongestGap {
  readonly words: number
  /** From the start of the first word to the end of the last; 0 where words have no times. */
  readonly seconds: number
}

/** The longest run of words of the reference of which none is recognized exactly. */
export function longestGap(said: readonly SaidUnit[], steps: readonly AlignmentStep[]): LongestGap {
  let [words, seconds, current] = [0, 0, 0]
  for (const { kind, said: index } of steps) {
    if (kind === 'insertion') continue
    current = kind === 'match' ? 0 : current + 1
    words = Math.max(words, current)
    const [first, last] = [said[index - current + 1], said[index]]
    if (current > 0 && first !== undefined && last !== undefined) seconds = Math.max(seconds, last.end - first.start)
  }
  return { words, seconds }
}

/** The published measures of lagging, each computation-unaware and -aware, in milliseconds. */
export interface LaggingScores {
  readonly shortForm: Lagging
  readonly shortFormAware: Lagging
  readonly longForm: Lagging
  readonly longFormAware: Lagging
}

/** Longer texts than this many words times words would take minutes to be divided into sentences. */
const MAX_PAIRS = 4e7

/** Lagging of a recording whose utterances have times; null without them. */
export function laggingScores(spoken: Spoken, run: TranscriptRun, durationSec: number): LaggingScores | null {
  const words = run.finals.flatMap(({ segment, emittedSec, awareSec }) =>
    segment.text
      .split(/\s+/)
      .filter(Boolean)
      .map((text) => ({ text, emittedSec, awareSec })),
  )
  const reference = spoken.text.trim().split(/\s+/).join(' ')
  const pairs = reference.split(' ').length * words.length
  if (spoken.utterances.length === 0 || words.length === 0 || pairs > MAX_PAIRS) return null
  const sentences = spoken.utterances.map(({ text, start, end }) => ({
    text: text.trim(),
    offsetMs: start * 1000,
    durationMs: (end - start) * 1000,
  }))
  const at = (key: 'emittedSec' | 'awareSec') => words.map((word) => ({ text: word.text, emittedMs: word[key] * 1000 }))
  const [plain, aware] = [at('emittedSec'), at('awareSec')]
  return {
    shortForm: shortFormLagging({ reference, durationMs: durationSec * 1000, words: plain }),
    shortFormAware: shortFormLagging({ reference, durationMs: durationSec * 1000, words: aware }),
    longForm: longFormLagging({ sentences, words: plain }),
    longFormAware: longFormLagging({ sentences, words: aware }),
  }
}
