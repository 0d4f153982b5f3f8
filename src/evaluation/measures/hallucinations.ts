import type { AlignmentStep } from '../errors/alignment.js'
import type { RecognizedUnit, SaidUnit } from './units.js'

/** Shorter pauses belong to speech. */
const MIN_PAUSE_SEC = 1

/** Words that were recognized where nobody speaks. */
export interface Hallucinations {
  /** Seconds of the recording in which nobody speaks for a second or more. */
  readonly nonSpeechSec: number
  /** Words whose middle lies there, and that match nothing. */
  readonly words: number
}

/** @param said words with times; none: nobody speaks in the whole recording */
export function hallucinations(
  said: readonly SaidUnit[],
  recognized: readonly RecognizedUnit[],
  steps: readonly AlignmentStep[],
  durationSec: number,
): Hallucinations {
  const pauses = pausesOf(said, durationSec)
  const insertions = steps.filter(({ kind }) => kind === 'insertion')
  const words = insertions.filter(({ recognized: index }) => {
    const { start = 0, end = 0 } = recognized[index] ?? {}
    const middle = (start + end) / 2
    return pauses.some(([from, to]) => middle >= from && middle <= to)
  }).length
  return { nonSpeechSec: pauses.reduce((sum, [from, to]) => sum + to - from, 0), words }
}

function pausesOf(said: readonly SaidUnit[], durationSec: number): readonly (readonly [from: number, to: number])[] {
  let heardUntil = 0
  const pauses: [number, number][] = []
  for (const { start, end } of [...said, { start: durationSec, end: durationSec }]) {
    if (start - heardUntil >= MIN_PAUSE_SEC) pauses.push([heardUntil, start])
    heardUntil = Math.max(heardUntil, end)
  }
  return pauses
}
