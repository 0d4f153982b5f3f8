import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ASRProcessor } from '../../../src/core/types.js'
import { AudioLedger } from '../../../src/online/ledger/audio-ledger.js'
import { levelled } from '../../../src/online/level/levelled-processor.js'
import { Leveller, type LiftedStretch } from '../../../src/online/level/leveller.js'
import { joined, quiet } from '../../helpers/recordings.js'
import { sharedFolder } from '../../helpers/shared-files.js'
import { fixture, sharedSpeech } from '../../helpers/speech.js'

const RATE = 16_000
const ORDINARY = ['jfk', 'two_cities', 'austen_870', 'austen_880', 'austen_890', 'austen_920', 'austen_930'] as const
const SHARED = [
  'en_long_lj',
  'en_long_mixed',
  'en_dialogue',
  'en_rain_0db',
  'x_music_strings',
  'x_rain',
  'x_noise_white',
]

/** Audio whose loudest sample is at a level, in floats. */
function scaled(audio: Float32Array, peakDb: number): Float32Array {
  const peak = audio.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  return audio.map((sample) => (sample / peak) * 10 ** (peakDb / 20))
}

/** The same in steps of 16 bit. */
function atPeak(audio: Float32Array, peakDb: number): Float32Array {
  return scaled(audio, peakDb).map((sample) => Math.round(sample * 32_767) / 32_768)
}

function isSame(one: Float32Array, other: Float32Array): boolean {
  return one.length === other.length && one.every((sample, i) => sample === other[i])
}

function levelDb(audio: Float32Array): number {
  return 10 * Math.log10(audio.reduce((sum, sample) => sum + sample * sample, 1e-12) / audio.length)
}

/** The level that one piece of 50 ms in ten exceeds. */
function speechDb(audio: Float32Array): number {
  const pieces = Array.from({ length: Math.floor(audio.length / 800) }, (_, i) =>
    levelDb(audio.subarray(i * 800, i * 800 + 800)),
  )
  return pieces.sort((a, b) => b - a)[Math.floor(pieces.length / 10)]!
}

function lifted(audio: Float32Array) {
  const stretches: LiftedStretch[] = []
  const leveller = new Leveller((stretch) => stretches.push(stretch))
  return { audio: joined([leveller.take(audio), leveller.end()]), stretches }
}

function noise(seconds: number, levelDb: number): Float32Array {
  const raw = quiet(seconds)
  return raw.map((sample) => (sample / 0.0006) * Math.sqrt(12) * 10 ** (levelDb / 20))
}

/** A hum with its overtones. */
function hum(seconds: number, level: number): Float32Array {
  return Float32Array.from({ length: seconds * RATE }, (_, i) =>
    [100, 200, 300].reduce((sum, hertz) => sum + level * Math.sin((2 * Math.PI * hertz * i) / RATE), 0),
  )
}

