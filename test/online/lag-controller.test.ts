import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Effort } from '../../src/core/types.js'
import { type EffortChange, effortsBelow, LagController } from '../../src/online/lag-controller.js'

const FULL: Effort = { stepSec: 1, windowSec: 15 }
const EFFORTS = effortsBelow(FULL)

/** What an update takes on a machine without load: a part of its own, one for its new audio, one for its window. */
interface Costs {
  readonly updateSec: number
  readonly secondSec: number
  readonly windowSecondSec: number
}

interface Update {
  readonly at: number
  readonly lagSec: number
  readonly change: EffortChange
  /** How much is computed, from 0, all, on. */
  readonly level: number
}

interface Simulation {
  readonly costs: Costs
  readonly maxLagSec: number
  readonly seconds: number
  /** How many times slower the machine is, second by second. */
  readonly load: (second: number) => number
  readonly isAlone?: boolean
  /** It goes on for at least so many updates, of which an overloaded machine has few in the time. */
  readonly minUpdates?: number
}

/** A stream in real time, whose updates take all that has arrived, at least a step. */
function simulated({
  costs,
  maxLagSec,
  seconds,
  load,
  isAlone = false,
  minUpdates = 0,
}: Simulation): readonly Update[] {
  const controller = new LagController(maxLagSec, EFFORTS)
  const updates: Update[] = []
  let [now, takenSec] = [0, 0]
  while (now < seconds || updates.length < minUpdates) {
    const { stepSec, windowSec } = controller.effort
    now = Math.max(now, takenSec + stepSec)
    const newSec = now - takenSec
    takenSec = now
    const { updateSec, secondSec, windowSecondSec } = costs
    const computingSec = load(now) * (updateSec + secondSec * newSec + windowSecondSec * Math.max(windowSec, newSec))
    now += computingSec
    const change = controller.updated({ endedAt: now, computingSec, waitingSec: now - takenSec, isAlone })
    const level = EFFORTS.indexOf(controller.effort)
    updates.push({ at: now, lagSec: controller.lagSec, change, level })
  }
  return updates
}

const seconds = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const costs = fc.record({
  updateSec: seconds(0.01, 0.1),
  secondSec: seconds(0.01, 0.1),
  windowSecondSec: seconds(0, 0.01),
})
const deepest = (updates: readonly Update[]) => Math.max(...updates.map(({ level }) => level))
const changes = (updates: readonly Update[]) => updates.filter(({ change }) => change === 'less' || change === 'more')

describe('the efforts of a stream', () => {
  it('begin with what is configured, and each is less than the one before', () => {
    fc.assert(
      fc.property(seconds(0.01, 10), seconds(0.5, 60), (stepSec, windowSec) => {
        const efforts = effortsBelow({ stepSec, windowSec })
        expect(efforts[0]).toEqual({ stepSec, windowSec })
        for (const [index, effort] of efforts.slice(1).entries()) {
          const before = efforts[index]!
          expect(effort.stepSec).toBeGreaterThanOrEqual(before.stepSec)
          expect(effort.windowSec).toBeLessThanOrEqual(before.windowSec)
          expect(effort).not.toEqual(before)
          expect(effort.stepSec).toBeLessThanOrEqual(2 * before.stepSec)
          expect(effort.windowSec).toBeGreaterThanOrEqual(before.windowSec / 2)
        }
      }),
    )
  })
})

