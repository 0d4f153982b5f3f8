import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leastBusy, type PlacedSession } from '../../src/backends/onnx-whisper/worker/placement.js'
import { fullServer, mostSessions } from '../../src/capacity/full-server.js'
import { planCapacity } from '../../src/capacity/plan.js'
import { type ServedSessions, type ServedUpdate, simulateWorkers } from '../../src/capacity/recognizer.js'
import { serverMemoryMb } from '../../src/capacity/server-memory.js'
import { constantCosts } from '../../src/capacity/update-costs.js'
import { workersOf } from '../../src/capacity/worker-seats.js'
import '../helpers/seeds.js'

const MANNERS = { workers: 2, stepSec: 1, pieceSec: 0.1, backlogSec: 10 }

/** Sessions that all begin at once, or at the seconds that are given. */
function sessionsOf(count: number, lengthSec: number, beginSec: readonly number[] = []): ServedSessions {
  return {
    beginSec: Array.from({ length: count }, (_, at) => beginSec[at] ?? 0),
    lengthSec: Array.from({ length: count }, () => lengthSec),
    phase: Array.from({ length: count }, () => 0),
  }
}

function served(workers: number, costSec: number, sessions: ServedSessions) {
  const updates: ServedUpdate[] = []
  const onUpdate = (update: ServedUpdate) => updates.push(update)
  const tally = simulateWorkers(constantCosts(costSec), sessions, { ...MANNERS, workers }, { onUpdate })
  return { updates, tally }
}

const waits = ({ updates }: ReturnType<typeof served>) => updates.map(({ startSec, readySec }) => startSec - readySec)

describe('the worker of a session', () => {
  it('is the one with the fewest sessions that speak, the first of equals', () => {
    // The second and the third have ended when the last two come.
    const sessions = { beginSec: [0, 1, 2, 3, 10, 11], lengthSec: [50, 5, 5, 50, 50, 50] }
    expect([...workersOf(sessions, 2)]).toEqual([0, 1, 0, 1, 0, 1])
    expect([...workersOf({ ...sessions, lengthSec: [50, 5, 50, 5, 50, 50] }, 2)]).toEqual([0, 1, 0, 1, 1, 1])
    expect([...workersOf(sessions, 3)]).toEqual([0, 1, 2, 0, 1, 2])
    expect([...workersOf(sessions, 1)]).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('is the one that a server chooses', () => {
    const someSessions = fc.array(fc.tuple(fc.nat(100), fc.integer({ min: 1, max: 60 })), { maxLength: 40 })
    fc.assert(
      fc.property(someSessions, fc.integer({ min: 1, max: 5 }), (drawn, workers) => {
        // Not in the order in which they come.
        const sessions = { beginSec: drawn.map(([begin]) => begin), lengthSec: drawn.map(([, length]) => length) }
        const places = Array.from({ length: workers }, (_, worker) => ({
          worker,
          isStarted: worker === 0,
          sessions: new Map<PlacedSession, number>(),
        }))
        const expected: number[] = []
        const order = drawn.map((_, at) => at).sort((one, other) => drawn[one]![0] - drawn[other]![0] || one - other)
        for (const at of order) {
          const [begin, length] = drawn[at]!
          for (const { sessions: there } of places) {
            for (const [session, end] of there) if (end <= begin) there.delete(session)
          }
          const all = places.map((place) => ({ ...place, sessions: new Set(place.sessions.keys()) }))
          const worker = leastBusy(all, String(at), begin)!.worker
          places[worker]!.isStarted = true
          places[worker]!.sessions.set(
            { client: String(at), isPatient: false, calls: 1, lastSec: begin },
            begin + length,
          )
          expected[at] = worker
        }
        expect([...workersOf(sessions, workers)]).toEqual(expected)
      }),
    )
  })
})

describe('several workers', () => {
  it('never wait for each other: two with one session each, which on one would wait', () => {
    const two = served(2, 0.4, sessionsOf(2, 60))
    expect(Math.max(...waits(two))).toBe(0)
    expect(two.tally.lag.max).toBeCloseTo(0.4, 9)
    expect(new Set(two.updates.map(({ session, worker }) => `${session} on ${worker}`)).size).toBe(2)
    expect(Math.max(...waits(served(1, 0.4, sessionsOf(2, 60))))).toBeCloseTo(0.4, 9)
  })

  it('end later on average than one that is as fast as all together', () => {
    // Of 2n sessions that ask at once the k-th on its worker ends after k updates: (n + 1) / 2 of them on average. On one of
    // twice the speed the k-th of all ends after k half ones: (2n + 1) / 4.
    for (const half of [1, 2, 5]) {
      const costSec = 0.8 / half
      const [two, one] = [2, 1].map((workers) => served(workers, (workers * costSec) / 2, sessionsOf(2 * half, 1)))
      expect(two!.tally.lag.mean).toBeCloseTo((costSec * (half + 1)) / 2, 9)
      expect(one!.tally.lag.mean).toBeCloseTo((costSec * (2 * half + 1)) / 4, 9)
      expect(two!.tally.busySec).toBeCloseTo(2 * one!.tally.busySec, 6)
    }
  })

  it('have queues of their own: what a server of two does is what two servers do that have its sessions', () => {
    const begins = fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 2, maxLength: 30 })
    fc.assert(
      fc.property(begins, fc.double({ min: 0.01, max: 0.3, noNaN: true }), (beginSec, costSec) => {
        const all = sessionsOf(beginSec.length, 12, beginSec)
        const { updates, tally } = served(2, costSec, all)
        const worker = workersOf(all, 2)
        const alone = [0, 1].map((own) => {
          const begin = beginSec.filter((_, at) => worker[at] === own)
          return served(1, costSec, sessionsOf(begin.length, 12, begin))
        })
        for (const [own, { updates: expected }] of alone.entries()) {
          const times = ({ readySec, startSec, doneSec }: ServedUpdate) => [readySec, startSec, doneSec]
          expect(updates.filter((update) => update.worker === own).map(times)).toEqual(expected.map(times))
        }
        expect(tally.updates).toBe(alone[0]!.tally.updates + alone[1]!.tally.updates)
      }),
    )
  })

  it('let a session wait for the others of its worker while another worker has nothing to do', () => {
    const worker = [0, 0, 0]
    const crowded = served(2, 0.5, { ...sessionsOf(3, 120), worker })
    // Three updates of half a second: each session has its turn every second and a half.
    expect(crowded.tally.audioSec / crowded.tally.updates).toBeCloseTo(1.5, 1)
    expect(Math.max(...waits(served(3, 0.5, sessionsOf(3, 120))))).toBe(0)
  })
})

