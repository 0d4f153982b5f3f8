import type { Choice } from './logit-rules.js'
import type { KeyTerms } from './term-spellings.js'
import { TermWalk } from './term-walk.js'

/** A text goes back to where it left what the model would have said. */
export interface TakenBack {
  /** Tokens of the text that stay. */
  readonly length: number
  /** What the model says next by itself. */
  readonly instead: Choice
}

/**
 * Favors terms where one token is chosen after the other. A token that is taken only for its boost counts for as long
 * as its term goes on; where that ends before the term is whole, the text goes back, and the model has its way.
 */
export class TermBias {
  readonly #walk: TermWalk
  /** As it was before the token that is not justified yet. */
  readonly #before: TermWalk
  #unjustified: TakenBack | null = null
  readonly #offset: number

  /** @param said the text that is certain */
  constructor(terms: KeyTerms, said: readonly number[] = []) {
    this.#walk = new TermWalk(terms)
    this.#before = new TermWalk(terms)
    const known = said.slice(-terms.trie.depth)
    this.#offset = said.length - known.length
    for (const token of known) this.#walk.take(token, 0)
  }

  /** See `TermWalk.favored`. */
  favored(logits: Float32Array, row: number, likeliest: number): number {
    return this.#walk.favored(logits, row, likeliest)
  }

  /**
   * Takes the token that was chosen, end-of-text and timestamps as well.
   * @returns where to go back to; null: the text goes on with the token
   */
  take({ token, logProbability, instead }: Choice): TakenBack | null {
    const waiting = this.#unjustified
    if (waiting) {
      const from = waiting.length - this.#offset
      if (!this.#walk.goesOn(token, from)) {
        if (!this.#walk.endsIn(token, from)) return this.takeBack()
        this.#unjustified = null
      }
    }
    if (instead && !this.#unjustified) {
      this.#before.copyFrom(this.#walk)
      this.#unjustified = { length: this.#offset + this.#walk.position, instead }
    }
    const wholeFrom = this.#walk.take(token, instead ? instead.logProbability - logProbability : 0)
    if (this.#unjustified && wholeFrom <= this.#unjustified.length - this.#offset) this.#unjustified = null
    return null
  }

  /** Goes back to before what is not justified, where the text ends in it; null: nothing is. */
  takeBack(): TakenBack | null {
    const back = this.#unjustified
    if (!back) return null
    this.#unjustified = null
    this.#walk.copyFrom(this.#before)
    this.#walk.take(back.instead.token, 0)
    return back
  }
}
