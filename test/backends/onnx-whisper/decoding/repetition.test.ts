import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scoringWords } from '../../../../bench/measures.js'
import { OnnxWhisperASR } from '../../../../src/backends/onnx-whisper/whisper-asr.js'
import { AlignAttProcessor } from '../../../../src/online/alignatt/alignatt-processor.js'
import { OnlineASRProcessor } from '../../../../src/online/local-agreement/online-asr-processor.js'
import { joined, quiet } from '../../../helpers/recordings.js'
import { fixture } from '../../../helpers/speech.js'
import { wordsInSteps } from '../../../helpers/steps.js'

const RATE = 16_000

let asr: OnnxWhisperASR

beforeAll(async () => {
  asr = new OnnxWhisperASR({ language: 'en', threads: 2 })
  await asr.loadModel(null, null, null)
})
afterAll(() => asr.close())

/** The first words of a recording from `from` on, cut at their times. */
function phrase(name: string, text: string): Float32Array {
  const { audio, words } = fixture(name)
  const wanted = scoringWords(text)
  const at = words.findIndex((_, i) => wanted.every((word, j) => words[i + j]?.text === word))
  const [first, last] = [words[at]!, words[at + wanted.length - 1]!]
  return audio.slice(Math.max(0, (first.begin - 0.06) * RATE), (last.end + 0.06) * RATE)
}

/** Chords with overtones that swell and fade: music, as far as a model is concerned. */
function music(seconds: number): Float32Array {
  const chords = [
    [220, 277.2, 329.6],
    [196, 246.9, 293.7],
    [174.6, 220, 261.6],
  ]
  return Float32Array.from({ length: seconds * RATE }, (_, i) => {
    const t = i / RATE
    const swell = 0.5 - 0.5 * Math.cos(2 * Math.PI * ((t / 1.7) % 1))
    const chord = chords[Math.floor(t / 1.7) % chords.length]!
    const tone = (hertz: number) =>
      [1, 2, 3, 4].reduce((sum, n) => sum + Math.sin(2 * Math.PI * hertz * n * t + 3 * Math.sin(5 * t)) / n ** 1.5, 0)
    return 0.08 * swell * chord.reduce((sum, hertz) => sum + tone(hertz), 0)
  })
}

const POLICIES = [
  ['local agreement', (own: OnnxWhisperASR) => new OnlineASRProcessor(own), RATE],
  ['offline', (own: OnnxWhisperASR) => new OnlineASRProcessor(own, { maxBufferSec: Number.POSITIVE_INFINITY }), 1e7],
  ['AlignAtt', (own: OnnxWhisperASR) => new AlignAttProcessor(own), RATE / 2],
] as const

describe.each(POLICIES)('%s', (_, processorOf, step) => {
  it('has whole what a speaker says three times', async () => {
    const [best, wisdom] = [phrase('two_cities', 'it was the best of times'), phrase('two_cities', 'it was the age of')]
    const pause = quiet(0.3)
    const audio = joined([best, pause, best, pause, best, pause, wisdom])
    const text = await wordsInSteps(processorOf(await asr.session()), audio, step)
    expect(text.match(/it was the best of times/g) ?? [], text).toHaveLength(3)
    expect(scoringWords(text).length, text).toBeLessThanOrEqual(24)
  }, 120_000)

  it('has no words of music, and the speech after it', async () => {
    const { audio: speech } = fixture('austen_880')
    const text = await wordsInSteps(processorOf(await asr.session()), joined([music(9), speech, music(4)]), step)
    expect(text).toMatch(/^(and )?he was not an \S+( \S+)? young man$/)
  }, 120_000)

  it('says no sentence once more over the music after it', async () => {
    const { audio: speech } = fixture('jfk')
    const text = await wordsInSteps(processorOf(await asr.session()), joined([speech, music(6), speech]), step)
    expect(text.match(/what you can do/g) ?? [], text).toHaveLength(2)
    expect(scoringWords(text).length, text).toBeLessThanOrEqual(46)
  }, 120_000)
})

describe('whatever sounds', () => {
  const sounds = [
    () => fixture('jfk').audio,
    () => fixture('two_cities').audio,
    () => music(12),
    () => joined([music(3), fixture('austen_880').audio, music(3)]),
    () => joined([quiet(4), fixture('austen_890').audio]),
    () => Float32Array.from({ length: 10 * RATE }, (_, i) => 0.3 * Math.sin(i * i * 1.3)),
  ]

  it('is recognized without failing, words in order and inside the audio', async () => {
    const excerpt = fc.record({
      sound: fc.nat(sounds.length - 1),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      seconds: fc.double({ min: 0.06, max: 9, noNaN: true }),
      gain: fc.constantFrom(0.01, 0.1, 1, 4),
      prompt: fc.constantFrom('', 'the best of times'),
    })
    await fc.assert(
      fc.asyncProperty(excerpt, async ({ sound, at, seconds, gain, prompt }) => {
        const all = sounds[sound]!()
        const from = Math.floor(at * Math.max(0, all.length - seconds * RATE))
        const audio = all.slice(from, from + seconds * RATE).map((value) => Math.max(-1, Math.min(1, gain * value)))
        const words = asr.tsWords(await asr.transcribe(audio, { prompt }))
        let last = 0
        for (const { begin, end } of words) {
          expect(begin).toBeGreaterThanOrEqual(last - 1e-9)
          expect(end).toBeGreaterThanOrEqual(begin)
          expect(end).toBeLessThanOrEqual(audio.length / RATE + 1e-6)
          last = begin
        }
      }),
      { numRuns: 15 },
    )
  }, 120_000)
})
