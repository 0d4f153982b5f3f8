import { describe, expect, it } from 'vitest'
import { RequestRates } from '../../src/server/session-pool/request-rates.js'
import { FakeClock } from '../helpers/fake-clock.js'

const times = (rates: RequestRates, count: number, address: string | undefined) =>
  Array.from({ length: count }, () => rates.take(address))

describe('requests of one address', () => {
  it("may be a minute's worth at once, and then as many as time brings", () => {
    const clock = new FakeClock()
    const rates = new RequestRates(30, clock)
    expect(times(rates, 30, '10.0.0.1')).toEqual(Array(30).fill(null))
    expect(rates.take('10.0.0.1')).toBe(2)
    clock.advance(1)
    // What was refused has cost nothing.
    expect(rates.take('10.0.0.1')).toBe(1)
    clock.advance(1)
    expect(times(rates, 2, '10.0.0.1')).toEqual([null, 2])
    clock.advance(3600)
    expect(times(rates, 31, '10.0.0.1')).toEqual([...Array(30).fill(null), 2])
  })

  it('cost others nothing', () => {
    const rates = new RequestRates(1, new FakeClock())
    const addresses = ['10.0.0.1', '10.0.0.2', '2001:db8:0:1::1', '2001:db8:0:2::1', '127.0.0.1']
    expect(addresses.map((address) => rates.take(address))).toEqual(addresses.map(() => null))
    expect(addresses.map((address) => rates.take(address))).toEqual(addresses.map(() => 60))
  })

  it('are those of a whole net of IPv6, and of this machine by all its names', () => {
    const rates = new RequestRates(1, new FakeClock())
    expect([rates.take('2001:db8::1'), rates.take('2001:db8::2')]).toEqual([null, 60])
    expect([rates.take('127.0.0.1'), rates.take('::1'), rates.take('::ffff:127.0.0.1')]).toEqual([null, 60, 60])
  })
})
