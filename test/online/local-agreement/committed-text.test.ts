import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CommittedText } from '../../../src/online/local-agreement/committed-text.js'

/** Words of these lengths, a second each. */
function said(lengths: readonly number[]): CommittedText {
  const text = new CommittedText(' ', false)
  text.add(lengths.map((length, i) => ({ begin: i, end: i + 0.5, text: String(i % 10).repeat(length) })))
  return text
}

describe('the prompt', () => {
  it('ends with the word that reaches 200 characters, a separator counted with each', () => {
    expect(said(new Array<number>(40).fill(9)).prompt(100).split(' ')).toHaveLength(20)
    expect(
      said([9, ...new Array<number>(19).fill(9), 8])
        .prompt(100)
        .split(' '),
    ).toHaveLength(21)
    expect(said([300]).prompt(100)).toHaveLength(300)
  })

  it('has the last words before the buffer, as few as reach 200 characters', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 50 }),
        fc.nat({ max: 60 }),
        (lengths, offset) => {
          const before = lengths.filter((_, i) => i + 0.5 <= offset)
          const prompt = said(lengths).prompt(offset)
          const kept = prompt === '' ? [] : prompt.split(' ').map(({ length }) => length)
          expect(kept).toEqual(before.slice(before.length - kept.length))
          const size = (counted: readonly number[]) => counted.reduce((sum, length) => sum + length + 1, 0)
          expect(size(kept.slice(1))).toBeLessThan(200)
          if (kept.length < before.length) expect(size(kept)).toBeGreaterThanOrEqual(200)
        },
      ),
    )
  })
})
