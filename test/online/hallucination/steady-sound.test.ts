import { describe, expect, it } from 'vitest'
import { SAMPLE_RATE } from '../../../src/core/sample-rate.js'
import { steadySound } from '../../../src/online/hallucination/steady-sound.js'
import { VoiceEvidence } from '../../../src/online/hallucination/voice-evidence.js'
import { joined } from '../../helpers/recordings.js'
import { fixture } from '../../helpers/speech.js'

/** A sawtooth with so many periods in a second. */
const hum = (seconds: number, hertz = 50) =>
  Float32Array.from({ length: seconds * SAMPLE_RATE }, (_, at) => 0.25 * (((2 * hertz * at) / SAMPLE_RATE) % 2) - 0.25)

const steadySec = (audio: Float32Array) => {
  const isSteady = steadySound(audio)
  const tenths = Array.from({ length: Math.floor((10 * audio.length) / SAMPLE_RATE) }, (_, at) => (at + 0.5) / 10)
  return tenths.filter(isSteady).length / 10
}

describe('steady sound', () => {
  it('is hum from its begin on, whatever is before it', () => {
    const isSteady = steadySound(joined([new Float32Array(SAMPLE_RATE / 4), hum(2)]))
    expect([0.31, 1, 2.15].map(isSteady)).toEqual([true, true, true])
    expect(steadySec(hum(3))).toBe(3)
    expect(isSteady(99)).toBe(false)
  })

  it.each(['jfk', 'two_cities', 'austen_870'])('is nothing of what is said in %s', (name) => {
    const { audio, words } = fixture(name)
    const isSteady = steadySound(audio)
    const spoken = words.filter(({ begin, end }) => isSteady((begin + end) / 2))
    expect(spoken.map(({ text }) => text)).toEqual([])
  })

  it('has no voice, though a detector takes its begin for one', async () => {
    const isVoice = {
      windowSamples: 512,
      reset() {},
      score: async (audio: Float32Array) => new Array(audio.length / 512).fill(0.9),
    }
    const said = [{ begin: 0.1, end: 0.5, text: ' He', probability: 0.9 }]
    expect([...(await new VoiceEvidence(isVoice).unvoiced(said, hum(1.024), 0))]).toEqual([0])
    const speech = fixture('jfk').audio.subarray(0, 2 * 16_384)
    expect((await new VoiceEvidence(isVoice).unvoiced(said, speech, 0)).size).toBe(0)
  })
})
