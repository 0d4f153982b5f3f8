const PUNCTUATION = new Set('.!?,;:-()。！？，；：—（）ー')

/** A way through the table of similarities. */
const MATCH = 0
const DELETE = 1
const INSERT = 2

/** A word of either text, as a set of characters. */
interface Unit {
  readonly characters: ReadonlySet<string>
  readonly isPunctuation: boolean
}

/** One step of the alignment; null where there is no word on that side. */
interface Pair {
  readonly reference: number | null
  readonly recognized: number | null
}

/**
 * Gives each recognized word to a sentence of the reference. Words are alike as far as they have the same characters.
 *
 * Ref: OmniSTEval 0.1.10 alignment.py (SoftSegmenter, Polák et al. 2025), without a tokenizer.
 *
 * @returns for each sentence the indexes of its recognized words
 */
export function resegmented(sentences: readonly string[], words: readonly string[]): readonly (readonly number[])[] {
  const reference = sentences.flatMap((sentence, index) => splitOnSpaces(sentence).map((text) => ({ text, index })))
  const found: number[][] = sentences.map(() => [])
  if (reference.length === 0) return found
  const like = similarities(
    reference.map(({ text }) => text),
    words,
  )
  for (const [word, unit] of assigned(alignment(reference.length, words.length, like), like)) {
    found[reference[unit]?.index ?? 0]?.push(word)
  }
  return found
}

function splitOnSpaces(text: string): readonly string[] {
  return text.trim().split(/\s+/).filter(Boolean)
}

/** How alike two words are, by their indexes; computed once for each pair of different words. */
type Similarity = (reference: number, recognized: number) => number

function similarities(reference: readonly string[], recognized: readonly string[]): Similarity {
  const numbers = new Map<string, number>()
  const units: Unit[] = []
  const numberOf = (text: string): number => {
    const plain = text.normalize('NFKC').toLowerCase()
    const known = numbers.get(plain)
    if (known !== undefined) return known
    numbers.set(plain, units.length)
    units.push({ characters: new Set(plain), isPunctuation: PUNCTUATION.has(plain) })
    return units.length - 1
  }
  const [rows, columns] = [reference.map(numberOf), recognized.map(numberOf)]
  const memory = new Map<number, number>()
  return (i, j) => {
    const [one, other] = [rows[i] ?? 0, columns[j] ?? 0]
    const key = one * units.length + other
    const known = memory.get(key)
    if (known !== undefined) return known
    const value = jaccard(units[one], units[other])
    memory.set(key, value)
    return value
  }
}

function jaccard(one: Unit | undefined, other: Unit | undefined): number {
  if (one === undefined || other === undefined || one.isPunctuation !== other.isPunctuation)
    return Number.NEGATIVE_INFINITY
  let common = 0
  for (const character of one.characters) if (other.characters.has(character)) common++
  const all = one.characters.size + other.characters.size - common
  return all === 0 ? 0 : common / all
}

/** The way with the most similarity; gaps cost nothing. */
function alignment(rows: number, columns: number, like: Similarity): readonly Pair[] {
  const width = columns + 1
  const ways = new Uint8Array((rows + 1) * width).fill(INSERT, 1, width)
  let above = new Float64Array(width)
  for (let i = 1; i <= rows; i++) {
    const row = new Float64Array(width)
    ways[i * width] = DELETE
    for (let j = 1; j <= columns; j++) {
      const match = (above[j - 1] ?? 0) + like(i - 1, j - 1)
      const [deleted, inserted] = [above[j] ?? 0, row[j - 1] ?? 0]
      const way = match >= deleted && match >= inserted ? MATCH : deleted >= inserted ? DELETE : INSERT
      ways[i * width + j] = way
      row[j] = way === MATCH ? match : way === DELETE ? deleted : inserted
    }
    above = row
  }
  const pairs: Pair[] = []
  let [i, j] = [rows, columns]
  while (i > 0 || j > 0) {
    const way = ways[i * width + j]
    const reference = way === INSERT ? null : --i
    const recognized = way === DELETE ? null : --j
    pairs.push({ reference, recognized })
  }
  return pairs.reverse()
}

/** Recognized words with the reference word that each belongs to; words beside a gap go to the more similar neighbor. */
function assigned(pairs: readonly Pair[], like: Similarity): readonly (readonly [word: number, unit: number])[] {
  const result: [number, number][] = []
  let last: number | null = null
  let nextIndex = 0
  let ahead: number | null = null
  for (const [index, pair] of pairs.entries()) {
    const { recognized } = pair
    let unit = pair.reference
    if (unit === null && index >= nextIndex && recognized !== null) {
      const found = pairs.findIndex((one, at) => at >= index && one.reference !== null)
      nextIndex = found < 0 ? pairs.length : found
      const next = found < 0 ? null : (pairs[found]?.reference ?? null)
      const likeNext = next === null ? Number.NEGATIVE_INFINITY : like(next, recognized)
      const likeLast = last === null ? Number.NEGATIVE_INFINITY : like(last, recognized)
      if (likeNext > likeLast) {
        unit = next
        ahead = next
      } else {
        unit = last
        nextIndex = index
        ahead = null
      }
    } else if (unit === null && recognized !== null) unit = ahead
    if (unit !== null && index >= nextIndex) last = unit
    if (recognized !== null && unit !== null) result.push([recognized, unit])
  }
  return result
}
