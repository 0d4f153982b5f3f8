import { EventHeap } from './event-heap.js'
import { LagHistogram } from './lag-histogram.js'
import type { UpdateCosts } from './update-costs.js'

/** How sessions are served. Times are seconds. */
export interface SessionManners {
  /** New audio that an update waits for. */
  readonly stepSec: number
  /** Audio comes in pieces of so much; 0: continuously. */
  readonly pieceSec: number
  /** What an update takes at most: a client that is further ahead waits. */
  readonly backlogSec: number
}

/** Sessions of one server: the n-th begins, speaks for so long, and has this phase. Times are seconds. */
export interface ServedSessions {
  readonly beginSec: ArrayLike<number>
  readonly lengthSec: ArrayLike<number>
  readonly phase: ArrayLike<number>
}

/** One update of a simulation. */
export interface ServedUpdate {
  readonly session: number
  /** When the session had enough audio, when its turn came, and when it was done. */
  readonly readySec: number
  readonly startSec: number
  readonly doneSec: number
}

/** When lags are counted, and who hears of each update. */
export interface ServingOptions {
  /** Updates that are ready before do not count. Absent: all do. */
  readonly fromSec?: number
  /** Nothing is computed that is ready later. Absent: all is. */
  readonly untilSec?: number
  readonly onUpdate?: (update: ServedUpdate) => void
}

/** What a recognizer was busy with; several of them can be added up. */
export class ServingTally {
  /** How late recognition was when updates ended: from when their last audio was spoken. */
  readonly lag = new LagHistogram()
  /** How late final text was: from the end of its last word. */
  readonly textLag = new LagHistogram()
  /** Updates that count, and the time that the recognizer was taken by them. */
  updates = 0
  busySec = 0
  cpuSec = 0
  /** Seconds of audio in them. */
  audioSec = 0
}

/**
 * One recognizer and its sessions, as `asr-stream serve` has them: a session asks for an update when it has a step of new
 * audio, with all that has come by then; those who ask are served in the order in which they asked, one after the other. What
 * comes while a session waits goes into its next update, which is why late sessions have fewer and longer ones.
 */
export function simulateRecognizer(
  costs: UpdateCosts,
  sessions: ServedSessions,
  manners: SessionManners,
  { fromSec = 0, untilSec = Number.POSITIVE_INFINITY, onUpdate }: ServingOptions = {},
  tally: ServingTally = new ServingTally(),
): ServingTally {
  const { stepSec, pieceSec, backlogSec } = manners
  const count = sessions.beginSec.length
  const takenSec = new Float64Array(count)
  const heap = new EventHeap(count)
  const begin = (session: number) => sessions.beginSec[session] as number
  const length = (session: number) => sessions.lengthSec[session] as number
  /** When a session has a step of audio that was not taken, or the rest. */
  const filledAt = (session: number) => {
    const wanted = (takenSec[session] as number) + stepSec
    const come = pieceSec > 0 ? Math.ceil(wanted / pieceSec - ROUNDING) * pieceSec : wanted
    return begin(session) + Math.min(length(session), come)
  }
  const comeAt = (session: number, timeSec: number) => {
    const since = timeSec - begin(session)
    if (since >= length(session)) return length(session)
    return pieceSec > 0 ? Math.floor(since / pieceSec + ROUNDING) * pieceSec : since
  }
  for (let session = 0; session < count; session++) if (length(session) > 0) heap.push(filledAt(session), session)
  let freeSec = Number.NEGATIVE_INFINITY
  while (heap.time <= untilSec && heap.size > 0) {
    const [readySec, session] = [heap.time, heap.value]
    const before = takenSec[session] as number
    const endSec = Math.min(comeAt(session, readySec), before + backlogSec)
    const newSec = endSec - before
    takenSec[session] = endSec
    const phase = sessions.phase[session] as number
    const serviceSec = costs.serviceSec(endSec, newSec, phase)
    const startSec = Math.max(readySec, freeSec)
    const doneSec = startSec + serviceSec
    freeSec = doneSec
    // Who asks again does so later than all who have asked by now: one heap is the queue as well.
    if (endSec >= length(session) - ROUNDING) heap.pop()
    else heap.replace(Math.max(doneSec, filledAt(session)), session)
    onUpdate?.({ session, readySec, startSec, doneSec })
    if (readySec < fromSec) continue
    const lateSec = doneSec - begin(session) - endSec
    tally.lag.add(lateSec)
    for (const ageSec of costs.textAges(endSec, newSec, phase)) tally.textLag.add(lateSec + ageSec)
    tally.updates++
    tally.busySec += serviceSec
    tally.cpuSec += costs.cpuSec(endSec, newSec, phase)
    tally.audioSec += newSec
  }
  return tally
}

/** Times that differ by less are the same. */
const ROUNDING = 1e-6
