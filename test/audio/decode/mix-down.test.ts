import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MixDown } from '../../../src/audio/decode/mix-down.js'
import { joined as concatenated } from '../../helpers/recordings.js'
import { fixture } from '../../helpers/speech.js'

const RATE = 16_000
const one = fixture('austen_880').audio
const other = fixture('austen_890').audio.subarray(0, one.length)

/** Channels to frames. */
function interleaved(...channels: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(channels[0]!.length * channels.length)
  for (const [channel, samples] of channels.entries()) {
    for (let i = 0; i < samples.length; i++) all[i * channels.length + channel] = samples[i]!
  }
  return all
}

function mixed(channels: readonly Float32Array[], cuts: readonly number[] = [], rate = RATE): Float32Array {
  const input = interleaved(...channels)
  const mixer = new MixDown(channels.length, rate)
  const parts: Float32Array[] = []
  let from = 0
  for (const cut of [...cuts, input.length]) {
    parts.push(mixer.push(input.subarray(from, from + cut)))
    from += cut
  }
  return joined(...parts, mixer.flush())
}

const noise = (length: number, amplitude: number, seed = 1) => {
  let state = seed
  return Float32Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return (state / 2_147_483_648 - 0.5) * 2 * amplitude
  })
}

const tone = (length: number, hz: number, amplitude: number) =>
  Float32Array.from({ length }, (_, i) => amplitude * Math.sin((2 * Math.PI * hz * i) / RATE))

const scaled = (audio: Float32Array, factor: number) => audio.map((sample) => sample * factor)
const sum = (a: Float32Array, b: Float32Array) => a.map((sample, i) => sample + b[i]!)
const power = (audio: Float32Array) => audio.reduce((total, sample) => total + sample * sample, 0)
const furthest = (audio: Float32Array) => audio.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
const joined = (...parts: readonly Float32Array[]) => concatenated(parts)
const silence = new Float32Array(one.length)

/** Share of a source that is in the mix: its projection, 1 when it is there as loud as in a mean of two channels. */
function presence(mix: Float32Array, source: Float32Array): number {
  const product = mix.reduce((total, sample, i) => total + sample * source[i]!, 0)
  return Math.abs(product / power(source)) * 2
}

describe('MixDown', () => {
  it('leaves equal channels as each of them is, bit by bit', () => {
    const sample = fc.float({ min: -1, max: 1, noNaN: true })
    // Added to 0, a negative zero is a zero.
    const frames = fc
      .array(sample, { maxLength: 3000 })
      .map((values) => Float32Array.from(values, (value) => value + 0))
    fc.assert(
      fc.property(
        frames,
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(1000, 8000, RATE),
        (audio, channels, rate) => {
          expect(mixed(new Array(channels).fill(audio), [5, 700], rate)).toEqual(audio)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('does not care how the input is cut', () => {
    const channels = [joined(one, one, other), joined(scaled(one, -0.9), other, other)]
    const whole = mixed(channels)
    fc.assert(
      fc.property(fc.array(fc.nat(5000), { maxLength: 20 }), (cuts) => {
        expect(mixed(channels, cuts)).toEqual(whole)
      }),
      { numRuns: 8 },
    )
  })

  it('loses nothing that is in one channel only, whatever is in the others', () => {
    const background = fc.constantFrom('silence', 'noise', 'other', 'inverted') as fc.Arbitrary<
      keyof typeof BACKGROUNDS
    >
    const BACKGROUNDS = {
      silence,
      noise: noise(one.length, 0.01),
      other,
      inverted: scaled(other, -1),
    }
    fc.assert(
      fc.property(background, background, fc.nat(2), fc.nat(4), (first, second, at, jingles) => {
        const channels = [BACKGROUNDS[first], BACKGROUNDS[second]]
        channels.splice(at, 0, one)
        // Moments of a wrong polarity before it, as a jingle has.
        const begins = [1, -1, 1].map((sign) => tone(1600 * jingles, 700, sign * 0.5))
        const mix = mixed(channels.map((channel, i) => joined(begins[i]!, channel))).subarray(1600 * jingles)
        expect(presence(mix, one) * 1.5).toBeGreaterThan(0.8)
      }),
      { numRuns: 40 },
    )
  })

  it('hears both who speak in a channel each after a jingle with the wrong polarity', () => {
    const jingle = tone(1600, 500, 0.3)
    const mix = mixed([joined(jingle, one, silence), joined(scaled(jingle, -1), silence, other)])
    expect(power(mix.subarray(0, 1600))).toBeGreaterThan(0.9 * power(jingle))
    const [first, second] = [mix.subarray(1600, 1600 + one.length), mix.subarray(1600 + one.length)]
    expect([presence(first, one), presence(second, other)].every((share) => share > 0.97)).toBe(true)
  })

  it.each([-1, -0.8, -0.5, -1.5])('does not cancel out what the other channel has %f times, with noise', (factor) => {
    const channels = [sum(one, noise(one.length, 0.005, 7)), sum(scaled(one, factor), noise(one.length, 0.005, 9))]
    const mix = mixed(channels)
    expect(presence(mix, one)).toBeGreaterThan(0.95 * (1 + Math.abs(factor)))
    const noisePower = power(channels[0]!.map((sample, i) => sample - one[i]!))
    const gain = presence(mix, one) / 2
    const rest = mix.map((sample, i) => sample - Math.sign(mix[20_000]! * one[20_000]!) * gain * one[i]!)
    expect(power(rest) / gain ** 2).toBeLessThan(1.5 * noisePower)
  })

  it('changes signs without a click', () => {
    const steady = tone(RATE, 200, 0.5)
    const half = RATE / 2
    const turned = joined(steady.subarray(0, half), scaled(steady.subarray(half), -1))
    const back = joined(scaled(steady.subarray(0, half), -1), steady.subarray(half))
    for (const right of [turned, back]) {
      // Without the stretch around the turn of the channel itself, which is a click already.
      const mix = mixed([steady, right])
      const steps = mix.subarray(1).map((sample, i) => Math.abs(sample - mix[i]!))
      expect(furthest(steps)).toBeLessThan(1.5 * furthest(steady.subarray(1).map((sample, i) => sample - steady[i]!)))
      expect(power(mix.subarray(half + 1600))).toBeGreaterThan(0.99 * power(steady.subarray(half + 1600)))
    }
  })

  it('is never louder than the loudest channel', () => {
    const sample = fc.constantFrom(-1, 1, 0.5, -0.25)
    fc.assert(
      fc.property(fc.array(fc.tuple(sample, sample, sample), { maxLength: 2000 }), (frames) => {
        const channels = [0, 1, 2].map((channel) => Float32Array.from(frames, (frame) => frame[channel]!))
        expect(furthest(mixed(channels))).toBeLessThanOrEqual(1)
      }),
      { numRuns: 30 },
    )
  })
})
