import type { z } from 'zod'
import type { Type, Zod } from './row.js'

/** A text that is not empty, without spaces around it. */
export function name(zod: Zod): z.ZodString {
  return zod.string().trim().min(1)
}

/** A text that is not empty, spaces and all: the name of a file or of a device. */
export function text(zod: Zod): Type<string> {
  return zod.string().min(1)
}

/** True or false: an option without a value. */
export function toggle(zod: Zod): Type<boolean> {
  return zod.boolean()
}

/** "en,cs" as a list. */
export function nameList(value: unknown): unknown {
  return typeof value === 'string' ? value.split(',') : value
}

/** One text as a list of it. */
export function oneOrMore(value: unknown): unknown {
  return typeof value === 'string' ? [value] : value
}

/** "0,0.2" as a list; what is no list of numbers as it is, for the schema to judge. */
export function numberList(value: unknown): unknown {
  if (typeof value === 'number') return [value]
  if (typeof value !== 'string') return value
  const numbers = value.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  return numbers.some(Number.isNaN) ? value : numbers
}

/** The options of a backend as `key=value` pairs: what is written as an object is taken apart. */
export function pairList(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.entries(value).map(([key, one]) => `${key}=${typeof one === 'string' ? one : JSON.stringify(one)}`)
}

/** A text as the number that it spells; left as it is where it spells none: the type then says what it should be. */
export function numberOf(text: string): number | string {
  const number = Number(text)
  return text.trim() === '' || Number.isNaN(number) ? text : number
}

/** A text in capitals. */
export function upperCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toUpperCase() : value
}
