import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arrivalsOf } from '../../src/capacity/arrivals.js'
import { placesFor, refusedShare } from '../../src/capacity/erlang.js'
import { type FleetOptions, simulateFleet } from '../../src/capacity/fleet.js'
import { LeastBusy } from '../../src/capacity/least-busy.js'
import '../helpers/seeds.js'

const CLIENTS = { sessions: 40, meanSec: 60, lengths: 'exponential', untilSec: 2000, seed: 1 } as const
const FLEET = {
  servers: 5,
  maxSessions: 10,
  balancing: 'least-busy',
  retrySec: 5,
  maxRetries: 3,
  untilSec: 2000,
  seed: 1,
} as const

const run = (clients: Partial<Parameters<typeof arrivalsOf>[0]> = {}, fleet: Partial<FleetOptions> = {}) =>
  simulateFleet(arrivalsOf({ ...CLIENTS, ...clients }), { ...FLEET, ...fleet })

describe('who has the fewest sessions', () => {
  it('is one behind those that take none, whatever the number of servers', () => {
    const busy = new LeastBusy(5)
    busy.set(1, 2)
    for (const at of [3, 2]) busy.set(at, Number.POSITIVE_INFINITY)
    busy.set(4, 1)
    busy.set(0, Number.POSITIVE_INFINITY)
    expect([busy.server, busy.count]).toEqual([4, 1])
  })

  it('is the first of those with the fewest', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.tuple(fc.nat(19), fc.oneof(fc.nat(9), fc.constant(Number.POSITIVE_INFINITY)))),
        (servers, changes) => {
          const busy = new LeastBusy(servers)
          const counts = Array.from({ length: servers }, () => 0)
          for (const [at, count] of changes) {
            if (at >= servers) continue
            busy.set(at, count)
            counts[at] = count
            const least = Math.min(...counts)
            expect(busy.count).toBe(least)
            if (least < Number.POSITIVE_INFINITY) expect(busy.server).toBe(counts.indexOf(least))
          }
        },
      ),
    )
  })
})

