import { describe, expect, it } from 'vitest'
import { measureLevel } from '../../src/doctor/input-level.js'

const tone = (amplitude: number) =>
  Float32Array.from({ length: 16_000 }, (_, i) => Math.max(-1, Math.min(1, amplitude * Math.sin(i / 10))))

describe('the level of a recording', () => {
  it('is its peak and its mean, in dB of full scale', () => {
    const { seconds, peakDb, meanDb, clippedShare } = measureLevel(tone(0.5))
    expect([seconds, clippedShare]).toEqual([1, 0])
    expect(peakDb).toBeCloseTo(-6.02, 1)
    expect(meanDb).toBeCloseTo(-9.03, 1)
  })

  it('counts as clipped what stays at full scale, not a single peak', () => {
    expect(measureLevel(tone(2)).clippedShare).toBeGreaterThan(0.6)
    expect(measureLevel(Float32Array.from([0, 1, 0, -1, 0.5])).clippedShare).toBe(0)
  })

  it('of digital silence is none', () => {
    expect(measureLevel(new Float32Array(100)).peakDb).toBe(Number.NEGATIVE_INFINITY)
    expect(measureLevel(new Float32Array(0))).toMatchObject({ seconds: 0, clippedShare: 0 })
  })
})
