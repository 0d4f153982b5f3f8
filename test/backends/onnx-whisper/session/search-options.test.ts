import { describe, expect, it } from 'vitest'
import { OnnxWhisperASR, type OnnxWhisperOptions } from '../../../../src/backends/onnx-whisper/whisper-asr.js'
import { fixture } from '../../../helpers/speech.js'

const SEC = 16_000
const { audio, words } = fixture('austen_880')
const begin = audio.subarray(0, 3 * SEC)

const hear = async (asr: OnnxWhisperASR) => (await asr.transcribe(begin, { prompt: '' })).segments

/** What a recognizer with these options hears, and what a stream of it hears. */
async function heard(options: OnnxWhisperOptions) {
  const asr = new OnnxWhisperASR({ language: 'en', threads: 1, ...options })
  await asr.loadModel(null, null, null)
  try {
    const stream = await asr.session()
    const segments = { own: await hear(asr), ofStream: await hear(stream) }
    await stream.close()
    return segments
  } finally {
    await asr.close()
  }
}

describe('how the real model searches', () => {
  const greedily = heard({})
  const withBeams = heard({ beamSize: 3 })

  it.each([
    ['beams', withBeams],
    ['temperatures', heard({ temperatures: [0.6] })],
  ])('is by %s where that was asked for, in every stream', async (_, found) => {
    const { own, ofStream } = await found
    expect(own).not.toEqual((await greedily).own)
    expect(ofStream).toEqual(own)
  })

  it('finds likelier words with beams', async () => {
    const [beams, greedy] = [(await withBeams).own[0], (await greedily).own[0]]
    expect(beams!.averageLogProbability).toBeGreaterThan(greedy!.averageLogProbability)
  })

  it('tells with beams as well when each word was said', async () => {
    const times = (await withBeams).own.flatMap(({ words }) => words)
    expect(times.length).toBeGreaterThan(5)
    for (const [i, { begin: at }] of times.slice(0, 4).entries())
      expect(Math.abs(at - words[i]!.begin)).toBeLessThan(0.3)
  })

  it('follows fewer texts where a call says so, in that call only', async () => {
    const asr = new OnnxWhisperASR({ language: 'en', threads: 1, beamSize: 3 })
    await asr.loadModel(null, null, null)
    const atMost = async (maxBeamSize?: number) =>
      (await asr.transcribe(begin, { prompt: '', ...(maxBeamSize !== undefined && { maxBeamSize }) })).segments
    try {
      const [greedy, beams] = [(await greedily).own, (await withBeams).own]
      expect(await atMost(1)).toEqual(greedy)
      expect(await atMost()).toEqual(beams)
      expect(await atMost(1)).toEqual(greedy)
      expect(await atMost(9)).toEqual(beams)
      expect(await atMost(2)).not.toEqual(greedy)
    } finally {
      await asr.close()
    }
  })

  it('tries a higher temperature only for a text that is doubtful', async () => {
    expect((await heard({ temperatures: [0, 0.6] })).own).toEqual((await greedily).own)
  })
})
