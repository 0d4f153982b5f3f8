/** A term as the tokenizer spells it in one of its forms. */
export interface TermSpelling {
  readonly tokens: readonly number[]
  /** Whether it may follow any token; else only one that does not end in the middle of a word. */
  readonly startsAnywhere: boolean
}

/** Node from which spellings start that may follow any token. */
export const START_ANYWHERE = 0
/** Node from which spellings start that may not follow the inside of a word. */
export const START_OF_WORD = 1
/** No node. */
export const NO_NODE = -1

/**
 * The spellings of all terms, joined where they begin alike. It never changes, so that sessions share it. Nodes are
 * numbers; the children of a node lie side by side, sorted by their tokens.
 */
export class TermTrie {
  /** Tokens of the longest spelling; 0 without any. */
  readonly depth: number
  /** The token that leads to each node. */
  readonly tokens: Int32Array
  /** The first child of each node, and at `node + 1` the place after its last one. */
  readonly #children: Int32Array
  readonly #ends: Uint8Array

  constructor(spellings: Iterable<TermSpelling>) {
    const roots: readonly [Branch, Branch] = [newBranch(), newBranch()]
    let depth = 0
    for (const { tokens, startsAnywhere } of spellings) {
      let branch = roots[startsAnywhere ? START_ANYWHERE : START_OF_WORD]
      for (const token of tokens) {
        const next = branch.children.get(token) ?? newBranch()
        branch.children.set(token, next)
        branch = next
      }
      branch.isEnd = tokens.length > 0
      depth = Math.max(depth, tokens.length)
    }
    // Breadth first: the children of a node get numbers in a row.
    const order: Branch[] = [...roots]
    const tokens = [NO_NODE, NO_NODE]
    const children: number[] = []
    for (let node = 0; node < order.length; node++) {
      children.push(order.length)
      const sorted = [...order[node]!.children].sort(([one], [other]) => one - other)
      for (const [token, branch] of sorted) {
        order.push(branch)
        tokens.push(token)
      }
    }
    this.depth = depth
    this.tokens = Int32Array.from(tokens)
    this.#children = Int32Array.from([...children, order.length])
    this.#ends = Uint8Array.from(order, ({ isEnd }) => (isEnd ? 1 : 0))
  }

  /** The first child of a node; the others follow it, up to before `childrenEnd`. */
  childrenStart(node: number): number {
    return this.#children[node]!
  }

  /** The place after the last child of a node. */
  childrenEnd(node: number): number {
    return this.#children[node + 1]!
  }

  /** Whether a spelling ends at a node; longer ones may go on. */
  isEnd(node: number): boolean {
    return this.#ends[node] === 1
  }

  /** The child that a token leads to; `NO_NODE` without one. */
  child(node: number, token: number): number {
    let [from, to] = [this.childrenStart(node), this.childrenEnd(node)]
    while (from < to) {
      const middle = (from + to) >> 1
      if (this.tokens[middle]! < token) from = middle + 1
      else to = middle
    }
    return from < this.childrenEnd(node) && this.tokens[from] === token ? from : NO_NODE
  }
}

interface Branch {
  readonly children: Map<number, Branch>
  isEnd: boolean
}

function newBranch(): Branch {
  return { children: new Map(), isEnd: false }
}