describe('a full server of several workers', () => {
  const bounds = { utilization: 0.8, lagSec: 1 }

  it('has as many times the sessions of one', () => {
    for (const workers of [1, 2, 4]) {
      const most = mostSessions(constantCosts(0.05), { ...MANNERS, workers }, bounds, 1)
      expect(most).toMatchObject({ workers, sessions: 16 * workers })
      expect(most?.utilization).toBeCloseTo(0.8, 9)
    }
  })

  it('is as busy as its busiest worker', () => {
    const loose = { utilization: 0.8, lagSec: 10 }
    // Five would be 0.75 on average, but 0.9 for the worker that has three of them.
    expect(mostSessions(constantCosts(0.3), MANNERS, loose, 1)?.sessions).toBe(4)
    expect(fullServer(5, constantCosts(0.3), MANNERS, 1).utilization).toBeCloseTo(0.9, 9)
  })

  it('means fewer servers', () => {
    const demand = { sessions: 100, meanSec: 600, refused: 0.001, spare: 1, bounds, drainSec: 10, loadSec: 5, seed: 1 }
    const plan = planCapacity(demand, constantCosts(0.05), MANNERS)
    // 127 places for 100 sessions on average, 32 on each.
    expect(plan?.servers).toBe(5)
    expect(plan?.fleet.gaveUp).toBe(0)
    expect(plan?.tally.lag.quantile(0.95)).toBeLessThan(1)
    // As all watched servers have computed: nothing is counted twice, and no worker is left out.
    const one = planCapacity(demand, constantCosts(0.05), { ...MANNERS, workers: 1 })
    const perSec = (found: typeof plan) => (found?.tally.audioSec ?? 0) / 600
    expect(Math.abs(perSec(plan) / perSec(one) - 1)).toBeLessThan(0.05)
  })
})

describe('the memory of a server', () => {
  const memory = { oneSessionMb: 300, perSessionMb: 20, copyMb: 150 }

  it.each([
    [1, 1, 300],
    [1, 16, 600],
    [2, 2, 450],
    [2, 32, 1050],
    [4, 32, 1310],
  ])('of %i workers with %i sessions is that of all copies and of all sessions', (workers, sessions, expected) => {
    expect(serverMemoryMb(memory, workers, sessions)).toBe(expected)
  })

  it('has no more copies than sessions', () => expect(serverMemoryMb(memory, 8, 3)).toBe(600))

  it('is that of several servers where nothing is known of a further copy', () => {
    expect(serverMemoryMb({ oneSessionMb: 300, perSessionMb: 20 }, 3, 5)).toBe(940)
  })
})