describe('a fleet', () => {
  const anyFleet = fc.record({
    servers: fc.integer({ min: 1, max: 12 }),
    maxSessions: fc.integer({ min: 1, max: 12 }),
    balancing: fc.constantFrom('least-busy' as const, 'in-turn' as const),
    maxRetries: fc.integer({ min: 0, max: 4 }),
    restart: fc.option(
      fc.record({
        fromSec: fc.integer({ min: 0, max: 300 }),
        atOnce: fc.integer({ min: 1, max: 3 }),
        drainSec: fc.integer({ min: 0, max: 60 }),
        downSec: fc.integer({ min: 0, max: 60 }),
      }),
      { nil: undefined },
    ),
    seed: fc.nat(1000),
  })

  it('loses nobody: who comes ends, gives up, is served or waits; and no server has more than it takes', () => {
    fc.assert(
      fc.property(anyFleet, fc.constantFrom('exponential' as const, 'fixed' as const), (fleet, lengths) => {
        const { seed } = fleet
        const found = run({ lengths, seed }, fleet)
        const { arrived, ended, gaveUp, active, waiting, placements, moved } = found
        expect(arrived).toBe(arrivalsOf({ ...CLIENTS, lengths, seed }).atSec.length)
        expect(arrived).toBe(ended + gaveUp + active + waiting)
        expect(waiting).toBeGreaterThanOrEqual(0)
        expect(placements.session.length).toBe(ended + active + moved)
        expect(found.maxActive).toBeLessThanOrEqual(fleet.servers * fleet.maxSessions)
        if (fleet.restart === undefined) expect(moved).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  it('gives each session all its time, whoever serves it, and never two servers at once', () => {
    const restart = { fromSec: 100, atOnce: 1, drainSec: 10, downSec: 20 }
    const clients = { ...CLIENTS, untilSec: 600 } as const
    const arrivals = arrivalsOf(clients)
    const { placements, moved, gaveUp } = simulateFleet(arrivals, { ...FLEET, servers: 8, untilSec: 5000, restart })
    expect(moved).toBeGreaterThan(10)
    expect(gaveUp).toBe(0)
    const spoken = new Float64Array(arrivals.atSec.length)
    const endedAt = new Float64Array(arrivals.atSec.length)
    for (const [row, session] of placements.session.entries()) {
      expect(placements.beginSec[row]).toBeGreaterThanOrEqual(endedAt[session] ?? 0)
      endedAt[session] = (placements.beginSec[row] ?? 0) + (placements.lengthSec[row] ?? 0)
      spoken[session] = (spoken[session] ?? 0) + (placements.lengthSec[row] ?? 0)
    }
    for (const [session, length] of arrivals.lengthSec.entries()) expect(spoken[session]).toBeCloseTo(length, 6)
  })

  it('refuses as many as Erlang says where nobody tries again', () => {
    const clients = { sessions: 40, meanSec: 60, untilSec: 200_000 }
    const found = run(clients, { servers: 1, maxSessions: 44, maxRetries: 0, untilSec: 200_000 })
    const expected = refusedShare(44, 40)
    expect(Math.abs(found.gaveUp / found.arrived / expected - 1)).toBeLessThan(0.05)
  })

  it("keeps Little's law: sessions at once are those who get a place in a second times how long they stay", () => {
    const { placements, meanActive } = run({ untilSec: 100_000 }, { servers: 20, untilSec: 100_000 })
    const length = placements.lengthSec.reduce((sum, one) => sum + one, 0) / placements.lengthSec.length
    expect(Math.abs(((placements.lengthSec.length / 100_000) * length) / meanActive - 1)).toBeLessThan(0.01)
    expect(Math.abs(meanActive / 40 - 1)).toBeLessThan(0.03)
  })

  it('refuses no more when there are more servers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(1000), (servers, seed) => {
        const refusedBy = (count: number) => run({ seed }, { seed, servers: count, maxRetries: 0 }).gaveUp
        expect(refusedBy(servers + 1)).toBeLessThanOrEqual(refusedBy(servers))
      }),
      { numRuns: 40 },
    )
  })

  it('sends nobody to a server that is started anew, and has all of them back', () => {
    const restart = { fromSec: 500, atOnce: 1, drainSec: 30, downSec: 30 }
    const { placements } = run({}, { restart })
    for (const [row, server] of placements.server.entries()) {
      const begin = placements.beginSec[row] ?? 0
      const drainAt = 500 + 60 * server
      expect(begin > drainAt && begin < drainAt + 60, `server ${server} at ${begin} s`).toBe(false)
    }
    const late = [...placements.server].filter((_, row) => (placements.beginSec[row] ?? 0) > 1000)
    expect(new Set(late).size).toBe(5)
  })

  it('follows the day', () => {
    const { placements } = run({ day: [1, 0, 3, 1], sessions: 60 }, { servers: 20 })
    const came = (part: number) =>
      [...placements.beginSec].filter((begin) => begin >= part * 500 && begin < (part + 1) * 500).length
    expect(came(1)).toBe(0)
    expect(came(2)).toBeGreaterThan(2 * came(3))
  })

  it('serves 100,000 sessions', () => {
    const clients = { sessions: 100_000, meanSec: 600, untilSec: 600 }
    const { arrived, ended, active, meanActive, refusals } = run(clients, {
      servers: 4000,
      maxSessions: 26,
      untilSec: 600,
    })
    expect(arrived).toBeGreaterThan(190_000)
    expect(arrived).toBe(ended + active)
    expect(refusals).toBe(0)
    expect(Math.abs(meanActive / 100_000 - 1)).toBeLessThan(0.02)
  })
})

describe('places', () => {
  it('are refused as in the tables of Erlang', () => {
    expect(refusedShare(5, 3)).toBeCloseTo(0.1101, 4)
    expect(refusedShare(10, 5)).toBeCloseTo(0.0184, 4)
  })

  it('are the fewest with which no more are refused', () => {
    for (const offered of [1, 10, 1000]) {
      const places = placesFor(offered, 0.001)
      expect(refusedShare(places, offered)).toBeLessThanOrEqual(0.001)
      expect(refusedShare(places - 1, offered)).toBeGreaterThan(0.001)
    }
  })
})
