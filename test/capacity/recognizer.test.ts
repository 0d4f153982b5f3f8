import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventHeap } from '../../src/capacity/event-heap.js'
import { LagHistogram } from '../../src/capacity/lag-histogram.js'
import { type ServedUpdate, simulateWorkers } from '../../src/capacity/recognizer.js'
import { constantCosts } from '../../src/capacity/update-costs.js'
import { randomNumbers } from '../../src/evaluation/statistics/random.js'
import '../helpers/seeds.js'

const MANNERS = { workers: 1, stepSec: 1, pieceSec: 0.1, backlogSec: 10 }

/** Sessions that begin in the first seconds; all drawn by the same numbers. */
function sessionsOf(count: number, lengthSec: number, spreadSec: number, seed = 1) {
  const random = randomNumbers(seed)
  return {
    beginSec: Float64Array.from({ length: count }, () => spreadSec * random()),
    lengthSec: new Float64Array(count).fill(lengthSec),
    phase: new Float64Array(count),
  }
}

function served(costSec: number, ...[sessions, manners = MANNERS]: [ReturnType<typeof sessionsOf>, typeof MANNERS?]) {
  const updates: ServedUpdate[] = []
  const tally = simulateWorkers(constantCosts(costSec), sessions, manners, {
    onUpdate: (update) => updates.push(update),
  })
  return { updates, tally }
}

describe('the heap of events', () => {
  it('gives events in order of time', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(50), fc.constant(null))), (steps) => {
        const heap = new EventHeap(1)
        const model: number[] = []
        for (const step of steps) {
          expect(heap.time).toBe(Math.min(Number.POSITIVE_INFINITY, ...model))
          if (step === null) {
            model.splice(model.indexOf(Math.min(...model)), 1)
            heap.pop()
          } else if (step % 3 === 0 && model.length > 0) {
            model.splice(model.indexOf(Math.min(...model)), 1, step)
            heap.replace(step, step)
          } else {
            model.push(step)
            heap.push(step, step)
          }
          expect(heap.size).toBe(model.length)
        }
      }),
    )
  })
})

describe('the histogram of lags', () => {
  it('has the mean, and shares to 5 ms', () => {
    const lags = new LagHistogram()
    for (let at = 1; at <= 1000; at++) lags.add(at / 100)
    expect(lags.mean).toBeCloseTo(5.005, 6)
    expect(Math.abs(lags.quantile(0.95) - 9.5)).toBeLessThan(0.006)
    expect([lags.count, lags.max]).toEqual([1000, 10])
    lags.add(1000)
    expect(lags.quantile(1)).toBeCloseTo(120, 1)
  })
})

describe('one recognizer', () => {
  it('serves one update after the other, in the order in which sessions asked, and hears all audio', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0.001, max: 0.2, noNaN: true }),
        fc.nat(),
        (count, tenths, costSec, seed) => {
          const { updates, tally } = served(costSec, sessionsOf(count, tenths / 10, 3, seed))
          for (const [at, update] of updates.entries()) {
            const before = updates[at - 1]
            expect(update.startSec).toBeGreaterThanOrEqual(update.takenSec)
            expect(update.doneSec - update.startSec).toBeCloseTo(costSec, 9)
            if (!before) continue
            expect(update.readySec).toBeGreaterThanOrEqual(before.readySec)
            expect(update.takenSec).toBe(Math.max(update.readySec, before.startSec))
            expect(update.startSec).toBe(Math.max(update.takenSec, before.doneSec))
          }
          expect(new Set(updates.map(({ session }) => session)).size).toBe(count)
          expect(tally.audioSec).toBeCloseTo((count * tenths) / 10, 6)
          expect(tally.busySec).toBeCloseTo(updates.length * costSec, 6)
        },
      ),
    )
  })

  it('is late by what an update takes when there is one session', () => {
    const { tally } = served(0.2, sessionsOf(1, 30, 0))
    expect(tally.updates).toBe(30)
    expect(tally.lag.mean).toBeCloseTo(0.2, 9)
  })

  it('hears more at a time when it cannot keep up, and what it hears has waited for one other update at most', () => {
    for (const [count, costSec] of [
      [6, 0.5],
      [12, 0.3],
      [40, 0.2],
    ] as const) {
      const sessions = sessionsOf(count, 300, 1)
      const spoken = { fromSec: 20, untilSec: 280 }
      const tally = simulateWorkers(constantCosts(costSec), sessions, MANNERS, spoken)
      // Each session has its turn when all others have had theirs, and hears what has come since.
      const roundSec = count * costSec
      expect(Math.abs(tally.audioSec / tally.updates / roundSec - 1)).toBeLessThan(0.05)
      // The update before, its own, and the piece of audio that was not complete.
      expect(tally.lag.max).toBeLessThan(2 * costSec + 0.1 + 1e-6)
      expect(tally.lag.mean).toBeGreaterThan(2 * costSec - 1e-6)
      // It was due a second after the one before had heard all.
      expect(Math.abs(tally.delay.mean - (roundSec + 2 * costSec - 1))).toBeLessThan(0.1)
      expect(served(costSec, sessions).tally.audioSec).toBeCloseTo(count * 300, 6)
    }
  })

  it('is later and later when a turn comes so seldom that not all audio can be taken at it', () => {
    const { tally } = served(2, sessionsOf(10, 60, 1))
    expect(tally.audioSec).toBeCloseTo(600, 6)
    expect(tally.lag.max).toBeGreaterThan(40)
  })

  it('waits as an M/D/1 queue does when updates come independently of each other', () => {
    const [serviceSec, perSec, spanSec] = [0.05, 16, 20_000]
    const random = randomNumbers(7)
    const begins: number[] = []
    for (let at = 0; at < spanSec; at += -Math.log(1 - random()) / perSec) begins.push(at)
    const count = begins.length
    const sessions = {
      beginSec: Float64Array.from(begins),
      lengthSec: new Float64Array(count).fill(1),
      phase: new Float64Array(count),
    }
    const { updates, tally } = served(serviceSec, sessions, { ...MANNERS, pieceSec: 0 })
    expect(updates.length).toBe(count)
    const load = (count / spanSec) * serviceSec
    const waitSec = (load * serviceSec) / (2 * (1 - load))
    const waited = updates.reduce((sum, { startSec, readySec }) => sum + startSec - readySec, 0) / count
    expect(Math.abs(waited / waitSec - 1)).toBeLessThan(0.03)
    expect(tally.lag.mean).toBeCloseTo(waited + serviceSec, 6)
  })

  it("keeps Little's law: who waits or is served, seen at any times, is arrivals times the time in the system", () => {
    const { updates } = served(0.045, sessionsOf(20, 2000, 20))
    const [fromSec, untilSec] = [50, 1950]
    const inside = updates.filter(({ readySec }) => readySec >= fromSec && readySec < untilSec)
    const timeSec = inside.reduce((sum, { doneSec, readySec }) => sum + doneSec - readySec, 0) / inside.length
    const perSec = inside.length / (untilSec - fromSec)
    const random = randomNumbers(3)
    let seen = 0
    const looks = 3000
    for (let look = 0; look < looks; look++) {
      const at = fromSec + (untilSec - fromSec) * random()
      for (const { readySec, doneSec } of updates) if (readySec <= at && at < doneSec) seen++
    }
    expect(Math.abs(seen / looks / (perSec * timeSec) - 1)).toBeLessThan(0.05)
  })

  it('is the same each time', () => {
    const run = () => served(0.045, sessionsOf(15, 100, 5)).updates
    expect(run()).toEqual(run())
  })
})
