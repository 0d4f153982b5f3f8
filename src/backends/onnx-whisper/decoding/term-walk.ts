import type { KeyTerms } from './term-spellings.js'
import { NO_NODE, START_ANYWHERE, START_OF_WORD } from './term-trie.js'

/** How much less likely than the likeliest token the first one of a term may be, in natural logarithms. */
const FIRST_BOOST = 2
/** How much each token after it may be less likely than the one before. What a token does not need, the ones after it have. */
const NEXT_BOOST = 3
/** No token may be less likely than this. */
const MAX_BOOST = 6

/**
 * The terms that the end of a text may be the start of. The places in the trie are kept as numbers in memory of fixed
 * size: a step looks at the children of these places only, and allocates nothing.
 *
 * Ref: k2/icefall ContextGraph, which keeps one place and goes back by failure arcs.
 */
export class TermWalk {
  /** Tokens that were taken. */
  position = 0
  readonly #terms: KeyTerms
  #count = 0
  readonly #nodes: Int32Array
  /** Where each term began, or the rest of it after a shorter term that is whole. */
  readonly #starts: Int32Array
  /** What its tokens needed of their boosts. */
  readonly #needed: Float64Array
  #inWord = false
  /** Boosts of the terms that are whole, for beams. */
  #whole = 0

  constructor(terms: KeyTerms) {
    this.#terms = terms
    const size = 2 * (terms.trie.depth + 1)
    this.#nodes = new Int32Array(size)
    this.#starts = new Int32Array(size)
    this.#needed = new Float64Array(size)
  }

  /** Takes over all that another walk over the same terms has. */
  copyFrom(other: TermWalk): this {
    this.position = other.position
    this.#count = other.#count
    this.#nodes.set(other.#nodes)
    this.#starts.set(other.#starts)
    this.#needed.set(other.#needed)
    this.#inWord = other.#inWord
    this.#whole = other.#whole
    return this
  }

  /**
   * The token to take in place of the likeliest one: the likeliest with the boosts of the terms.
   *
   * @param logits rows of logits of all text tokens
   * @param row where the row starts in them
   * @param likeliest without boosts
   */
  favored(logits: Float32Array, row: number, likeliest: number): number {
    const { trie } = this.#terms
    let best = likeliest
    let most = logits[row + likeliest]!
    for (let at = this.#firstPlace; at < this.#count; at++) {
      const node = this.#nodeAt(at)
      const boost = Math.min(MAX_BOOST, this.#whatIsGiven(at) - (at < 0 ? 0 : this.#needed[at]!))
      const end = trie.childrenEnd(node)
      for (let child = trie.childrenStart(node); child < end; child++) {
        const token = trie.tokens[child]!
        const value = logits[row + token]! + boost
        if (value > most) {
          most = value
          best = token
        }
      }
    }
    return best
  }

  /** Whether a token goes on with a term that began at a position or before it. */
  goesOn(token: number, from: number): boolean {
    for (let at = 0; at < this.#count; at++) {
      if (this.#starts[at]! <= from && this.#terms.trie.child(this.#nodes[at]!, token) !== NO_NODE) return true
    }
    return false
  }

  /** Whether a token that is in no spelling begins with the rest of a term, as "leys" after "Bing" does. */
  endsIn(token: number, from: number): boolean {
    const text = this.#terms.textOf(token)
    for (let at = 0; at < this.#count; at++) {
      if (this.#starts[at]! <= from && this.#isRest(this.#nodes[at]!, text)) return true
    }
    return false
  }

  /**
   * Goes on with a token.
   * @param needed how much less likely it was than the likeliest one
   * @returns where the earliest term began that is whole with it; infinity: none is
   */
  take(token: number, needed: number): number {
    const { trie } = this.#terms
    let kept = 0
    let wholeFrom = Number.POSITIVE_INFINITY
    this.#whole += this.#boostFrom(token, true)
    // Terms that have begun come first, so that what is kept of them does not overwrite what is still to be looked at.
    const count = this.#count
    const starts = -this.#firstPlace
    for (let index = 0; index < count + starts; index++) {
      const at = index < count ? index : count - index - 1
      const child = trie.child(this.#nodeAt(at), token)
      if (child === NO_NODE) continue
      const start = at < 0 ? this.position : this.#starts[at]!
      const isEnd = trie.isEnd(child)
      if (isEnd) wholeFrom = Math.min(wholeFrom, start)
      if (trie.childrenStart(child) === trie.childrenEnd(child)) continue
      this.#nodes[kept] = child
      this.#starts[kept] = isEnd ? this.position + 1 : start
      this.#needed[kept] = isEnd ? 0 : needed + (at < 0 ? 0 : this.#needed[at]!)
      kept++
    }
    this.#count = kept
    this.position++
    this.#inWord = this.#terms.endsInWord(token)
    return wholeFrom
  }

  /** The tokens that go on with a term, or start one. */
  *next(): Iterable<number> {
    const { trie } = this.#terms
    for (let at = this.#firstPlace; at < this.#count; at++) {
      const node = this.#nodeAt(at)
      yield* trie.tokens.subarray(trie.childrenStart(node), trie.childrenEnd(node))
    }
  }

  /** A walk of its own, one token later. */
  after(token: number): TermWalk {
    const walk = new TermWalk(this.#terms).copyFrom(this)
    walk.take(token, 0)
    return walk
  }

  /** What a text has of boosts with one more token. */
  boostOf(token: number): number {
    return this.#whole + this.#boostFrom(token, false)
  }

  /** Boosts of the terms that are whole. */
  get whole(): number {
    return this.#whole
  }

  #boostFrom(token: number, isWhole: boolean): number {
    const { trie } = this.#terms
    let most = 0
    for (let at = this.#firstPlace; at < this.#count; at++) {
      const child = trie.child(this.#nodeAt(at), token)
      if (child !== NO_NODE && (!isWhole || trie.isEnd(child))) most = Math.max(most, this.#whatIsGiven(at))
    }
    return most
  }

  /** Places below 0 are those where terms start: -1 anywhere, -2 where no word is unfinished. */
  get #firstPlace(): number {
    return this.#inWord ? -1 : -2
  }

  #nodeAt(place: number): number {
    return place >= 0 ? this.#nodes[place]! : place === -1 ? START_ANYWHERE : START_OF_WORD
  }

  /** What the tokens of a term have up to the next one. */
  #whatIsGiven(place: number): number {
    return FIRST_BOOST + (place < 0 ? 0 : NEXT_BOOST * (this.position - this.#starts[place]!))
  }

  #isRest(node: number, text: string): boolean {
    const { trie } = this.#terms
    for (let child = trie.childrenStart(node); child < trie.childrenEnd(node); child++) {
      const own = this.#terms.textOf(trie.tokens[child]!)
      if (own === '' || !text.startsWith(own)) continue
      if (trie.isEnd(child) || this.#isRest(child, text.slice(own.length))) return true
    }
    return false
  }
}
