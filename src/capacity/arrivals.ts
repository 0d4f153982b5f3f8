import { randomNumbers } from '../evaluation/statistics/random.js'

/** Who comes, and how long they stay. Times are seconds. */
export interface ArrivalOptions {
  /** Sessions at once, on average, when there are the most. */
  readonly sessions: number
  readonly meanSec: number
  /** "exponential": many short ones and a few long ones; "fixed": all are equally long. */
  readonly lengths: 'exponential' | 'fixed'
  /** Nobody comes after. */
  readonly untilSec: number
  /** How many sessions there are in equal parts of the time, relative to each other; absent: always as many. */
  readonly day?: readonly number[] | undefined
  /** The same seed gives the same clients. */
  readonly seed: number
}

/** Clients in the order in which they come: the n-th comes at this second, and speaks for so long. */
export interface Arrivals {
  readonly atSec: Float64Array
  readonly lengthSec: Float64Array
}

/** Who is there from the start has come within these seconds: not all in the same moment. */
const START_SEC = 1

/**
 * Clients that come independently of each other (a Poisson process). Those who would be there at the start come in its first
 * second, so that nothing has to fill up.
 */
export function arrivalsOf({ sessions, meanSec, lengths, untilSec, day, seed }: ArrivalOptions): Arrivals {
  const [coming, staying] = [randomNumbers(seed), randomNumbers(seed + 1)]
  const most = day === undefined ? 1 : Math.max(...day)
  const shareAt = (second: number) => {
    if (day === undefined || day.length === 0 || !(most > 0)) return 1
    return (day[Math.min(day.length - 1, Math.floor((second / untilSec) * day.length))] ?? 0) / most
  }
  const exponential = (random: () => number) => -Math.log(1 - random())
  const atSec: number[] = []
  const lengthSec: number[] = []
  const atStart = Math.round(sessions * shareAt(0))
  for (let at = 0; at < atStart; at++) {
    atSec.push((START_SEC * at) / atStart)
    // What is left of those who are there: of exponential lengths the same, of fixed ones any part.
    lengthSec.push(meanSec * (lengths === 'fixed' ? 1 - staying() : exponential(staying)))
  }
  const perSec = sessions / meanSec
  for (let second = exponential(coming) / perSec; second < untilSec; second += exponential(coming) / perSec) {
    const isThere = coming() < shareAt(second)
    if (!isThere) continue
    atSec.push(second)
    lengthSec.push(meanSec * (lengths === 'fixed' ? 1 : exponential(staying)))
  }
  return { atSec: Float64Array.from(atSec), lengthSec: Float64Array.from(lengthSec) }
}
