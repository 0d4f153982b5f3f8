import { describe, expect, it } from 'vitest'
import { ENDS_SENTENCE } from '../../src/core/sentence-end.js'

describe('the end of a sentence', () => {
  it.each(['me.', 'me?"', 'me!) ', 'well…', 'bien.»', '元気ですか？」', 'です。', 'है।', 'کیا؟', 'ہے۔', 'hey!?'])(
    'is seen in %s',
    (text) => {
      expect(ENDS_SENTENCE.test(text)).toBe(true)
    },
  )

  it.each(['me', 'me,', 'me;', '3.5', '.net', 'a-', '“'])('is not seen in %s', (text) => {
    expect(ENDS_SENTENCE.test(text)).toBe(false)
  })
})
