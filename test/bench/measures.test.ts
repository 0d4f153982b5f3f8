import { describe, expect, it } from 'vitest'
import { quantile, score, scoreRecording, scoringWords, wordErrorRate } from '../../bench/measures.js'
import { markdownTable } from '../../bench/table.js'

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

describe('scoreRecording', () => {
  it('counts characters where a language has no spaces', () => {
    const recording = { language: 'ja', text: '今日は、良い天気です。', words: [] }
    const result = scoreRecording(recording, [{ emitted: 2, text: '今日は悪い天気です' }])
    expect(result).toMatchObject({ referenceWords: 9, substitutions: 1, deletions: 0, insertions: 0, lags: [] })
  })

  it('counts words of a text without times, and tells no lag', () => {
    const recording = { language: 'es', text: 'Está a punto', words: [] }
    const result = scoreRecording(recording, [{ emitted: 2, text: ' está punto' }])
    expect(result).toMatchObject({ referenceWords: 3, deletions: 1, lags: [], longestGapWords: 1, longestGapSec: 0 })
  })

  it('finds nothing said where the text is empty', () => {
    const result = scoreRecording({ language: 'zxx', text: '', words: [] }, [{ emitted: 2, text: ' you' }])
    expect(result).toMatchObject({ referenceWords: 0, insertions: 1 })
  })
})

describe('markdownTable', () => {
  it('sums words and characters apart', () => {
    const row = (recording: string, unit: 'words' | 'characters', errors: number) => ({
      recording,
      unit,
      durationSec: 10,
      score: {
        ...{ referenceWords: 10, substitutions: errors, deletions: 0, insertions: 0 },
        ...{ lags: [], longestGapWords: 0, longestGapSec: 0 },
      },
      run: { wallSec: 1, cpuSec: 2, peakBytes: 3e8 },
    })
    const table = markdownTable([row('a', 'words', 1), row('b', 'words', 2), row('c', 'characters', 5)])
    const cells = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
    expect(cells.slice(2).map(([, name, , , rate]) => [name, rate])).toEqual([
      ['a', '10.0 %'],
      ['b', '20.0 %'],
      ['c, by characters', '50.0 %'],
      ['all', '15.0 %'],
      ['all by characters', '50.0 %'],
    ])
  })
})

describe('quantile', () => {
  it('takes the nearest rank', () => {
    expect(quantile([5, 1, 3, 2, 4], 0.5)).toBe(3)
    expect(quantile([5, 1, 3, 2, 4], 0.95)).toBe(5)
  })
})
