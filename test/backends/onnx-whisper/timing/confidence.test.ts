import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WhisperTokenizer } from '../../../../src/backends/onnx-whisper/model/tokenizer.js'
import {
  calibrated,
  spellingProbability,
  wordConfidence,
} from '../../../../src/backends/onnx-whisper/timing/confidence.js'
import { EMBEDDED } from '../../../helpers/models.js'

const tokenizer = await WhisperTokenizer.load(join(EMBEDDED, 'tokenizer.json'))
const map = fc.record({
  scale: fc.double({ min: 0.01, max: 10, noNaN: true }),
  offset: fc.double({ min: -10, max: 10, noNaN: true }),
})
const probability = fc.double({ min: 0, max: 1, noNaN: true })

describe('a calibrated probability', () => {
  it('lies between 0 and 1, and never falls where the probability rises', () => {
    fc.assert(
      fc.property(map, probability, probability, (to, one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)].map((value) => calibrated(value, to))
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low).toBeLessThanOrEqual(high!)
      }),
    )
  })

  it('stays what it is where log odds stay what they are', () => {
    for (const one of [0.01, 0.3, 0.5, 0.99]) expect(calibrated(one, { scale: 1, offset: 0 })).toBeCloseTo(one, 10)
  })
})

describe('the probability of a spelling', () => {
  const of = (text: string, probabilities: readonly number[]) => {
    const tokens = tokenizer.encode(text)
    expect(tokens).toHaveLength(probabilities.length)
    return spellingProbability(tokens, probabilities, tokenizer)
  }

  it('is that of all tokens together', () => {
    expect(of(' Dashwood', [0.5, 0.4])).toBeCloseTo(0.2, 10)
  })

  it('does not depend on signs, at either end', () => {
    expect(of(' country,', [0.9, 0.1])).toBe(0.9)
    expect(of(' "country', [0.1, 0.9])).toBe(0.9)
  })

  it('is that of the signs where there is nothing else', () => {
    expect(of(' -', [0.3])).toBe(0.3)
  })

  it('counts parts of characters', () => {
    const tokens = tokenizer.encode('客')
    expect(tokens.length).toBeGreaterThan(1)
    const probabilities = tokens.map(() => 0.5)
    expect(spellingProbability(tokens, probabilities, tokenizer)).toBeCloseTo(0.5 ** tokens.length, 10)
  })
})

it('the confidence of a word has a map for models without one', () => {
  const tokens = tokenizer.encode(' country')
  const sure = wordConfidence(tokens, [0.99], tokenizer)
  expect(wordConfidence(tokens, [0.3], tokenizer)).toBeLessThan(sure)
  expect(wordConfidence(tokens, [0.99], tokenizer, { scale: 1, offset: -5 })).toBeLessThan(0.5)
})
