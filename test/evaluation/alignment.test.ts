import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  align,
  countErrors,
  errorCount,
  errorRate,
  fewestErrors,
  sumOfErrors,
} from '../../src/evaluation/errors/alignment.js'
import { readableAlignment } from '../../src/evaluation/errors/readable.js'

const words = (text: string) => text.split(' ').filter(Boolean)
const counts = (said: string, recognized: string) => countErrors(align(words(said), words(recognized)))

/** The distance of Levenshtein, by the book. */
function distance(said: readonly string[], recognized: readonly string[]): number {
  let row = Array.from({ length: recognized.length + 1 }, (_, j) => j)
  for (const [i, one] of said.entries()) {
    const next = [i + 1]
    for (const [j, other] of recognized.entries()) {
      next.push(Math.min(row[j]! + (one === other ? 0 : 1), row[j + 1]! + 1, next[j]! + 1))
    }
    row = next
  }
  return row.at(-1)!
}

describe('align', () => {
  it('counts each kind of error', () => {
    expect(counts('a b c d e f g h', 'a x c d f g h i')).toEqual({
      matches: 6,
      substitutions: 1,
      deletions: 1,
      insertions: 1,
    })
  })

  it('splits errors as jiwer 4 does where several alignments are as good', () => {
    expect(counts('he the is of it', 'of in he')).toEqual({ matches: 0, substitutions: 3, deletions: 2, insertions: 0 })
    expect(counts('short one here', 'shoe order one')).toEqual({
      matches: 1,
      substitutions: 1,
      deletions: 1,
      insertions: 1,
    })
  })

  it('has the fewest errors, and gives both texts again', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 40 })
    fc.assert(
      fc.property(text, text, (said, recognized) => {
        const steps = align(said, recognized)
        expect(errorCount(countErrors(steps))).toBe(distance(said, recognized))
        expect(fewestErrors(said, recognized)).toBe(distance(said, recognized))
        expect(steps.filter(({ kind }) => kind !== 'insertion').map((step) => said[step.said])).toEqual(said)
        expect(steps.filter(({ kind }) => kind !== 'deletion').map((step) => recognized[step.recognized])).toEqual(
          recognized,
        )
      }),
    )
  })

  it('has the fewest errors of texts that are too large for one table', () => {
    const said = Array.from({ length: 3000 }, (_, i) => String((i * 7919) % 13))
    const recognized = said.flatMap((word, i) => (i % 17 === 0 ? [] : i % 29 === 0 ? [word, 'x'] : [word])).reverse()
    expect(errorCount(countErrors(align(said, recognized)))).toBe(distance(said, recognized))
  })
})

describe('error rates', () => {
  it('sum errors first, and say nothing of silence', () => {
    const all = sumOfErrors([counts('a b', 'a c'), counts('a b c d e f', 'a b c d e f')])
    expect(errorRate(all)).toBeCloseTo(1 / 8)
    expect(errorRate(counts('', 'made up'))).toBeNull()
  })
})

describe('readableAlignment', () => {
  it('puts words under words and marks errors', () => {
    const [said, recognized] = [words('ask not what you can do'), words('asked not you can never do')]
    expect(readableAlignment(said, recognized, align(said, recognized))).toBe(
      [
        'said:  ask   not what you can ***** do',
        'heard: asked not **** you can never do',
        '       S         D            I',
      ].join('\n'),
    )
  })

  it('breaks long lines between words', () => {
    const said = Array.from({ length: 40 }, (_, i) => `word${i}`)
    const lines = readableAlignment(said, said, align(said, said), 60).split('\n')
    expect(lines.filter((line) => line.length > 60)).toEqual([])
    expect(lines.filter((line) => line.startsWith('said:'))).toHaveLength(6)
  })
})
