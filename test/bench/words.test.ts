import { describe, expect, it } from 'vitest'
import type { Recording } from '../../bench/corpus.js'
import { calibrationError, fitted, type Judged, separation, uncalibrated } from '../../bench/words/calibration.js'
import { judgedWords } from '../../bench/words/judged-words.js'
import { calibrated } from '../../src/backends/onnx-whisper/timing/confidence.js'
import type { Word } from '../../src/core/types.js'

/** Of a hundred with each probability as many are right as it says, or as a map says that it means. */
function judged(right: (probability: number) => number): readonly Judged[] {
  return [0.15, 0.35, 0.55, 0.75, 0.95].flatMap((probability) =>
    Array.from({ length: 100 }, (_, at) => ({ probability, isRight: at < Math.round(100 * right(probability)) })),
  )
}

describe('the calibration error', () => {
  it('is nothing where as many are right as is said, and what is missing otherwise', () => {
    expect(calibrationError(judged((probability) => probability))).toBeCloseTo(0, 10)
    expect(calibrationError(judged((probability) => probability - 0.1))).toBeCloseTo(0.1, 10)
  })

  it('goes where a map is fitted, which is found again', () => {
    const map = { scale: 0.6, offset: 0.9 }
    const seen = judged((probability) => calibrated(probability, map))
    const found = fitted(seen)
    expect(found.scale).toBeCloseTo(map.scale, 1)
    expect(found.offset).toBeCloseTo(map.offset, 1)
    const after = seen.map((one) => ({ ...one, probability: calibrated(one.probability, found) }))
    expect(calibrationError(seen)).toBeGreaterThan(0.05)
    expect(calibrationError(after)).toBeLessThan(0.02)
  })

  it('has a way back through a map', () => {
    const map = { scale: 0.7, offset: -0.4 }
    for (const one of [0.001, 0.3, 0.98]) expect(uncalibrated(calibrated(one, map), map)).toBeCloseTo(one, 10)
  })
})

describe('separation', () => {
  const of = (...pairs: readonly (readonly [number, boolean])[]) =>
    separation(pairs.map(([probability, isRight]) => ({ probability, isRight })))

  it('is 1 where all right ones are surer, 0 where none is, and 0.5 where all are equal', () => {
    expect(of([0.9, true], [0.8, true], [0.2, false])).toBe(1)
    expect(of([0.1, true], [0.2, false])).toBe(0)
    expect(of([0.5, true], [0.5, false], [0.5, true])).toBe(0.5)
  })
})

describe('words that were heard', () => {
  const recording = (said: string, language = 'en'): Recording => ({
    name: 'one',
    audio: 'one.wav',
    language,
    durationSec: 9,
    text: said,
    words: said.split(' ').map((word, at) => ({ word, start: at, end: at + 0.5 })),
  })
  const heard = (...texts: readonly string[]): readonly Word[] =>
    texts.map((text, at) => ({ begin: at, end: at + 0.5, text }))
  const verdicts = (one: Recording, ...texts: readonly string[]) =>
    judgedWords(one, heard(...texts)).map(({ word, isRight }) => [word.text, isRight])

  it('are right where they were said, whatever their signs', () => {
    expect(verdicts(recording('ask not what your country'), ' Ask', ' not,', ' that', ' your', ' Country.')).toEqual([
      [' Ask', true],
      [' not,', true],
      [' that', false],
      [' your', true],
      [' Country.', true],
    ])
  })

  it('are wrong where nobody said them, and left out where they are signs', () => {
    expect(verdicts(recording('yes'), ' Yes', ' -', ' thanks')).toEqual([
      [' Yes', true],
      [' thanks', false],
    ])
  })

  it('are right as wholes: pieces of a word, and words of a piece', () => {
    expect(verdicts(recording('a well known rat'), ' a', ' well-known', ' ra', 't')).toEqual([
      [' a', true],
      [' well-known', true],
      [' ra', true],
      ['t', true],
    ])
    expect(verdicts(recording('a well hidden cat'), ' a', ' well-known', ' ra', 't')).toEqual([
      [' a', true],
      [' well-known', false],
      [' ra', false],
      ['t', false],
    ])
  })

  it('are compared by characters where nothing is between words', () => {
    expect(verdicts(recording('客観的な', 'ja'), '客観', '手', 'な')).toEqual([
      ['客観', true],
      ['手', false],
      ['な', true],
    ])
  })

  it('have the time of what was said where that is one word', () => {
    const [first, second] = judgedWords(recording('yes sir'), heard(' Yes', ' sir'))
    expect(first?.said).toMatchObject({ start: 0, end: 0.5 })
    expect(second?.said).toMatchObject({ start: 1, end: 1.5 })
  })
})
