import { describe, expect, it } from 'vitest'
import { HypothesisBuffer } from '../../src/online/hypothesis-buffer.js'
import type { Word } from '../../src/types.js'
import { spokenWords } from '../helpers/program.js'

describe('HypothesisBuffer', () => {
  const [one, two, three] = spokenWords(['one', 'two', 'three']) as [Word, Word, Word]

  it('takes words that it is told to commit for committed like any others', () => {
    const buffer = new HypothesisBuffer()
    buffer.insert([one, two, three], 0)
    buffer.flush()
    expect(buffer.commitUnconfirmed(2)).toEqual([one, two])
    expect(buffer.complete()).toEqual([three])
    expect(buffer.committedInBuffer).toEqual([one, two])
    expect(buffer.lastCommittedTime).toBe(two.end)
    expect(buffer.lastCommittedWord).toBe('two')
    buffer.insert([one, two, three], 0)
    expect(buffer.new).toEqual([three])
    expect(buffer.flush()).toEqual([three])
  })

  it('commits no more than there is', () => {
    const buffer = new HypothesisBuffer()
    expect(buffer.commitUnconfirmed(3)).toEqual([])
    expect(buffer.lastCommittedTime).toBe(0)
    expect(buffer.lastCommittedWord).toBeNull()
  })
})
