import { describe, expect, it } from 'vitest'
import { LevelMeter } from '../../src/audio/level-meter.js'
import { quiet } from '../helpers/recordings.js'

const tone = (seconds: number, amplitude: number) =>
  Float32Array.from({ length: seconds * 16_000 }, (_, i) => amplitude * Math.sin(i / 5))

describe('LevelMeter', () => {
  it('shows speech through the gaps between words, and not through pauses', () => {
    const meter = new LevelMeter()
    meter.push(quiet(1))
    expect(meter.level.speech).toBe(false)
    meter.push(tone(0.4, 0.2))
    expect(meter.level.speech).toBe(true)
    meter.push(quiet(0.3))
    expect(meter.level.speech).toBe(true)
    meter.push(quiet(0.4))
    expect(meter.level.speech).toBe(false)
  })

  it('shows how loud the last moment was, from -60 dB to full scale', () => {
    const meter = new LevelMeter()
    expect(meter.level.loudness).toBe(0)
    meter.push(tone(0.1, Math.SQRT2))
    expect(meter.level.loudness).toBeCloseTo(1, 1)
    meter.push(tone(0.1, Math.SQRT2 / 10 ** 1.5))
    expect(meter.level.loudness).toBeCloseTo(0.5, 1)
  })
})
