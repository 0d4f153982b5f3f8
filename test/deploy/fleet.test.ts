import { beforeAll, describe, expect, it } from 'vitest'
import { hasBalancer } from '../../bench/fleet/balancers.js'
import { type FleetReport, runFleet } from '../../bench/fleet/scenario.js'

const SESSIONS = 40
/** Servers start five times, and machines are busy with other things. */
const PATIENCE_MS = 600_000

describe.skipIf(!hasBalancer('haproxy'))('three servers behind haproxy, one drained and one killed', () => {
  let fleet: FleetReport
  beforeAll(async () => {
    fleet = await runFleet({ balancer: 'haproxy', sessions: SESSIONS, isSticky: true })
  }, PATIENCE_MS)

  it('have about as many sessions each, and never more than there is room for', () => {
    expect(sum(fleet.atFirst)).toBe(SESSIONS)
    // A server that is slow to say that it is ready is left out for a moment.
    expect(Math.min(...fleet.atFirst)).toBeGreaterThanOrEqual(SESSIONS - 2 * fleet.places)
    for (const peak of fleet.peaks) expect(peak).toBeLessThanOrEqual(fleet.places)
  })

  it('get sessions back whose connection broke', () => {
    expect(fleet.brokenOff).toBeGreaterThan(0)
    expect(fleet.resumed).toBeGreaterThanOrEqual(fleet.brokenOff)
  })

  it('end the sessions of the drained one in order', () => {
    expect(fleet.drainCode).toBe(143)
    expect(fleet.drained.map(({ server }) => server)).toEqual(Array.from({ length: fleet.atFirst[0] ?? 0 }, () => 'a'))
    expect(fleet.drained.every(({ words }) => words.length > 0)).toBe(true)
  })

  it('take the sessions of the one that goes, as many as there is room for', () => {
    const { places, withoutA, waitingWithoutA, withoutB } = fleet
    expect(withoutA).toEqual([0, places, places])
    expect(waitingWithoutA).toBe(SESSIONS - 2 * places)
    expect(withoutB).toEqual([places, 0, places])
  })

  it('tell those of a killed one that their session is gone, so that they need not try until they give up', () => {
    expect(fleet.killed.filter(({ isToldGone }) => isToldGone).length).toBeGreaterThan(0)
  })

  it('give the one that comes back what waits', () => {
    const { places, withAAgain, atLast } = fleet
    expect(withAAgain).toEqual([SESSIONS - 2 * places, places, places])
    expect(atLast).toEqual([places, SESSIONS - 2 * places, places])
  })

  it('lose no text that was final, and no audio: what was not final at the kill is said again elsewhere', () => {
    expect(fleet.killed).toHaveLength(fleet.places)
    expect(new Set(fleet.killed.map(({ server }) => server))).toEqual(new Set(['b']))
    expect(fleet.finished).toHaveLength(SESSIONS)
    expect(fleet.faults).toEqual([])
  })
})

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
