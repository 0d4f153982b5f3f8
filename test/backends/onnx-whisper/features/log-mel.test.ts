import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MixedRadixFft } from '../../../../src/backends/onnx-whisper/features/fft.js'
import { LogMel } from '../../../../src/backends/onnx-whisper/features/log-mel.js'

const HOP = 160

describe('MixedRadixFft', () => {
  it.each([4, 12, 25, 60, 400])('gives the discrete Fourier transform of %i points', (length) => {
    const fft = new MixedRadixFft(length)
    const signal = Float64Array.from({ length }, (_, i) => Math.sin(i * 1.7) + (i % 3))
    fft.re.set(signal)
    fft.im.fill(0)
    fft.transform()
    for (let k = 0; k < length; k++) {
      const angle = (-2 * Math.PI * k) / length
      const re = signal.reduce((sum, value, i) => sum + value * Math.cos(angle * i), 0)
      const im = signal.reduce((sum, value, i) => sum + value * Math.sin(angle * i), 0)
      expect(fft.re[k]).toBeCloseTo(re, 8)
      expect(fft.im[k]).toBeCloseTo(im, 8)
    }
  })

  it('refuses lengths with other prime factors', () => {
    expect(() => new MixedRadixFft(14)).toThrow('prime factor')
  })
})

/** To the bit; element by element would take seconds. */
function expectSame(actual: Float32Array, expected: Float32Array): void {
  expect(Buffer.from(actual.buffer).equals(Buffer.from(expected.buffer))).toBe(true)
}

describe('LogMel', () => {
  const noise = (samples: number, seed: number) =>
    Float32Array.from({ length: samples }, (_, i) => Math.sin(i * 0.05 * seed) * 0.3 + Math.sin(i * i * 0.001) * 0.1)

  it('puts a 1 kHz tone in the band of 1 kHz', () => {
    const tone = Float32Array.from({ length: 16_000 }, (_, i) => Math.sin((2 * Math.PI * 1000 * i) / 16_000))
    const features = new LogMel(80).window(tone, 100).columns(0, 100)
    const column = Array.from({ length: 80 }, (_, band) => features[band * 100 + 50]!)
    const loudest = column.indexOf(Math.max(...column))
    expect(loudest).toBeGreaterThanOrEqual(25)
    expect(loudest).toBeLessThanOrEqual(27)
  })

  it('gives the same with and without frames kept from earlier updates', () => {
    const stream = noise(80_000, 3)
    const cuts = fc.array(
      fc.record({ drop: fc.integer({ min: 0, max: 40 }), grow: fc.integer({ min: 0, max: 9000 }) }),
      {
        minLength: 1,
        maxLength: 8,
      },
    )
    fc.assert(
      fc.property(cuts, (updates) => {
        const keeping = new LogMel(80)
        let from = 0
        let to = 0
        for (const { drop, grow } of updates) {
          to = Math.min(stream.length, to + grow)
          from = Math.min(from + drop * HOP, Math.floor(to / HOP) * HOP)
          const audio = stream.subarray(from, to)
          expectSame(
            keeping.window(audio, 600, from).columns(0, 600),
            new LogMel(80).window(audio, 600).columns(0, 600),
          )
        }
      }),
      { numRuns: 40 },
    )
  })

  it('keeps nothing of audio that does not begin on a frame', () => {
    const stream = noise(20_000, 5)
    const keeping = new LogMel(80)
    keeping.window(stream, 200, 0)
    const shifted = stream.subarray(77)
    expectSame(keeping.window(shifted, 200, 77).columns(0, 200), new LogMel(80).window(shifted, 200).columns(0, 200))
  })

  it('hears nothing after the frames that are asked for', () => {
    const audio = noise(32_000, 2)
    const cut = new LogMel(80).window(audio.subarray(0, 16_000 + 200), 100).columns(0, 100)
    expectSame(new LogMel(80).window(audio, 100).columns(0, 100), cut)
  })
})
