import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { roomNoise } from '../../../../bench/attacks/sounds.js'
import { loudFrames, loudSeconds, withoutSilence } from '../../../../src/backends/onnx-whisper/timing/energy.js'
import { joined } from '../../../helpers/recordings.js'
import { fixture } from '../../../helpers/speech.js'

const RATE = 16_000
const [before, behind] = [fixture('austen_880'), fixture('austen_930')]

function mixed(one: Float32Array, other: Float32Array): Float32Array {
  return one.map((sample, i) => sample + other[i]!)
}

function inDb(ratio: number): number {
  return 10 * Math.log10(ratio)
}

describe('words beside long pauses', () => {
  const speechDb = inDb(before.audio.reduce((sum, sample) => sum + sample * sample, 0) / before.audio.length)

  it('do not reach into the noise of the room, whatever its level and the length of the pause', () => {
    fc.assert(
      fc.property(
        fc.record({
          pause: fc.integer({ min: 1, max: 12 }),
          below: fc.integer({ min: 15, max: 50 }),
          colour: fc.constantFrom(0, 0.5, 0.9),
          gainDb: fc.constantFrom(0, -20, -40),
          seed: fc.nat(1000),
        }),
        ({ pause, below, colour, gainDb, seed }) => {
          const speech = joined([before.audio, new Float32Array(pause * RATE), behind.audio])
          const noise = roomNoise(speech.length / RATE, speechDb - below, colour, seed)
          const audio = mixed(speech, noise).map((sample) => sample * 10 ** (gainDb / 20))
          const [last, next] = [before.words.at(-1)!, behind.words[0]!]
          const behindAt = before.audio.length / RATE + pause
          const spokenEnd = last.end
          const spokenBegin = behindAt + next.begin
          // Warped attention gives the pause to the word before it, or to the one after it.
          const warped = [
            [{ ...last, end: spokenBegin }],
            [{ ...next, begin: spokenEnd, end: behindAt + next.end }],
          ] as const
          const [stretchedLast, stretchedNext] = warped.map((words) => withoutSilence(words, audio)[0]!)
          expect(stretchedLast!.end).toBeLessThan(spokenEnd + 0.3)
          expect(stretchedNext!.begin).toBeGreaterThan(spokenBegin - 0.3)
          expect(stretchedNext!.begin).toBeLessThan(spokenBegin + 0.2)
        },
      ),
      { numRuns: 15 },
    )
  })

  it.each([33, 10.5, 0])(
    'are where somebody speaks, not where the room was louder before the pause: %f s on',
    (heardSec) => {
      const room = roomNoise(1.5, speechDb - 30, 0.5, 1)
      const quieter = roomNoise(12, speechDb - 42, 0.9, 2)
      const earlier = Array.from({ length: Math.ceil(heardSec / (before.audio.length / RATE)) }, () => before.audio)
      const audio = joined([...earlier, before.audio, room, quieter, behind.audio])
      const [next] = behind.words
      const spokenEnd = (audio.length - behind.audio.length - quieter.length - room.length) / RATE
      const behindAt = (audio.length - behind.audio.length) / RATE
      const [word] = withoutSilence([{ ...next!, begin: spokenEnd, end: behindAt + next!.end }], audio)
      expect(word!.begin).toBeGreaterThan(behindAt + next!.begin - 0.3)
      expect(word!.end).toBeCloseTo(behindAt + next!.end, 1)
    },
  )

  it('keep their times where there is no pause', () => {
    for (const { audio, words } of [before, behind, fixture('jfk'), fixture('austen_920')]) {
      const trimmed = withoutSilence(words, audio)
      trimmed.forEach(({ begin, end }, i) => {
        expect(Math.abs(begin - words[i]!.begin)).toBeLessThan(0.3)
        expect(Math.abs(end - words[i]!.end)).toBeLessThan(0.3)
      })
    }
  })
})

describe('what may be speech', () => {
  it('is the same at any level that 16 bit can hold', () => {
    const { audio } = fixture('austen_920')
    const seconds = [0, -10, -20, -30, -40].map((gainDb) => {
      const quiet = audio.map((sample) => Math.round(sample * 10 ** (gainDb / 20) * 32_768) / 32_768)
      return loudSeconds(loudFrames(quiet), 0, audio.length / RATE)
    })
    for (const heard of seconds) expect(heard).toBeCloseTo(seconds[0]!, 0)
    expect(seconds[0]).toBeGreaterThan(3)
  })

  it('is a quiet speaker after a loud one as well', () => {
    const far = behind.audio.map((sample) => Math.round(sample * 10 ** (-60 / 20) * 32_768 * 4) / 32_768 / 4)
    const loud = loudFrames(joined([before.audio, new Float32Array(RATE), far]).map((sample) => sample / 10))
    const from = before.audio.length / RATE + 1
    expect(loudSeconds(loud, from, from + far.length / RATE)).toBeLessThan(0.5)
    const nearer = joined([before.audio, new Float32Array(RATE), behind.audio.map((sample) => sample / 100)])
    const heard = loudFrames(nearer.map((sample) => sample / 10))
    expect(loudSeconds(heard, from, from + far.length / RATE)).toBeGreaterThan(1.5)
  })
})
