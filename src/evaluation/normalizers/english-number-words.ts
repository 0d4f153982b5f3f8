/** The number words that Whisper's English normalizer knows, with their values. Ref: openai-whisper whisper/normalizers/english.py (MIT). */

/** A value and what is written after its digits: "5" and "th". */
export type Suffixed = readonly [value: bigint, suffix: string]

const UP_TO_NINETEEN =
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
const FROM_TWENTY = 'twenty thirty forty fifty sixty seventy eighty ninety'
const FROM_THOUSAND =
  'thousand million billion trillion quadrillion quintillion sextillion septillion octillion nonillion decillion'

export const ZEROS: ReadonlySet<string> = new Set(['o', 'oh', 'zero'])

/** One to nineteen. */
export const ONES: ReadonlyMap<string, bigint> = new Map(
  UP_TO_NINETEEN.split(' ').map((name, index) => [name, BigInt(index + 1)]),
)

/** "ones", "third". */
export const SUFFIXED_ONES: ReadonlyMap<string, Suffixed> = new Map<string, Suffixed>([
  ...[...ONES].map(([name, value]): [string, Suffixed] => [name === 'six' ? 'sixes' : `${name}s`, [value, 's']]),
  ['zeroth', [0n, 'th']],
  ['first', [1n, 'st']],
  ['second', [2n, 'nd']],
  ['third', [3n, 'rd']],
  ['fifth', [5n, 'th']],
  ['twelfth', [12n, 'th']],
  ...[...ONES]
    .filter(([, value]) => value > 3n && value !== 5n && value !== 12n)
    .map(([name, value]): [string, Suffixed] => [`${name}${name.endsWith('t') ? 'h' : 'th'}`, [value, 'th']]),
])

/** Twenty to ninety. */
export const TENS: ReadonlyMap<string, bigint> = new Map(
  FROM_TWENTY.split(' ').map((name, index) => [name, BigInt(10 * (index + 2))]),
)

/** "twenties", "twentieth". */
export const SUFFIXED_TENS: ReadonlyMap<string, Suffixed> = new Map<string, Suffixed>(
  [...TENS].flatMap(([name, value]): [string, Suffixed][] => [
    [name.replace('y', 'ies'), [value, 's']],
    [name.replace('y', 'ieth'), [value, 'th']],
  ]),
)

/** Hundred to decillion. */
export const MULTIPLIERS: ReadonlyMap<string, bigint> = new Map([
  ['hundred', 100n],
  ...FROM_THOUSAND.split(' ').map((name, index): [string, bigint] => [name, 1000n ** BigInt(index + 1)]),
])

/** "thousands", "thousandth". */
export const SUFFIXED_MULTIPLIERS: ReadonlyMap<string, Suffixed> = new Map<string, Suffixed>(
  [...MULTIPLIERS].flatMap(([name, value]): [string, Suffixed][] => [
    [`${name}s`, [value, 's']],
    [`${name}th`, [value, 'th']],
  ]),
)

/** Words before a number, with the sign that stands for them. */
export const SIGNS: ReadonlyMap<string, string> = new Map([
  ['minus', '-'],
  ['negative', '-'],
  ['plus', '+'],
  ['positive', '+'],
])

/** Words after a number, with the sign that then stands before it. */
export const CURRENCIES: ReadonlyMap<string, string> = new Map([
  ['pound', '£'],
  ['pounds', '£'],
  ['euro', '€'],
  ['euros', '€'],
  ['dollar', '$'],
  ['dollars', '$'],
  ['cent', '¢'],
  ['cents', '¢'],
])

/** Signs that may stand before digits. */
export const PREFIXES: ReadonlySet<string> = new Set([...SIGNS.values(), ...CURRENCIES.values()])

/** Words that say how a number goes on. */
export const SPECIALS: ReadonlySet<string> = new Set(['and', 'double', 'triple', 'point'])

/** Words that may follow "point". */
export const DECIMALS: ReadonlySet<string> = new Set([...ONES.keys(), ...TENS.keys(), ...ZEROS])

/** All words that belong to numbers. */
export const NUMBER_WORDS: ReadonlySet<string> = new Set([
  ...ZEROS,
  ...[ONES, SUFFIXED_ONES, TENS, SUFFIXED_TENS, MULTIPLIERS, SUFFIXED_MULTIPLIERS].flatMap((words) => [
    ...words.keys(),
  ]),
  ...SIGNS.keys(),
  ...CURRENCIES.keys(),
  'per',
  'percent',
  ...SPECIALS,
])
