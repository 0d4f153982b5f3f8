import { EventHeap } from './event-heap.js'
import { LagHistogram } from './lag-histogram.js'
import type { UpdateCosts } from './update-costs.js'
import { type SeatedSessions, workersOf } from './worker-seats.js'

/** How a server serves its sessions. Times are seconds. */
export interface ServingManners {
  /** Copies of the model that compute at the same time, at least one. */
  readonly workers: number
  /** New audio that an update waits for. */
  readonly stepSec: number
  /** Audio comes in pieces of so much; 0: continuously. */
  readonly pieceSec: number
  /** What an update takes at most: a client that is further ahead waits. */
  readonly backlogSec: number
}

/** Sessions of one server: the n-th begins, speaks for so long, and has this phase. */
export interface ServedSessions extends SeatedSessions {
  readonly phase: ArrayLike<number>
  /** The worker that it is on. Absent: as `workersOf` says. */
  readonly worker?: ArrayLike<number>
}

/** One update of a simulation. */
export interface ServedUpdate {
  readonly session: number
  readonly worker: number
  /** When the session had enough audio, when it took what had come, when it was computed, and when it was done. */
  readonly readySec: number
  readonly takenSec: number
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

/** What recognizers were busy with; several servers can be added up. */
export class ServingTally {
  /** How late recognition was when updates ended: from when their last audio was spoken. */
  readonly lag = new LagHistogram()
  /** How late final text was: from the end of its last word. */
  readonly textLag = new LagHistogram()
  /** How long after they were due updates ended: from when their sessions had enough audio. */
  readonly delay = new LagHistogram()
  /** Updates that count, and the time that recognizers were taken by them. */
  updates = 0
  busySec = 0
  cpuSec = 0
  /** Seconds of audio in them. */
  audioSec = 0
}

/**
 * The workers of one server and its sessions, each of which is on one of them. A session asks for an update when it has a step
 * of new audio; a worker serves those who ask it in the order in which they asked, one after the other. An update takes all
 * audio that has come when it is the next to be computed: when the one before begins. So late sessions have fewer and longer
 * updates, and their audio waits for one other update at most.
 */
export function simulateWorkers(
  costs: UpdateCosts,
  sessions: ServedSessions,
  manners: ServingManners,
  { fromSec = 0, untilSec = Number.POSITIVE_INFINITY, onUpdate }: ServingOptions = {},
  tally: ServingTally = new ServingTally(),
): ServingTally {
  const { workers, stepSec, pieceSec, backlogSec } = manners
  const count = sessions.beginSec.length
  const heardSec = new Float64Array(count)
  const heap = new EventHeap(count)
  const begin = (session: number) => sessions.beginSec[session] as number
  const length = (session: number) => sessions.lengthSec[session] as number
  /** When a session has a step of audio that was not heard, or the rest. */
  const filledAt = (session: number) => {
    const wanted = (heardSec[session] as number) + stepSec
    const come = pieceSec > 0 ? Math.ceil(wanted / pieceSec - ROUNDING) * pieceSec : wanted
    return begin(session) + Math.min(length(session), come)
  }
  const comeAt = (session: number, timeSec: number) => {
    const since = timeSec - begin(session)
    if (since >= length(session)) return length(session)
    return pieceSec > 0 ? Math.floor(since / pieceSec + ROUNDING) * pieceSec : since
  }
  for (let session = 0; session < count; session++) if (length(session) > 0) heap.push(filledAt(session), session)
  const workerOf = sessions.worker ?? workersOf(sessions, workers)
  const freeSec = new Float64Array(workers).fill(Number.NEGATIVE_INFINITY)
  /** When the last update of each worker began. */
  const beganSec = new Float64Array(workers).fill(Number.NEGATIVE_INFINITY)
  while (heap.time <= untilSec && heap.size > 0) {
    const [readySec, session] = [heap.time, heap.value]
    const worker = workerOf[session] as number
    const takenSec = Math.max(readySec, beganSec[worker] as number)
    const before = heardSec[session] as number
    const endSec = Math.min(comeAt(session, takenSec), before + backlogSec)
    const newSec = endSec - before
    heardSec[session] = endSec
    const phase = sessions.phase[session] as number
    const serviceSec = costs.serviceSec(endSec, newSec, phase)
    const startSec = Math.max(takenSec, freeSec[worker] as number)
    const doneSec = startSec + serviceSec
    beganSec[worker] = startSec
    freeSec[worker] = doneSec
    // Who asks again does so later than all who have asked by now: one heap is the queues of all workers as well.
    if (endSec >= length(session) - ROUNDING) heap.pop()
    else heap.replace(Math.max(doneSec, filledAt(session)), session)
    onUpdate?.({ session, worker, readySec, takenSec, startSec, doneSec })
    if (readySec < fromSec) continue
    const lateSec = doneSec - begin(session) - endSec
    tally.lag.add(lateSec)
    tally.delay.add(doneSec - readySec)
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
