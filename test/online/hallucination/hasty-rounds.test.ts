import { describe, expect, it } from 'vitest'
import { hastyRounds } from '../../../src/online/hallucination/hasty-rounds.js'

/** Words of 0.1 s that begin at times. */
const said = (text: string, begins: readonly number[]) =>
  text.split(' ').map((word, at) => ({ text: ` ${word}`, begin: begins[at]!, end: begins[at]! + 0.1 }))

const SIX = said('no no no no no no', [0, 1.4, 2.9, 4.3, 5.6, 7])

describe('rounds that go on far faster than they were said', () => {
  it('are nothing that was said; those at the pace before are', () => {
    const words = said('no no no no', [7.1, 8.5, 8.6, 8.7])
    expect(hastyRounds(words, SIX)).toEqual([0, 2, 3])
  })

  it('of a few words are left out whole, wherever the words before end', () => {
    const before = said('so very cold so very cold so very', [0, 0.3, 0.6, 2, 2.3, 2.6, 4, 4.3])
    const words = said('cold so very cold so very cold and', [4.5, 4.55, 4.6, 4.65, 6, 6.3, 6.6, 7])
    expect(hastyRounds(words, before)).toEqual([1, 2, 3])
  })

  it('are believed at twice the pace, after three words, and of words that do not come again', () => {
    expect(hastyRounds(said('no no no', [7.7, 8.4, 9.1]), SIX)).toEqual([])
    expect(hastyRounds(said('no no', [2.95, 3]), SIX.slice(0, 3))).toEqual([])
    expect(hastyRounds(said('but yes maybe', [7.1, 7.2, 7.3]), SIX)).toEqual([])
    expect(hastyRounds([], SIX)).toEqual([])
    expect(hastyRounds(SIX, [])).toEqual([])
  })

  it('are told by their words, not by the signs around them', () => {
    const words = [...said('No. No,', [7.1, 8.4]), { text: '...', begin: 8.5, end: 8.5 }]
    expect(hastyRounds(words, SIX)).toEqual([0])
  })
})
