import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { WhisperTokenizer } from '../../../../src/backends/onnx-whisper/model/tokenizer.js'
import { timeWords } from '../../../../src/backends/onnx-whisper/timing/timing.js'
import { EMBEDDED } from '../../../helpers/models.js'

const tokenizer = await WhisperTokenizer.load(join(EMBEDDED, 'tokenizer.json'))

/** A text that takes all of some noise, each letter as long as the others. */
function timed(text: string, seconds: number, attention: readonly Float32Array[] = []) {
  const tokens = tokenizer.encode(text)
  let state = 1
  const audio = Float32Array.from({ length: seconds * 16_000 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return (state / 1_073_741_824 - 1) / 10
  })
  const decoded = {
    tokens,
    probabilities: tokens.map(() => 1),
    attention,
    averageLogProbability: 0,
    noSpeechProbability: 0,
    looped: false,
  }
  const segments = [{ begin: 0, end: seconds, from: 0, to: tokens.length }]
  return timeWords({ decoded, segments, audio, positions: seconds * 50, language: 'en' }, tokenizer)
}

describe('the last word', () => {
  it('is not stretched over what the model left out after it', () => {
    const words = timed(' in the beginning of it', 2)
    const stretched = timed(' in the beginning of it', 20)
    expect(words.at(-1)!.end).toBeCloseTo(2, 1)
    const { begin, end } = stretched.at(-1)!
    expect(end - begin).toBeLessThan(1.5)
    expect(end).toBeLessThan(19)
    // The others are as long as the model says.
    expect(stretched[2]!.end - stretched[2]!.begin).toBeGreaterThan(5)
  })
})

describe('attention', () => {
  it('that is not known of every token is an error, not a time that is no number', () => {
    const rows = (count: number) => Array.from({ length: count }, () => new Float32Array(100).fill(0.01))
    const tokens = tokenizer.encode(' in the beginning').length
    expect(timed(' in the beginning', 2, rows(tokens)).every(({ begin, end }) => begin < end)).toBe(true)
    expect(() => timed(' in the beginning', 2, rows(tokens - 1))).toThrow(/attention of 2 of 3 tokens is known/)
  })
})
