import { describe, expect, it } from 'vitest'
import type { DecodingResult } from '../../../../src/backends/onnx-whisper/decoding/decoding.js'
import {
  beginsWithSpeech,
  isDoubtful,
  isSilent,
  isSpeech,
  surerOf,
} from '../../../../src/backends/onnx-whisper/session/belief.js'

const result = (changes: Partial<DecodingResult>): DecodingResult => ({
  tokens: [1, 2],
  probabilities: [0.9, 0.9],
  attention: [],
  averageLogProbability: -0.3,
  noSpeechProbability: 0.1,
  looped: false,
  ...changes,
})

describe('audio that is not listened to', () => {
  it('is that without a loud sample, of either sign', () => {
    expect(isSilent(new Float32Array(100))).toBe(true)
    expect(isSilent(Float32Array.of(0, 0, -0.5))).toBe(false)
    expect(isSilent(Float32Array.of(0, 0, 0.5))).toBe(false)
    expect(isSilent(new Float32Array(10).fill(Number.NaN))).toBe(true)
  })
})

describe('text that may be none', () => {
  it('is speech where the model hears some, or is sure', () => {
    expect(isSpeech(result({}))).toBe(true)
    expect(isSpeech(result({ noSpeechProbability: 0.9 }))).toBe(true)
    expect(isSpeech(result({ noSpeechProbability: 0.9, averageLogProbability: -0.9 }))).toBe(false)
  })

  it('is believed where it ran into a loop by what it says first, however sure it is of the rest', () => {
    const about = { tokens: [7, 8, 7, 8, 7, 8], noSpeechProbability: 0.9, averageLogProbability: -0.01, looped: true }
    const loop = result({ ...about, probabilities: [0.3, 0.3, 1, 1, 1, 1] })
    expect(isSpeech(loop)).toBe(false)
    expect(isSpeech(result({ ...about, probabilities: [0.6, 0.5, 1, 1, 1, 1] }))).toBe(true)
    expect(isDoubtful(loop)).toBe(true)
    expect(isDoubtful(result({}))).toBe(false)
    expect(isDoubtful(result({ averageLogProbability: -1.1 }))).toBe(true)
  })
})

describe('text that begins', () => {
  const begins = (noSpeechProbability: number | null, probability: number, isVoiced: boolean) =>
    beginsWithSpeech(
      { tokens: [7], probabilities: [probability], next: null, ended: 'text', attention: [], noSpeechProbability },
      isVoiced,
    )

  it('is believed where the model hears speech, and is not in great doubt', () => {
    expect(begins(0.5, 0.3, false)).toBe(true)
    expect(begins(0.5, 0.2, true)).toBe(false)
    expect(begins(0.7, 0.9, false)).toBe(false)
    expect(begins(null, 0.01, false)).toBe(true)
  })

  it('is believed against the model where a voice is heard, unless it finds no word', () => {
    expect(begins(0.7, 0.2, true)).toBe(true)
    expect(begins(0.7, 0.05, true)).toBe(false)
  })
})

describe('text that was decoded twice', () => {
  it('is the one of which the model is surer', () => {
    const [sure, unsure] = [result({ averageLogProbability: -1.2 }), result({ averageLogProbability: -1.6 })]
    expect(surerOf(sure, unsure)).toBe(sure)
    expect(surerOf(unsure, sure)).toBe(sure)
    expect(surerOf(sure, { ...sure })).toBe(sure)
  })
})
