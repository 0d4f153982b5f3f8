import {
  CURRENCIES,
  DECIMALS,
  MULTIPLIERS,
  NUMBER_WORDS,
  ONES,
  PREFIXES,
  SIGNS,
  SPECIALS,
  SUFFIXED_MULTIPLIERS,
  SUFFIXED_ONES,
  SUFFIXED_TENS,
  type Suffixed,
  TENS,
  ZEROS,
} from './english-number-words.js'
import { asciiDigits, SPACE, splitWords, WORD_END, WORD_START } from './python-text.js'

const NUMERAL = /^\p{Nd}+(\.\p{Nd}+)?$/u
const AND_A_HALF = new RegExp(`${WORD_START}and${SPACE}+a${SPACE}+half${WORD_END}`, 'gu')
const SPACED_SUFFIX = new RegExp(`([0-9])${SPACE}+(st|nd|rd|th|s)${WORD_END}`, 'gu')
const MONEY_AND_CENTS = new RegExp(`([€£$])([0-9]+) (?:and )?¢([0-9]{1,2})${WORD_END}`, 'gu')
const CENTS = new RegExp(`[€£$]0[^\\n]([0-9]{1,2})${WORD_END}`, 'gu')
const ONE = new RegExp(`${WORD_START}1(s?)${WORD_END}`, 'gu')

/**
 * Spelled-out numbers as digits: "twenty one" is "21", "$20 million" is "$20000000", "one oh one" is "101".
 *
 * Ref: openai-whisper whisper/normalizers/english.py EnglishNumberNormalizer (MIT), with its quirks.
 */
export function englishNumbers(text: string): string {
  return postprocessed(new NumberReader().read(splitWords(preprocessed(text))).join(' '))
}

function preprocessed(text: string): string {
  const segments = text.split(AND_A_HALF)
  const parts = segments.flatMap((segment, index) => {
    const words = splitWords(segment)
    const last = words.at(-1)
    if (last === undefined) return []
    if (index === segments.length - 1) return [segment]
    return [segment, DECIMALS.has(last) || MULTIPLIERS.has(last) ? 'point five' : 'and a half']
  })
  return parts
    .join(' ')
    .replace(/([a-z])([0-9])/g, '$1 $2')
    .replace(/([0-9])([a-z])/g, '$1 $2')
    .replace(SPACED_SUFFIX, '$1$2')
}

function postprocessed(text: string): string {
  return text
    .replace(MONEY_AND_CENTS, (_, currency: string, whole: string, cents: string) => {
      return `${currency}${whole}.${String(Number(cents)).padStart(2, '0')}`
    })
    .replace(CENTS, (_, cents: string) => `¢${Number(cents)}`)
    .replace(ONE, 'one$1')
}

/** A number that is being read: a string when digits were said one by one, or with a point. */
type Value = bigint | string | null

/** Reads words one by one; what it has read of a number is given when the number is over. */
class NumberReader {
  #value: Value = null
  #prefix: string | null = null
  #skips = false
  readonly #given: string[] = []

  read(words: readonly string[]): readonly string[] {
    words.forEach((word, index) => {
      if (this.#skips) this.#skips = false
      else this.#take(word, words[index - 1], words[index + 1])
    })
    this.#giveValue()
    return this.#given
  }

  #take(word: string, prev: string | undefined, next: string | undefined): void {
    const isNextNumeral = next !== undefined && NUMERAL.test(next)
    const suffixed = SUFFIXED_ONES.get(word)
    const [one, ten, multiplier] = [ONES.get(word), TENS.get(word), MULTIPLIERS.get(word)]
    const [suffixedTen, suffixedMultiplier] = [SUFFIXED_TENS.get(word), SUFFIXED_MULTIPLIERS.get(word)]
    if (this.#takeNumeral(word)) return
    if (!NUMBER_WORDS.has(word)) this.#giveWord(word)
    else if (ZEROS.has(word)) this.#value = `${this.#digits()}0`
    else if (one !== undefined) this.#value = this.#withOne(one, prev)
    else if (suffixed !== undefined) this.#giveSuffixedOne(suffixed, prev)
    else if (ten !== undefined) this.#value = this.#withTen(ten)
    else if (suffixedTen !== undefined) this.#give(`${this.#withTen(suffixedTen[0])}${suffixedTen[1]}`)
    else if (multiplier !== undefined) this.#value = this.#multiplied(multiplier)
    else if (suffixedMultiplier !== undefined) this.#giveMultiplied(suffixedMultiplier)
    else if (SIGNS.has(word)) this.#takeSign(word, isNextNumeral || (next !== undefined && NUMBER_WORDS.has(next)))
    else if (CURRENCIES.has(word)) this.#takeCurrency(word)
    else if (word === 'per' || word === 'percent') this.#takeShare(word, next)
    else if (SPECIALS.has(word)) this.#takeSpecial(word, prev, next, isNextNumeral)
  }

  #takeNumeral(word: string): boolean {
    const [first = ''] = word
    const hasPrefix = PREFIXES.has(first)
    const numeral = hasPrefix ? word.slice(first.length) : word
    if (!NUMERAL.test(numeral)) return false
    if (typeof this.#value === 'string' && this.#value.endsWith('.')) {
      // The parts of a decimal number, or of an address.
      this.#value += word
      return true
    }
    this.#giveValue()
    if (hasPrefix) this.#prefix = first
    const whole = times(numeral, 1n)
    this.#value = whole ?? numeral
    return true
  }

