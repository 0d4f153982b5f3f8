import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fullServer, mostSessions } from '../../src/capacity/full-server.js'
import { type Demand, planCapacity } from '../../src/capacity/plan.js'
import { constantCosts, parallelism, tracedCosts, type UpdateTrace } from '../../src/capacity/update-costs.js'
import '../helpers/seeds.js'

const MANNERS = { workers: 1, stepSec: 1, pieceSec: 0.1, backlogSec: 10 }
const BOUNDS = { utilization: 0.8, lagSec: 1 }
const DEMAND: Demand = {
  sessions: 100,
  meanSec: 600,
  refused: 0.001,
  spare: 1,
  bounds: BOUNDS,
  drainSec: 10,
  loadSec: 5,
  seed: 1,
}

/** As if a recording of a minute had been measured: an update costs a part for itself and a part for what it hears. */
function trace(stepSec: number, threads = 1): UpdateTrace {
  const updates = Array.from({ length: Math.round(60 / stepSec) }, (_, at) => {
    const bufferSec = Math.min(15, (at + 1) * stepSec)
    const wallSec = 0.02 + 0.004 * bufferSec
    return { bufferSec, wallSec, cpuSec: threads * wallSec, textAges: [stepSec] }
  })
  return { stepSec, updates }
}

describe('measured costs', () => {
  it('are those of the place in the recording, and of the step', () => {
    const costs = tracedCosts([trace(1), trace(2), trace(4)], 15)
    expect(costs.serviceSec(1, 1, 0)).toBeCloseTo(0.024, 9)
    expect(costs.serviceSec(10, 1, 0.7)).toBeCloseTo(0.06, 9)
    expect(costs.serviceSec(500, 1, 0.3)).toBeCloseTo(0.08, 9)
    expect(costs.serviceSec(4, 2, 0)).toBeCloseTo(0.036, 9)
    // Longer than all that was measured.
    expect(costs.serviceSec(500, 8, 0)).toBeCloseTo(0.16, 9)
    expect(costs.textAges(500, 2, 0)).toEqual([2])
    expect(costs.textAges(500, 3, 0)).toEqual([3])
  })

  it('lie between those of the shorter and the longer step', () => {
    const steps = [trace(1), trace(4)].map((one, at) => ({
      ...one,
      updates: one.updates.map((update) => ({ ...update, wallSec: 0.1 + 0.3 * at, cpuSec: 0.1 + 0.3 * at })),
    }))
    const costs = tracedCosts(steps, 15)
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 4, noNaN: true }),
        fc.double({ min: 4, max: 900, noNaN: true }),
        (step, end) => {
          expect(costs.serviceSec(end, step, 0.5)).toBeCloseTo(0.1 + (0.3 * (step - 1)) / 3, 9)
        },
      ),
    )
  })

  it('are processor time over threads, so that other programs do not count, and the time where a backend waits', () => {
    const disturbed = trace(1, 2).updates.map((update, at) => (at % 3 ? update : { ...update, wallSec: 10 }))
    const costs = tracedCosts([{ stepSec: 1, updates: disturbed }], 15)
    expect(parallelism([trace(1, 2)])).toBeCloseTo(2, 9)
    expect(costs.serviceSec(40, 1, 0)).toBeCloseTo(0.08, 9)
    expect(costs.cpuSec(40, 1, 0)).toBeCloseTo(0.16, 9)
    expect(parallelism([trace(1, 0)])).toBe(0)
    expect(tracedCosts([trace(1, 0)], 15).serviceSec(40, 1, 0)).toBeCloseTo(0.08, 9)
  })
})

describe('a full server', () => {
  it('has as many sessions as its bounds allow, and one more is too many', () => {
    const costs = constantCosts(0.05)
    const most = mostSessions(costs, MANNERS, BOUNDS, 1)
    expect(most?.sessions).toBe(16)
    expect(most?.utilization).toBeCloseTo(0.8, 9)
    const late = { utilization: 2, lagSec: 0.3 }
    const others = mostSessions(costs, MANNERS, late, 1)
    expect(others?.tally.delay.quantile(0.95)).toBeLessThanOrEqual(0.3)
    expect(fullServer((others?.sessions ?? 0) + 1, costs, MANNERS, 1).tally.delay.quantile(0.95)).toBeGreaterThan(0.3)
    expect(mostSessions(constantCosts(3), MANNERS, BOUNDS, 1)).toBeNull()
  })
})

describe('a plan', () => {
  it('has servers for all, and one more to spare', () => {
    const plan = planCapacity(DEMAND, constantCosts(0.05), MANNERS)
    expect(plan?.full.sessions).toBe(16)
    // 127 places for 100 sessions on average.
    expect(plan?.servers).toBe(9)
    expect(plan?.fleet.gaveUp).toBe(0)
    expect(plan?.watched).toBe(9)
    expect(plan?.tally.lag.quantile(0.95)).toBeLessThan(1)
    expect(plan?.restarted?.fleet.moved).toBeGreaterThan(80)
    expect(plan?.restarted?.fleet.gaveUp).toBe(0)
  })

  it('is the same each time, and has less lag on more servers', () => {
    const traces = [trace(1), trace(2), trace(4)]
    const lagOf = (spare: number) =>
      planCapacity({ ...DEMAND, spare }, tracedCosts(traces, 15), MANNERS)?.tally.lag.mean ?? Number.NaN
    expect(lagOf(1)).toBe(lagOf(1))
    expect(lagOf(5)).toBeLessThan(lagOf(0))
    expect(lagOf(20)).toBeLessThan(lagOf(5))
  })

  it('watches some of many servers, and the busiest part of a day', () => {
    const day = [1, 1, 2, 8, 4, 1]
    const plan = planCapacity({ ...DEMAND, sessions: 3000, day, meanSec: 900 }, constantCosts(0.05), MANNERS)
    expect(plan?.servers).toBeGreaterThan(150)
    expect(plan?.watched).toBeLessThan(plan?.servers ?? 0)
    expect(plan?.fleet.maxActive).toBeGreaterThan(2800)
    expect(plan?.fleet.meanActive).toBeLessThan(1300)
    expect(plan?.tally.lag.mean).toBeGreaterThan(0.05)
  })
})
