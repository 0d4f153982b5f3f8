import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Guest, Places, partyOf } from '../../src/server/session-pool/places.js'

const guest = (address: string, hasSpoken = true) => {
  const one = { address, hasSpoken, yielded: 0, yieldPlace: () => void one.yielded++ }
  return one
}
const open = (most: number, maxPerAddress = most) => new Places({ most, maxPerAddress, silentSec: 10 })
const takeAll = (places: Places, guests: readonly Guest[]) => guests.map((one) => places.take(one))

describe('places', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => void vi.useRealTimers())

  it('are as many as there are, and come back', () => {
    const places = open(2)
    const [one, two, three] = [guest('10.0.0.1'), guest('10.0.0.2'), guest('10.0.0.3')]
    expect(takeAll(places, [one, two, three])).toEqual([null, null, 'all 2 sessions are taken'])
    places.leave(one)
    places.leave(one)
    expect(places.take(three)).toBeNull()
    expect(places.taken).toBe(2)
    expect(places.lack('10.0.0.4')).toBe('all 2 sessions are taken')
  })

  it('are not all for one address, but for this machine', () => {
    const places = open(4, 2)
    const same = () => guest('::ffff:10.0.0.1')
    const why = 'all 2 sessions of one address are taken'
    expect(takeAll(places, [same(), guest('10.0.0.1'), same(), guest('10.0.0.2')])).toEqual([null, null, why, null])
    expect(takeAll(open(3, 1), [guest('127.0.0.1'), guest('::1'), guest('::ffff:127.0.0.1')])).toEqual([
      null,
      null,
      null,
    ])
  })

  it('are not held by silence from the start on while somebody else wants one', () => {
    const places = open(2)
    const [silent, speaker, newcomer] = [guest('10.0.0.1', false), guest('10.0.0.2'), guest('10.0.0.3', false)]
    takeAll(places, [silent, speaker])
    vi.advanceTimersByTime(9000)
    expect(places.take(newcomer)).toBe('all 2 sessions are taken')
    vi.advanceTimersByTime(2000)
    expect([places.take(newcomer), silent.yielded, speaker.yielded]).toEqual([null, 1, 0])
    expect(places.take(guest('10.0.0.4'))).toBe('all 2 sessions are taken')
    // Who lost the place leaves later; that frees nobody else's.
    places.leave(silent)
    expect(places.taken).toBe(2)
  })

  it('are never more than there are, whoever comes and goes', () => {
    const step = fc.record({ who: fc.nat(9), address: fc.nat(3), leaves: fc.boolean(), pause: fc.nat(20) })
    fc.assert(
      fc.property(fc.array(step), fc.integer({ min: 1, max: 4 }), (steps, most) => {
        const places = open(most, Math.max(1, most - 1))
        const guests = new Map<number, ReturnType<typeof guest>>()
        for (const { who, address, leaves, pause } of steps) {
          vi.advanceTimersByTime(pause * 1000)
          const known = guests.get(who)
          if (leaves && known) places.leave(known)
          if (leaves || known) guests.delete(who)
          else {
            const one = guest(`10.0.0.${address}`, who % 2 === 0)
            const lack = places.lack(one.address)
            const why = places.take(one)
            expect(why).toBe(lack)
            if (why === null) guests.set(who, one)
          }
          expect(places.taken).toBeLessThanOrEqual(most)
        }
      }),
    )
  })
})

describe('who counts as one', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:db8::9', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['127.0.0.9', null],
    ['::1', null],
    [undefined, null],
  ])('%s: %s', (address, party) => {
    expect(partyOf(address)).toBe(party)
  })
})
