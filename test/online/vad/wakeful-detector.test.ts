import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadVad } from '../../../src/backends/onnx/load-vad.js'
import type { VadModel, VadStream } from '../../../src/core/types.js'
import { wakeful } from '../../../src/online/vad/wakeful-detector.js'
import { joined } from '../../helpers/recordings.js'
import { fixture } from '../../helpers/speech.js'

const RATE = 16_000
const WINDOW = 512
const SPEECH = 0.5

let vadModel: VadModel
beforeAll(async () => {
  vadModel = await loadVad()
})
afterAll(() => vadModel.close())

/** A chord whose pitch wavers, with overtones: strings, as far as a detector is concerned. */
function strings(seconds: number): Float32Array {
  return Float32Array.from({ length: seconds * RATE }, (_, i) => {
    const t = i / RATE
    const tone = (hertz: number) =>
      [1, 2, 3, 4].reduce((sum, n) => sum + Math.sin(2 * Math.PI * hertz * n * t + 3 * Math.sin(5 * t)) / n ** 1.5, 0)
    return 0.05 * [220, 277.2, 329.6].reduce((sum, hertz) => sum + tone(hertz), 0)
  })
}

const whole = (audio: Float32Array) => audio.subarray(0, audio.length - (audio.length % WINDOW))

/** Seconds from a place on until the detector hears a voice. */
async function secondsUntilHeard(detector: VadStream, audio: Float32Array, from: number): Promise<number> {
  const probabilities = await detector.score(whole(audio))
  const first = Math.floor(from / WINDOW)
  return (probabilities.slice(first).findIndex((probability) => probability >= SPEECH) * WINDOW) / RATE
}

describe('a detector that stays awake', () => {
  it('hears who speaks after a minute of music as soon as who speaks first', async () => {
    const music = strings(60)
    const { audio } = fixture('jfk')
    const first = await secondsUntilHeard(vadModel.open(), audio, 0)
    const deaf = await secondsUntilHeard(vadModel.open(), joined([music, audio]), music.length)
    const awake = await secondsUntilHeard(wakeful(vadModel.open()), joined([music, audio]), music.length)
    expect(awake).toBeLessThanOrEqual(first + WINDOW / RATE)
    expect(deaf).toBeGreaterThan(awake)
  })

  it('hears nobody in music, and changes nothing while somebody speaks', async () => {
    const probabilities = await wakeful(vadModel.open()).score(whole(strings(30)))
    expect(Math.max(...probabilities)).toBeLessThan(SPEECH)
    for (const name of ['jfk', 'two_cities']) {
      const audio = whole(fixture(name).audio)
      expect(await wakeful(vadModel.open()).score(audio)).toEqual(await vadModel.open().score(audio))
    }
  })

  it('does not depend on how the audio is cut, and begins anew after a reset', async () => {
    const audio = whole(joined([strings(9), fixture('austen_880').audio, strings(6)]))
    const windows = audio.length / WINDOW
    const expected = await wakeful(vadModel.open()).score(audio)
    expect(expected).toHaveLength(windows)
    const detector = wakeful(vadModel.open())
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: windows }), { maxLength: 8 }), async (cuts) => {
        detector.reset()
        const scores: number[] = []
        let from = 0
        for (const cut of [...cuts, windows].sort((a, b) => a - b)) {
          if (cut > from) scores.push(...(await detector.score(audio.subarray(from * WINDOW, cut * WINDOW))))
          from = cut
        }
        expect(scores.every((score, i) => Math.abs(score - expected[i]!) < 1e-4)).toBe(true)
      }),
      { numRuns: 20 },
    )
  })
})