  #withOne(one: bigint, prev: string | undefined): Value {
    const value = this.#value
    if (value === null) return one
    if (typeof value === 'string' || (prev !== undefined && ONES.has(prev))) {
      return prev !== undefined && TENS.has(prev) && one < 10n
        ? `${String(value).slice(0, -1)}${one}`
        : `${value}${one}`
    }
    return value % (one < 10n ? 10n : 100n) === 0n ? value + one : `${value}${one}`
  }

  #withTen(ten: bigint): Value {
    const value = this.#value
    if (value === null) return ten
    return typeof value !== 'string' && value % 100n === 0n ? value + ten : `${value}${ten}`
  }

  #giveSuffixedOne([one, suffix]: Suffixed, prev: string | undefined): void {
    this.#give(`${this.#withOne(one, prev)}${suffix}`)
  }

  #multiplied(multiplier: bigint): Value {
    const value = this.#value
    if (value === null) return multiplier
    if (typeof value !== 'string' && value !== 0n) return scaled(value, multiplier)
    const product = times(String(value), multiplier)
    if (product !== null) return product
    this.#giveValue()
    return multiplier
  }

  #giveMultiplied([multiplier, suffix]: Suffixed): void {
    const value = this.#value
    if (typeof value === 'bigint') this.#give(`${scaled(value, multiplier)}${suffix}`)
    else {
      const product = value === null ? multiplier : times(value, multiplier)
      if (product === null) this.#giveValue()
      this.#give(`${product ?? multiplier}${suffix}`)
    }
  }

  #takeSign(word: string, isBeforeNumber: boolean): void {
    this.#giveValue()
    if (isBeforeNumber) this.#prefix = SIGNS.get(word) ?? null
    else this.#give(word)
  }

  #takeCurrency(word: string): void {
    if (this.#value !== null) this.#prefix = CURRENCIES.get(word) ?? null
    if (this.#value === null) this.#give(word)
    else this.#giveValue()
  }

  #takeShare(word: string, next: string | undefined): void {
    if (this.#value === null || (word === 'per' && next !== 'cent')) this.#giveWord(word)
    else {
      this.#give(`${this.#value}%`)
      this.#skips = word === 'per'
    }
  }

  #takeSpecial(word: string, prev: string | undefined, next: string | undefined, isNextNumeral: boolean): void {
    if (!isNextNumeral && (next === undefined || !NUMBER_WORDS.has(next))) this.#giveWord(word)
    else if (word === 'and') {
      if (prev === undefined || !MULTIPLIERS.has(prev)) this.#giveWord(word)
    } else if (word === 'point') {
      if (isNextNumeral || (next !== undefined && DECIMALS.has(next))) this.#value = `${this.#digits()}.`
    } else if (next !== undefined && (ONES.has(next) || ZEROS.has(next))) {
      this.#value = `${this.#digits()}${String(ONES.get(next) ?? 0n).repeat(word === 'double' ? 2 : 3)}`
      this.#skips = true
    } else this.#giveWord(word)
  }

  /** What was read as digits; a whole zero is none. */
  #digits(): string {
    return this.#value === null || this.#value === 0n ? '' : String(this.#value)
  }

  #giveWord(word: string): void {
    this.#giveValue()
    this.#give(word)
  }

  #giveValue(): void {
    if (this.#value !== null) this.#give(String(this.#value))
  }

  #give(text: string): void {
    this.#given.push(`${this.#prefix ?? ''}${text}`)
    this.#value = null
    this.#prefix = null
  }
}

/** Only what is below a thousand is multiplied: "two thousand three hundred". */
function scaled(value: bigint, multiplier: bigint): bigint {
  return (value / 1000n) * 1000n + (value % 1000n) * multiplier
}

/** A decimal number times a whole one; null where it is no number, or the product is not whole. */
function times(numeral: string, factor: bigint): bigint | null {
  const [, whole, decimals = ''] = /^(\p{Nd}*)(?:\.(\p{Nd}*))?$/u.exec(numeral) ?? []
  if (whole === undefined || `${whole}${decimals}` === '') return null
  const product = BigInt(asciiDigits(`${whole}${decimals}`)) * factor
  const scale = 10n ** BigInt(decimals.length)
  return product % scale === 0n ? product / scale : null
}
