import { mean } from '../statistics/values.js'
import { resegmented } from './resegmentation.js'

/** A stretch of speech with what was said and recognized in it. Times are milliseconds from its start. */
export interface LaggingInstance {
  /** Length of the speech. */
  readonly sourceMs: number
  /** Words of the reference. */
  readonly referenceWords: number
  /** When each recognized word was emitted. */
  readonly delaysMs: readonly number[]
  /** From its start to the end of the last stretch of the recording. */
  readonly toRecordingEndMs?: number
}

/** Mean lagging of words behind a speaker with an even pace, in milliseconds; null where it cannot be said. */
export interface Lagging {
  /** Average lagging (Ma et al. 2019). */
  readonly al: number | null
  /** Length-adaptive average lagging (Papi et al. 2022): text that is too long does not make it smaller. */
  readonly laal: number | null
  /** "Yet another average lagging" (Polák et al. 2025): words after the end of the speech do not distort it. */
  readonly yaal: number | null
}

/** A recognized word with the time of its emission in milliseconds of the recording. */
export interface EmittedUnit {
  readonly text: string
  readonly emittedMs: number
}

/** A sentence of the reference with its place in the recording, in milliseconds. */
export interface ReferenceSentence {
  readonly text: string
  readonly offsetMs: number
  readonly durationMs: number
}

/**
 * A recording of a few seconds as one stretch of speech.
 *
 * Ref: OmniSTEval 0.1.10 `shortform`, scoring.py; the formulas are those of SimulEval.
 */
export function shortFormLagging(run: {
  readonly reference: string
  readonly durationMs: number
  readonly words: readonly EmittedUnit[]
}): Lagging {
  const instance = {
    sourceMs: run.durationMs,
    referenceWords: run.reference.split(' ').length,
    delaysMs: run.words.map(({ emittedMs }) => emittedMs),
  }
  return laggingOf([instance], false)
}

/**
 * A long recording, sentence by sentence: recognized words are first given to the sentences that they belong to.
 *
 * Ref: OmniSTEval 0.1.10 `longform --word_level`, resegment.py, scoring.py.
 */
export function longFormLagging(run: {
  readonly sentences: readonly ReferenceSentence[]
  readonly words: readonly EmittedUnit[]
}): Lagging {
  const { sentences, words } = run
  if (sentences.length === 0) return { al: null, laal: null, yaal: null }
  const end = Math.max(...sentences.map(({ offsetMs, durationMs }) => offsetMs + durationMs))
  const instances = resegmented(
    sentences.map(({ text }) => text),
    words.map(({ text }) => text),
  ).map((indexes, sentence) => {
    const { text = '', offsetMs = 0, durationMs = 0 } = sentences[sentence] ?? {}
    return {
      sourceMs: durationMs,
      referenceWords: text.split(' ').length,
      delaysMs: indexes.map((index) => (words[index]?.emittedMs ?? 0) - offsetMs),
      toRecordingEndMs: end - offsetMs,
    }
  })
  return laggingOf(instances, true)
}

function laggingOf(instances: readonly LaggingInstance[], isLongForm: boolean): Lagging {
  const spoken = instances.filter(({ delaysMs }) => delaysMs.length > 0)
  const over = (measure: (instance: LaggingInstance) => number | null) => {
    const values = spoken.map(measure).filter((value) => value !== null)
    return values.length === 0 ? null : mean(values)
  }
  return {
    al: over((instance) => averageLagging(instance, instance.referenceWords)),
    laal: over((instance) => averageLagging(instance, Math.max(instance.delaysMs.length, instance.referenceWords))),
    yaal: over((instance) => yetAnotherLagging(instance, isLongForm)),
  }
}

function averageLagging({ sourceMs, delaysMs }: LaggingInstance, words: number): number | null {
  const [first = 0] = delaysMs
  if (sourceMs <= 0) return null
  if (first > sourceMs) return first
  const pace = words / sourceMs
  let [sum, count] = [0, 0]
  for (const delay of delaysMs) {
    sum += delay - count / pace
    count++
    if (delay >= sourceMs) break
  }
  return sum / count
}

function yetAnotherLagging(instance: LaggingInstance, isLongForm: boolean): number | null {
  const { sourceMs, delaysMs, referenceWords, toRecordingEndMs = Number.POSITIVE_INFINITY } = instance
  const isOver = (delay: number) => (delay >= sourceMs && !isLongForm) || delay >= toRecordingEndMs
  const pace = Math.max(delaysMs.length, referenceWords) / sourceMs
  let [sum, count] = [0, 0]
  for (const delay of delaysMs) {
    if (isOver(delay)) break
    sum += delay - count / pace
    count++
  }
  return count === 0 ? null : sum / count
}
