import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Resampler } from '../../../src/audio/decode/resample.js'

const RATES = [8000, 11_025, 22_050, 44_100, 48_000, 96_000]

const tone = (hz: number, rate: number, seconds: number) =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate))

function resampled(input: Float32Array, rate: number): Float32Array {
  const resampler = new Resampler(rate, 16_000)
  return joined([resampler.push(input), resampler.flush()])
}

function joined(parts: readonly Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => [...part]))
}

const decibels = (audio: Float32Array) =>
  10 * Math.log10(audio.reduce((sum, sample) => sum + sample * sample, 1e-20) / audio.length)

describe('Resampler', () => {
  it.each(RATES)('keeps the length of what has %i samples a second', (rate) => {
    expect(resampled(new Float32Array(rate * 2), rate)).toHaveLength(32_000)
  })

  it.each(RATES)('keeps a tone of 1 kHz where it is, from %i Hz', (rate) => {
    const output = resampled(tone(1000, rate, 1), rate).subarray(1000, 15_000)
    const expected = tone(1000, 16_000, 1).subarray(1000, 15_000)
    expect(decibels(output.map((sample, i) => sample - expected[i]!))).toBeLessThan(-60)
  })

  it.each([22_050, 44_100, 48_000])('removes what would come back mirrored, from %i Hz', (rate) => {
    const output = resampled(tone(10_000, rate, 1), rate).subarray(1000, 15_000)
    expect(decibels(output)).toBeLessThan(-70)
  })

  it('passes speech up to 7 kHz, from 44.1 kHz', () => {
    const output = resampled(tone(7000, 44_100, 1), 44_100).subarray(1000, 15_000)
    expect(decibels(output)).toBeGreaterThan(-3.1)
  })

  it('does not care how the input is cut', () => {
    const input = Float32Array.from({ length: 6000 }, (_, i) => Math.sin(i * i * 0.0001))
    fc.assert(
      fc.property(fc.constantFrom(...RATES), fc.array(fc.nat(900), { maxLength: 12 }), (rate, cuts) => {
        const resampler = new Resampler(rate, 16_000)
        const parts: Float32Array[] = []
        let from = 0
        for (const cut of [...cuts, input.length]) {
          parts.push(resampler.push(input.subarray(from, from + cut)))
          from += cut
        }
        expect(joined([...parts, resampler.flush()])).toEqual(resampled(input, rate))
      }),
      { numRuns: 30 },
    )
  })

  // They share no divisor with 16 kHz, or a small one: thousands of phases.
  const ODD_RATES = [1009, 7919, 44_099, 44_101, 47_999, 192_001, 383_987]

  it.each(ODD_RATES)('keeps a sweep of tones where it is, from %i Hz', (rate) => {
    const highest = 0.45 * Math.min(rate, 16_000)
    const sweep = (atRate: number) =>
      Float32Array.from({ length: Math.round(atRate * 0.5) }, (_, i) => {
        const t = i / atRate
        return Math.sin(2 * Math.PI * highest * t * t)
      })
    const output = resampled(sweep(rate), rate).subarray(1000, 7000)
    const expected = sweep(16_000).subarray(1000, 7000)
    expect(decibels(output.map((sample, i) => sample - expected[i]!))).toBeLessThan(-80)
  })

  it.each(ODD_RATES)('does not keep a filter for each of thousands of phases, from %i Hz', (rate) => {
    const before = process.memoryUsage().arrayBuffers
    const resampler = new Resampler(rate, 16_000)
    for (let piece = 0; piece < 12; piece++) resampler.push(new Float32Array(Math.ceil(rate / 10)))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6)
    expect(resampler.flush().length).toBeGreaterThan(0)
  })
})
