/** Numbers that look like chance and come again with the same seed, so that what fails can be run again. */
export interface Chance {
  /** In [0, 1). */
  next(): number
  /** A whole number from 0 to before `count`. */
  below(count: number): number
  /** From `least` to before `most`. */
  between(least: number, most: number): number
  one<Value>(values: readonly Value[]): Value
}

/** Mulberry32. Source: T. Ettinger, 2017, public domain. */
export function chance(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number) => Math.floor(next() * count)
  return {
    next,
    below,
    between: (least, most) => least + next() * (most - least),
    one: (values) => values[below(values.length)]!,
  }
}
