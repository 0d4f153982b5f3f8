import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyTermsOf } from '../../../../src/backends/onnx-whisper/decoding/term-spellings.js'
import {
  NO_NODE,
  START_ANYWHERE,
  START_OF_WORD,
  TermTrie,
} from '../../../../src/backends/onnx-whisper/decoding/term-trie.js'
import { WhisperTokenizer } from '../../../../src/backends/onnx-whisper/model/tokenizer.js'
import { EMBEDDED } from '../../../helpers/models.js'

const tokenizer = await WhisperTokenizer.load(join(EMBEDDED, 'tokenizer.json'))

/** Whether a trie has these tokens, and whether a spelling ends with them. */
function found(trie: TermTrie, root: number, tokens: readonly number[]): 'no' | 'begun' | 'whole' {
  let node = root
  for (const token of tokens) if (node !== NO_NODE) node = trie.child(node, token)
  return node === NO_NODE ? 'no' : trie.isEnd(node) ? 'whole' : 'begun'
}

describe('a trie of terms', () => {
  it('has the beginnings of all its spellings, and nothing else', () => {
    const tokens = fc.array(fc.nat(5), { minLength: 1, maxLength: 5 })
    const spelling = fc.record({ tokens, startsAnywhere: fc.boolean() })
    fc.assert(
      fc.property(fc.array(spelling, { maxLength: 20 }), tokens, fc.boolean(), (spellings, asked, startsAnywhere) => {
        const trie = new TermTrie(spellings)
        const own = spellings.filter((one) => one.startsAnywhere === startsAnywhere).map((one) => one.tokens.join())
        const isWhole = own.includes(asked.join())
        const isBegun = own.some((one) => `${one},`.startsWith(`${asked.join()},`))
        const root = startsAnywhere ? START_ANYWHERE : START_OF_WORD
        expect(found(trie, root, asked)).toBe(isWhole ? 'whole' : isBegun ? 'begun' : 'no')
        expect(trie.depth).toBe(Math.max(0, ...spellings.map((one) => one.tokens.length)))
        for (let node = 0; node < trie.tokens.length; node++) {
          const children = [...trie.tokens.subarray(trie.childrenStart(node), trie.childrenEnd(node))]
          expect(children).toEqual([...new Set(children)].sort((a, b) => a - b))
        }
      }),
    )
  })

  it('has a term in small letters, in capitals and with a capital, after a space and without', () => {
    const { trie } = keyTermsOf(['Kubernetes', 'iPhone'], tokenizer)!
    for (const form of ['Kubernetes', 'kubernetes', 'KUBERNETES', 'iPhone', 'IPhone', 'iphone', 'IPHONE']) {
      expect(found(trie, START_ANYWHERE, tokenizer.encode(` ${form}`)), form).toBe('whole')
      expect(found(trie, START_OF_WORD, tokenizer.encode(form)), form).toBe('whole')
      expect(found(trie, START_ANYWHERE, tokenizer.encode(form)), form).toBe('no')
    }
    const words = keyTermsOf(["lord o'hara"], tokenizer)!
    for (const form of ["lord o'hara", "Lord o'hara", "Lord O'hara", "LORD O'HARA"]) {
      expect(found(words.trie, START_ANYWHERE, tokenizer.encode(` ${form}`)), form).toBe('whole')
    }
    expect(found(trie, START_ANYWHERE, tokenizer.encode(" Kubernetes'"))).toBe('no')
    expect(found(trie, START_ANYWHERE, tokenizer.encode(" Kubernetes'").slice(0, -1))).toBe('whole')
  })

  it('has terms of scripts without spaces in the middle of a text', () => {
    const { trie } = keyTermsOf(['東京', 'ลาว'], tokenizer)!
    for (const term of ['東京', 'ลาว']) expect(found(trie, START_ANYWHERE, tokenizer.encode(term))).toBe('whole')
  })

  it('spells many terms at once as it spells each alone', () => {
    const terms = fc.array(fc.oneof(fc.string({ minLength: 1 }), fc.string({ unit: 'binary', minLength: 1 })), {
      minLength: 1,
      maxLength: 30,
    })
    fc.assert(
      fc.property(terms, (all) => {
        const known = all
          .map((term) => term.trim().normalize('NFC'))
          .filter((term) => term !== '' && !/[\r\n]/.test(term))
        const trie = keyTermsOf(known, tokenizer)?.trie
        for (const term of known) expect(found(trie!, START_ANYWHERE, tokenizer.encode(` ${term}`)), term).toBe('whole')
      }),
      { numRuns: 50 },
    )
  })

  it('is none without terms', () => {
    expect(keyTermsOf([], tokenizer)).toBeNull()
    expect(keyTermsOf([' '], tokenizer)).toBeNull()
  })
})
