import { describe, expect, it } from 'vitest'
import { quantile, score, scoringWords, wordErrorRate } from '../../bench/measures.js'

const said = (text: string) => text.split(' ').map((word, i) => ({ word, start: i, end: i + 0.5 }))

describe('scoringWords', () => {
  it('keeps letters, digits and inner apostrophes', () => {
    expect(scoringWords(' “Don’t,” he said -- it’s 1984! ’tis')).toEqual(["don't", 'he', 'said', "it's", '1984', 'tis'])
  })
})

describe('score', () => {
  it('finds nothing wrong with the same words', () => {
    const result = score(said('It was the best'), [
      { emitted: 4, text: ' it was' },
      { emitted: 5, text: ' the best.' },
    ])
    expect(result).toMatchObject({
      referenceWords: 4,
      substitutions: 0,
      deletions: 0,
      insertions: 0,
      longestGapWords: 0,
    })
    expect(result.lags).toEqual([3.5, 2.5, 2.5, 1.5])
  })

  it('counts each kind of error once', () => {
    const result = score(said('a b c d e f g h'), [{ emitted: 9, text: ' a x c d f g h i' }])
    expect(result).toMatchObject({ substitutions: 1, deletions: 1, insertions: 1 })
    expect(wordErrorRate([result])).toBeCloseTo(3 / 8)
  })

  it('gives a word that is split over lines the time of the second', () => {
    expect(
      score(said('hello'), [
        { emitted: 1, text: ' hel' },
        { emitted: 2, text: 'lo' },
      ]).lags,
    ).toEqual([1.5])
  })

  it('finds the longest gap', () => {
    const result = score(said('a b c d e f'), [{ emitted: 9, text: ' a x x f' }])
    expect(result).toMatchObject({ longestGapWords: 4, longestGapSec: 3.5 })
  })
})

describe('quantile', () => {
  it('takes the nearest rank', () => {
    expect(quantile([5, 1, 3, 2, 4], 0.5)).toBe(3)
    expect(quantile([5, 1, 3, 2, 4], 0.95)).toBe(5)
  })
})
