import { type KeyTerms, keyTermsOf } from '../decoding/term-spellings.js'
import type { WhisperTokenizer } from '../model/tokenizer.js'

/** The terms of the sessions of one model, which are mostly the same: thousands of them are spelt once. */
export class SharedTerms {
  #texts: readonly string[] = []
  #terms: KeyTerms | null = null

  /** What `keyTermsOf` makes of these terms. */
  of(texts: readonly string[], tokenizer: WhisperTokenizer): KeyTerms | null {
    if (texts.length !== this.#texts.length || texts.some((text, at) => text !== this.#texts[at])) {
      this.#terms = keyTermsOf(texts, tokenizer)
      this.#texts = texts
    }
    return this.#terms
  }
}
