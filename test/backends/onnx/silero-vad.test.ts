import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SileroVAD } from '../../../src/backends/onnx/silero-vad.js'
import { ExactSpeechGate, type GateStep } from '../../../src/online/vad/speech-gate.js'
import { folderWith } from '../../helpers/program.js'
import { joined, quiet } from '../../helpers/recordings.js'
import { fixture } from '../../helpers/speech.js'

const WINDOW = 512
/** What `silero_vad.onnx` of the same package gives for the first windows of austen_880. */
const EXPECTED = [
  0.023846, 0.017501, 0.013276, 0.011292, 0.008695, 0.006868, 0.005152, 0.012079, 0.707056, 0.960816, 0.983758,
  0.976801,
]
let silero: SileroVAD

beforeAll(async () => {
  silero = await SileroVAD.load()
})
afterAll(() => silero.close())

const whole = (audio: Float32Array) => audio.subarray(0, audio.length - (audio.length % WINDOW))

describe('Silero VAD', () => {
  it('hears where words are said and where none are', async () => {
    const audio = joined([quiet(2), fixture('jfk').audio, quiet(2)])
    const probabilities = await silero.open().score(whole(audio))
    const at = (seconds: number) => probabilities[Math.floor((seconds * 16_000) / WINDOW)]!
    expect(Math.max(...probabilities.slice(0, 60))).toBeLessThan(0.2)
    const words = fixture('jfk').words.map(({ begin, end }) => at(2 + (begin + end) / 2))
    expect(words.filter((probability) => probability > 0.5).length).toBeGreaterThan(0.9 * words.length)
    expect(at(14.5)).toBeLessThan(0.2)
  })

  it('gives what the package gives for its own graph of one window', async () => {
    const probabilities = await silero.open().score(fixture('austen_880').audio.subarray(0, EXPECTED.length * WINDOW))
    EXPECTED.forEach((expected, i) => {
      expect(probabilities[i]).toBeCloseTo(expected, 4)
    })
  })

  it('does not care how many windows come at once', async () => {
    const audio = whole(fixture('austen_880').audio).subarray(0, 60 * WINDOW)
    const expected = await silero.open().score(audio)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 }), async (counts) => {
        const detector = silero.open()
        const heard: number[] = []
        for (let i = 0; heard.length < 60; i++) {
          const begin = heard.length * WINDOW
          heard.push(...(await detector.score(audio.subarray(begin, begin + counts[i % counts.length]! * WINDOW))))
        }
        expect(heard).toEqual(expected)
      }),
      { numRuns: 10 },
    )
  })

  it('keeps streams apart, and forgets when it is told to', async () => {
    const audio = whole(fixture('austen_880').audio).subarray(0, 30 * WINDOW)
    const [one, other] = [silero.open(), silero.open()]
    const expected = await one.score(audio)
    await other.score(audio.subarray(0, 7 * WINDOW))
    one.reset()
    expect(await one.score(audio)).toEqual(expected)
  })

  it('survives samples that are no numbers', async () => {
    const detector = silero.open()
    const broken = new Float32Array(4 * WINDOW).fill(Number.NaN)
    broken.fill(Number.POSITIVE_INFINITY, WINDOW, 2 * WINDOW)
    broken.fill(1e30, 2 * WINDOW, 3 * WINDOW)
    expect((await detector.score(broken)).every(Number.isFinite)).toBe(true)
    const after = await detector.score(whole(fixture('jfk').audio))
    expect(Math.max(...after)).toBeGreaterThan(0.9)
  })

  it('says which file is missing or damaged', async () => {
    await expect(SileroVAD.load('/nowhere')).rejects.toThrow(/cannot load \/nowhere\/silero_vad_16k_sequence.onnx/)
    const folder = folderWith({ 'silero_vad_16k_sequence.onnx': 'no graph' })
    await expect(SileroVAD.load(folder)).rejects.toMatchObject({ code: 'ASR_MODEL' })
  })
})

describe('SpeechGate with Silero VAD', () => {
  const names = ['austen_880', 'austen_890', 'austen_930', 'jfk'] as const
  const pieces: Float32Array[] = [quiet(1.5)]
  const spoken: { readonly begin: number; readonly end: number }[] = []
  let sec = 1.5
  for (const name of names) {
    const { audio, words } = fixture(name)
    spoken.push(...words.map(({ begin, end }) => ({ begin: begin + sec, end: end + sec })))
    pieces.push(audio, quiet(3))
    sec += audio.length / 16_000 + 3
  }
  const audio = joined(pieces)

  it('lets every word through whole, and little else', async () => {
    const gate = new ExactSpeechGate(silero.open())
    gate.reset(0)
    const steps: GateStep[] = []
    for (let at = 0; at < audio.length; at += 640) steps.push(...(await gate.take(audio.subarray(at, at + 640))))
    steps.push(...(await gate.flush()))
    const passed: { begin: number; end: number }[] = []
    for (const step of steps) {
      if (step.kind === 'begin') passed.push({ begin: step.at, end: step.at })
      if (step.kind === 'speech') passed.at(-1)!.end += step.audio.length / 16_000
    }
    const lost = spoken.filter(
      ({ begin, end }) => !passed.some((one) => one.begin <= begin + 0.05 && one.end >= end - 0.05),
    )
    expect(lost).toEqual([])
    const speech = passed.reduce((sum, { begin, end }) => sum + end - begin, 0)
    const original = names.reduce((sum, name) => sum + fixture(name).audio.length / 16_000, 0)
    expect(speech).toBeLessThan(original)
    expect(steps.filter(({ kind }) => kind === 'end').length).toBeGreaterThanOrEqual(names.length)
  })
})
