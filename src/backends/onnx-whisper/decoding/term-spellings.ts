import type { WhisperTokenizer } from '../model/tokenizer.js'
import { TermTrie } from './term-trie.js'

/** Scripts that are written without spaces: their terms start in the middle of anything. */
const WITHOUT_SPACES =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
/** Texts that are encoded at once. */
const BATCH = 200
const WORD_START = /(?<![\p{L}\p{M}\p{N}'’])\p{L}/gu
const LETTER_AT_END = /[\p{L}\p{M}\p{N}]$/u

/** Terms with what has to be known of the tokens that surround them. */
export interface KeyTerms {
  readonly trie: TermTrie
  /** Whether a token ends with a letter or a digit. */
  endsInWord(token: number): boolean
  /** The text of a token in lower case. */
  textOf(token: number): string
}

/** The trie of all spellings of some terms; null without any. */
export function keyTermsOf(terms: readonly string[], tokenizer: WhisperTokenizer): KeyTerms | null {
  const forms = [...new Set(terms.flatMap(formsOf))]
  const spelt = encodedAll([...forms.map((form) => ` ${form}`), ...forms], tokenizer)
  const trie = new TermTrie(
    spelt.map((tokens, at) => ({
      tokens,
      startsAnywhere: at < forms.length || WITHOUT_SPACES.test(forms[at - forms.length]!),
    })),
  )
  if (trie.depth === 0) return null
  const textOf = (token: number) => (tokenizer.isText(token) ? tokenizer.decode([token]).toLowerCase() : '')
  const known = new Map<number, boolean>()
  const endsInWord = (token: number) => {
    const found = known.get(token) ?? LETTER_AT_END.test(textOf(token))
    known.set(token, found)
    return found
  }
  return { trie, textOf, endsInWord }
}

/** A term as it is, in small letters, in capitals, with a capital at its start, and with one for each word. */
function formsOf(term: string): readonly string[] {
  const text = term.trim().normalize('NFC')
  const capital = (pattern: RegExp) => text.replace(pattern, (start) => start.toUpperCase())
  const forms = [text, text.toLowerCase(), text.toUpperCase(), capital(/^./u), capital(WORD_START)]
  return forms.filter((form) => form !== '')
}

/** The tokens of each text, none with a line end. Many at once take a quarter of the time. */
function encodedAll(texts: readonly string[], tokenizer: WhisperTokenizer): readonly (readonly number[])[] {
  const [lineEnd] = tokenizer.encode('\n')
  const encoded: (readonly number[])[] = []
  for (let from = 0; from < texts.length; from += BATCH) {
    const batch = texts.slice(from, from + BATCH)
    const lines: number[][] = [[]]
    for (const token of tokenizer.encode(batch.join('\n'))) {
      if (token === lineEnd) lines.push([])
      else lines.at(-1)!.push(token)
    }
    // Another tokenizer may join line ends with what is beside them.
    encoded.push(...(lines.length === batch.length ? lines : batch.map((text) => tokenizer.encode(text))))
  }
  return encoded
}
