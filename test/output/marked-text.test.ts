import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Word } from '../../src/core/types.js'
import { formatLine, serverLines } from '../../src/output/formats/lines.js'
import { markedText } from '../../src/output/formats/marked-text.js'

/** Words, those with "~" before them doubtful. */
const words = (...texts: readonly string[]): readonly Word[] =>
  texts.map((text, at) => ({ begin: at, end: at + 1, text: text.replace('~', ''), isDoubtful: text.includes('~') }))
const marked = (separator: string, ...texts: readonly string[]) => {
  const all = words(...texts)
  return markedText({ text: all.map(({ text }) => text).join(separator), words: all })
}

describe('doubtful words', () => {
  it('stand in brackets with a question mark, and what is around them stays where it is', () => {
    expect(marked('', ' Ask', ' what', '~ your', '~ country,', ' sir.')).toBe(' Ask what [your?] [country?], sir.')
    expect(marked(' ', 'Ask', '~what')).toBe('Ask [what?]')
    expect(marked('', '~ "Well-known,"', '~ T', '~-rex')).toBe(' "[Well-known?]," [T?]-[rex?]')
    expect(marked('', '客観', '~的', 'な')).toBe('客観[的?]な')
    expect(marked('', " don't", "~ o'clock?")).toBe(" don't [o'clock?]?")
  })

  it('are marked where they are said, not where the same word is said before', () => {
    expect(marked('', ' no,', '~ no', ' no')).toBe(' no, [no?] no')
  })

  it('have no mark where they are only signs, or are not in the text', () => {
    expect(marked('', ' yes', '~ -', '~...')).toBe(' yes -...')
    expect(markedText({ text: 'as it is', words: words('~other', '~is') })).toBe('as it [is?]')
  })

  it('leave any other text as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.string({ unit: 'grapheme' })), (text, texts) => {
        const sure = texts.map((one, at) => ({ begin: at, end: at + 1, text: one }))
        expect(markedText({ text, words: sure })).toBe(text)
        expect(markedText({ text })).toBe(text)
      }),
    )
  })

  it('are marked in lines, of the program and of the server', () => {
    const segment = { begin: 0, end: 2, text: ' Ask what', words: words(' Ask', '~ what') }
    expect(formatLine(2, segment)).toBe('2000.0000 0 2000  Ask [what?]')
    expect(serverLines(false)(segment)).toBe('0 2000  Ask [what?]')
    expect(serverLines(true)(segment)).toBe('0 2000  Ask [what?]')
  })
})