describe('the lag controller', () => {
  it('changes nothing while no update is late, whatever else happens', () => {
    const report = fc.record({ pauseSec: seconds(0, 30), computingSec: seconds(0, 30), waitingSec: seconds(0, 30) })
    fc.assert(
      fc.property(seconds(0.1, 5), fc.array(report, { maxLength: 200 }), (maxLagSec, reports) => {
        const controller = new LagController(maxLagSec, EFFORTS)
        let endedAt = 0
        for (const { pauseSec, computingSec, waitingSec } of reports) {
          endedAt += pauseSec + computingSec
          const inTime = Math.min(waitingSec, maxLagSec)
          expect(controller.updated({ endedAt, computingSec, waitingSec: inTime, isAlone: false })).toBeNull()
          expect(controller.effort).toBe(FULL)
        }
      }),
    )
  })

  it('takes one late update for a moment of the machine, and a burst of the input for nothing', () => {
    const controller = new LagController(1, EFFORTS)
    const updated = (endedAt: number, computingSec: number, waitingSec: number) =>
      controller.updated({ endedAt, computingSec, waitingSec, isAlone: true })
    expect([updated(1, 1.5, 1.5), updated(12, 0.2, 0.2), updated(20, 1.5, 1.5)]).toEqual([null, null, null])
    expect([updated(40, 0.2, 30), updated(41, 0.9, 30), updated(42, 0.9, 30)]).toEqual([null, null, null])
    expect([updated(60, 1.5, 1.5), updated(62, 1.5, 1.5)]).toEqual([null, 'less'])
  })

  it('keeps the lag below the bound where one of the efforts does, but for a few updates', () => {
    fc.assert(
      fc.property(costs, seconds(1, 12), seconds(0.3, 2), (costs, load, maxLagSec) => {
        const least = EFFORTS.at(-1)!
        const { updateSec, secondSec, windowSecondSec } = costs
        const leastSec = load * (updateSec + secondSec * least.stepSec + windowSecondSec * least.windowSec)
        const windowed = load * (updateSec + secondSec + windowSecondSec * least.windowSec)
        fc.pre(Math.max(leastSec, windowed) < 0.9 * Math.min(maxLagSec, 1))
        const updates = simulated({ costs, maxLagSec, seconds: 600, load: () => load })
        const late = updates.filter(({ lagSec }) => lagSec > maxLagSec)
        expect(late.length).toBeLessThan(0.1 * updates.length + 5)
        expect(updates.at(-1)!.lagSec).toBeLessThanOrEqual(maxLagSec)
      }),
    )
  })

  it('does not swing under a steady load', () => {
    fc.assert(
      fc.property(costs, seconds(0.5, 30), seconds(0.2, 3), (costs, load, maxLagSec) => {
        const hour = simulated({ costs, maxLagSec, seconds: 3600, load: () => load })
        // Each time that more turns out to be too much it is tried again after twice the time: eight times in an hour.
        expect(changes(hour).length).toBeLessThanOrEqual(EFFORTS.length + 2 * 9)
        const lastHalf = changes(hour).filter(({ at }) => at > 1800)
        expect(lastHalf.length).toBeLessThanOrEqual(4)
      }),
    )
  })

  it('waits twice as long each time that more looked possible and was not', () => {
    // Half of the window takes 0.4 s and all of it 0.75 s, which is late.
    const costs = { updateSec: 0, secondSec: 0, windowSecondSec: 0.05 }
    const hour = simulated({ costs, maxLagSec: 0.7, seconds: 3600, load: () => 1 })
    const tries = hour.filter(({ change }) => change === 'more').map(({ at }) => at)
    expect(tries.length).toBeGreaterThan(4)
    const waits = tries.slice(1).map((at, index) => at - tries[index]!)
    for (const [index, wait] of waits.slice(1).entries()) expect(wait).toBeGreaterThan(1.5 * waits[index]!)
  })

  it('does as much less as the load is more', () => {
    fc.assert(
      fc.property(costs, seconds(0.5, 30), seconds(1, 3), seconds(0.2, 3), (costs, load, times, maxLagSec) => {
        const long = { costs, maxLagSec, seconds: 300, minUpdates: 40 }
        const under = (factor: number) => deepest(simulated({ ...long, load: () => factor }))
        expect(under(load * times)).toBeGreaterThanOrEqual(under(load))
      }),
    )
  })

  it('does the least where the load is so high that hardly an update ends', () => {
    const costs = { updateSec: 0.0994, secondSec: 0.0931, windowSecondSec: 0.0097 }
    const updates = simulated({ costs, maxLagSec: 0.9, seconds: 300, minUpdates: 40, load: () => 88 })
    expect(deepest(updates)).toBe(EFFORTS.length - 1)
  })

  it('goes back to all that is configured when the load is gone, step by step', () => {
    fc.assert(
      fc.property(costs, seconds(5, 60), seconds(10, 200), (costs, factor, untilSec) => {
        const load = (second: number) => (second < untilSec ? factor : 0.5)
        const updates = simulated({ costs, maxLagSec: 1, seconds: untilSec + 3600, load })
        expect(updates.at(-1)!.level).toBe(0)
        const levels = updates.map(({ level }) => level)
        for (const [index, level] of levels.slice(1).entries()) {
          expect(Math.abs(level - levels[index]!)).toBeLessThanOrEqual(1)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('says once that less than the least would be needed, and goes on', () => {
    const costs = { updateSec: 0.1, secondSec: 0.1, windowSecondSec: 0.01 }
    const load = (second: number) => (second % 600 < 300 ? 8 : 0.5)
    const updates = simulated({ costs, maxLagSec: 0.5, seconds: 3600, load })
    expect(updates.filter(({ change }) => change === 'least')).toHaveLength(1)
    expect(deepest(updates)).toBe(EFFORTS.length - 1)
    expect(updates.filter(({ change }) => change === 'more').length).toBeGreaterThan(1)
  })

  it('never waits for more when the stream is alone, because its updates take all that has arrived anyway', () => {
    fc.assert(
      fc.property(costs, seconds(0.5, 30), seconds(0.2, 3), (costs, load, maxLagSec) => {
        const updates = simulated({ costs, maxLagSec, seconds: 600, load: () => load, isAlone: true })
        expect(EFFORTS[deepest(updates)]?.stepSec).toBe(FULL.stepSec)
      }),
    )
  })

  it('gives streams that share a machine room, so that they are less late than each for itself', () => {
    expect(worstLagTogether(4, EFFORTS)).toBeLessThan(worstLagTogether(4, [FULL]))
  })
})

describe('a stream with beams', () => {
  const beams: Effort = { ...FULL, beamSize: 5 }
  const greedy: Effort = { ...FULL, beamSize: 1 }
  const efforts = effortsBelow(beams)

  /** Updates a second apart, each of which takes what it says, and is as late; the efforts after each of them. */
  const effortsAfter = (controller: LagController, took: readonly number[], from = 0) =>
    took.map((computingSec, index) => {
      const endedAt = from + index
      controller.updated({ endedAt, computingSec, waitingSec: computingSec, isAlone: true })
      return controller.effort
    })

  it('gives up beams first, then the window, then the step', () => {
    expect(efforts).toEqual([
      beams,
      { ...FULL, beamSize: 2 },
      greedy,
      { stepSec: 1, windowSec: 8, beamSize: 1 },
      { stepSec: 2, windowSec: 8, beamSize: 1 },
    ])
    expect(effortsBelow({ ...FULL, beamSize: 2 }).slice(0, 2)).toEqual([{ ...FULL, beamSize: 2 }, greedy])
    expect(EFFORTS.every((effort) => !('beamSize' in effort))).toBe(true)
  })

  it('is decoded greedily at once where few beams would be too late as well', () => {
    expect(effortsAfter(new LagController(1, efforts), [5])).toEqual([greedy])
    expect(effortsAfter(new LagController(1, efforts), [2.5])).toEqual([{ ...FULL, beamSize: 2 }])
    expect(effortsAfter(new LagController(1, efforts), [1.5, 1.5])).toEqual([beams, { ...FULL, beamSize: 2 }])
  })

  it('has its beams again when the load is gone, one step after the other', () => {
    const controller = new LagController(1, efforts)
    effortsAfter(controller, [5])
    const found = effortsAfter(controller, Array(60).fill(0.05), 10)
    expect([...new Set(found)]).toEqual([greedy, { ...FULL, beamSize: 2 }, beams])
    expect(controller.isFull).toBe(true)
  })

  it('has them not while more would take all of the time, nor while it would be late with them', () => {
    const busy = new LagController(1, efforts)
    effortsAfter(busy, [5])
    expect(new Set(effortsAfter(busy, Array(600).fill(0.25), 10))).toEqual(new Set([greedy]))
    const late = new LagController(0.1, efforts)
    effortsAfter(late, [5])
    expect(new Set(effortsAfter(late, Array(600).fill(0.05), 10))).toEqual(new Set([greedy]))
  })
})

/** Streams whose updates take turns on one model: the largest lag after a minute. */
function worstLagTogether(count: number, efforts: readonly Effort[]): number {
  const streams = Array.from({ length: count }, () => ({
    controller: new LagController(0.8, efforts),
    takenSec: 0,
    freeAt: 0,
  }))
  let [machineAt, worst] = [0, 0]
  const readyAt = ({ controller, takenSec, freeAt }: (typeof streams)[number]) =>
    Math.max(freeAt, takenSec + controller.effort.stepSec)
  while (machineAt < 300) {
    const next = streams.reduce((first, stream) => (readyAt(stream) < readyAt(first) ? stream : first))
    const beganAt = readyAt(next)
    const computingSec = 0.15 + 0.12 * (beganAt - next.takenSec)
    machineAt = Math.max(machineAt, beganAt) + computingSec
    next.takenSec = beganAt
    next.freeAt = machineAt
    const waitingSec = machineAt - beganAt
    next.controller.updated({ endedAt: machineAt, computingSec: waitingSec, waitingSec, isAlone: false })
    if (machineAt > 60) worst = Math.max(worst, next.controller.lagSec)
  }
  return worst
}