describe('the level of audio', () => {
  it.each(ORDINARY)('stays as it is where it is ordinary: %s', (name) => {
    const { audio } = fixture(name)
    const out = lifted(audio)
    expect(out.stretches).toEqual([])
    expect(isSame(out.audio, audio)).toBe(true)
  })

  it.skipIf(sharedFolder('fixtures') === null).each(SHARED)('stays as it is in the shared recordings: %s', (name) => {
    expect(lifted(sharedSpeech(name)!.audio).stretches).toEqual([])
  })

  it.each(ORDINARY.flatMap((name) => [-40, -50].map((peakDb) => [name, peakDb] as const)))(
    'is lifted from the first word on where all is quiet: %s at %d dBFS',
    (name, peakDb) => {
      const { audio, words } = fixture(name)
      const out = lifted(atPeak(audio, peakDb)).audio
      expect(out.length).toBe(audio.length)
      expect(speechDb(out)).toBeGreaterThan(-46)
      expect(speechDb(out)).toBeLessThan(-30)
      const [first] = words
      const begin = Math.round(first!.begin * RATE)
      expect(speechDb(out.subarray(begin, begin + RATE))).toBeGreaterThan(-50)
    },
  )

  it.each([-60, -75, -90])('is lifted in floats, which have no least step, at %d dBFS', (peakDb) => {
    const { audio } = fixture('two_cities')
    const out = lifted(scaled(audio, peakDb)).audio
    expect(speechDb(out)).toBeGreaterThan(-46)
    expect(speechDb(out)).toBeLessThan(-30)
  })

  it('is lifted for a quiet speaker between loud ones, who stay as they are', () => {
    const [loud, far] = [fixture('austen_870').audio, fixture('austen_920').audio]
    const faint = atPeak(far, -45)
    const out = lifted(joined([loud, quiet(1), faint, quiet(1), loud])).audio
    const between = loud.length + RATE
    expect(isSame(out.subarray(0, loud.length), loud)).toBe(true)
    expect(speechDb(out.subarray(between, between + faint.length))).toBeGreaterThan(speechDb(faint) + 12)
    const again = out.subarray(out.length - loud.length)
    expect(isSame(again.subarray(RATE), loud.subarray(RATE))).toBe(true)
    expect(out.every((sample) => Math.abs(sample) <= 1)).toBe(true)
  })

  it('is not evened out at once: what is softer than what was said before stays softer', () => {
    const steps = [-50, -60].map((level) => hum(1, 10 ** (level / 20)))
    const out = lifted(joined([noise(2, -90), ...steps])).audio
    const [loud, soft] = [2.5, 3.2].map((second) => levelDb(out.subarray(second * RATE, (second + 0.5) * RATE)))
    expect(loud! - soft!).toBeGreaterThan(6)
    expect(loud! - soft!).toBeLessThan(10)
  })

  it('is not lifted where nobody speaks', () => {
    const sounds = [-110, -90, -75, -60, -50, -40].map((level) => noise(8, level))
    const leastSteps = atPeak(noise(8, -40), -90)
    const afterNothing = [...sounds, leastSteps].map((audio) => joined([new Float32Array(4 * RATE), audio]))
    for (const audio of [...sounds, ...afterNothing, hum(8, 0.0005), hum(8, 0.003), new Float32Array(5 * RATE)]) {
      expect(lifted(audio).stretches).toEqual([])
    }
  })

  it('comes down to the noise again when a quiet speaker has gone', () => {
    const faint = joined([noise(1, -80), atPeak(fixture('austen_870').audio, -45), noise(8, -80)])
    const { audio } = lifted(faint)
    expect(levelDb(audio.subarray(-3 * RATE))).toBeCloseTo(-80, 0)
  })

  it.each(ORDINARY)('is given at once where it is ordinary, to the last sample: %s', (name) => {
    const { audio } = fixture(name)
    expect(new Leveller().take(audio.subarray(0, -37)).length).toBe(audio.length - 37)
  })

  it('does not depend on how the audio comes, and waits a second at the most', () => {
    const [jfk, far] = [fixture('jfk').audio.subarray(0, 4 * RATE), atPeak(fixture('austen_880').audio, -45)]
    const audio = joined([far, quiet(0.7), jfk, noise(1, -70), far])
    const expected = lifted(audio).audio
    expect(isSame(expected, audio)).toBe(false)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 100, max: 30_000 }), { minLength: 1, maxLength: 30 }), (lengths) => {
        const leveller = new Leveller()
        const pieces: Float32Array[] = []
        let given = 0
        for (let from = 0, i = 0; from < audio.length; i++) {
          const chunk = audio.slice(from, from + lengths[i % lengths.length]!)
          from += chunk.length
          const piece = leveller.take(chunk)
          chunk.fill(9)
          given += piece.length
          expect(from - given).toBeLessThan(RATE)
          pieces.push(piece)
        }
        const heard = joined([...pieces, leveller.end()])
        expect(heard.length).toBe(expected.length)
        // Where a stretch begins inside a chunk's last frame, the start of that frame went ahead.
        const different = heard.filter((sample, i) => sample !== expected[i]).length
        expect(different).toBeLessThan(2 * 160)
      }),
      { numRuns: 20 },
    )
  })
})

describe('a processor that hears quiet speech louder', () => {
  function listener() {
    const calls: (number | 'finish')[] = []
    const heard: Float32Array[] = []
    const processor: ASRProcessor = {
      init: (offset = 0) => void calls.push(offset),
      insertAudioChunk: (audio) => void heard.push(audio),
      processIter: async () => null,
      finish: async () => {
        calls.push('finish')
        return null
      },
      resume: (offset) => void calls.push(offset),
    }
    return { processor, calls, take: () => joined(heard.splice(0)) }
  }

  it('hands on every sample before the end, and each stream begins anew', async () => {
    const { processor, calls, take } = listener()
    const whole = levelled(processor)
    const audio = atPeak(fixture('austen_880').audio, -45)
    whole.init(2)
    whole.insertAudioChunk(audio)
    await whole.finish()
    const first = take()
    whole.resume?.(30)
    whole.insertAudioChunk(audio)
    await whole.finish()
    expect(first.length).toBe(audio.length)
    expect(isSame(take(), first)).toBe(true)
    expect(calls).toEqual([2, 'finish', 30, 'finish'])
  })

  it('tells the ledger what was lifted, in samples of the stream', async () => {
    const ledger = new AudioLedger()
    ledger.begin(5, '')
    const whole = levelled(listener().processor, { ledger })
    whole.init(5)
    whole.insertAudioChunk(joined([quiet(2), atPeak(fixture('austen_870').audio, -45), quiet(4)]))
    await whole.finish()
    expect(ledger.lifts.length).toBe(1)
    const [{ begin, end, gainDb }] = ledger.lifts as [{ begin: number; end: number; gainDb: number }]
    expect(begin / RATE).toBeGreaterThan(1.9)
    expect(begin / RATE).toBeLessThan(2.6)
    expect(end / RATE).toBeGreaterThan(9)
    expect(end / RATE).toBeLessThan(14)
    expect(gainDb).toBeGreaterThan(15)
    expect(gainDb).toBeLessThan(45)
  })
})
