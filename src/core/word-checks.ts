/** What words and times have to be like: one code for the seam at which results come in, and for the contract kit. */

import { UnexpectedError } from './errors.js'
import { SAMPLE_RATE } from './sample-rate.js'
import type { ASRBase, Word } from './types.js'

/** A rule that a backend breaks. */
export class RuleViolation extends Error {
  /** Tells it from other errors, from whichever copy of the package. */
  override readonly name = 'RuleViolation'
  /** What was seen. */
  readonly what: string
  /** How it should have been. */
  readonly expected: string

  /**
   * @param what what was seen, with which audio
   * @param expected how it should have been
   */
  constructor(what: string, expected: string, cause?: unknown) {
    super(`${what}; ${expected}`, cause === undefined ? undefined : { cause })
    this.what = what
    this.expected = expected
  }
}

/**
 * What was thrown, as it is told: a rule that a backend breaks becomes an error that names it, anything else stays as it is.
 * @param backend who broke it: `the backend "mine"`
 */
export function namedViolation(backend: string, thrown: unknown): unknown {
  if (!(thrown instanceof RuleViolation)) return thrown
  return new UnexpectedError(`${backend}: ${thrown.what}`, { hint: thrown.expected, cause: thrown })
}

/** Complains unless something is so. */
export function demand(holds: boolean, what: string, expected: string): asserts holds {
  if (!holds) throw new RuleViolation(what, expected)
}

/** Times come from frames of 20 ms, and from floating point. */
export const TOLERANCE_SEC = 0.02

/** Characters of a value that a message shows. */
const MAX_SHOWN = 60
const WORD_FORM = 'a word is { begin, end, text, probability?, confidence? } with times in seconds'

/** Words are objects of the right shape, with probabilities that are such. */
export function checkWordShapes(words: unknown, what: string): asserts words is readonly Word[] {
  checkWordForms(words, what)
  for (const [index, word] of words.entries()) {
    for (const key of ['probability', 'confidence'] as const) {
      demand(
        isProbability(word[key]),
        `${key} of word ${index} of ${what} ("${word.text}") is ${String(word[key])}`,
        'it is a number from 0 to 1, or left out',
      )
    }
  }
}

/** Whether it is one, or none. */
export function isProbability(value: unknown): boolean {
  return value === undefined || (typeof value === 'number' && value >= 0 && value <= 1)
}

/** Words are objects with a begin, an end and a text; their probabilities are numbers where they have some. */
export function checkWordForms(words: unknown, what: string): asserts words is readonly Word[] {
  demand(
    Array.isArray(words),
    `the words of ${what} are ${kindOf(words)}`,
    'they are an array, empty where nothing was said',
  )
  for (const [index, word] of (words as unknown[]).entries()) {
    const name = `word ${index} of ${what}`
    demand(typeof word === 'object' && word !== null && !Array.isArray(word), `${name} is ${kindOf(word)}`, WORD_FORM)
    const { begin, end, text } = word as Partial<Word>
    demand(typeof text === 'string', `the text of ${name} is ${kindOf(text)}, in ${shownAs(word)}`, WORD_FORM)
    demand(typeof begin === 'number', `begin of ${name} ("${text}") is ${kindOf(begin)}`, WORD_FORM)
    demand(typeof end === 'number', `end of ${name} ("${text}") is ${kindOf(end)}`, WORD_FORM)
    for (const key of ['probability', 'confidence'] as const) {
      const given: unknown = (word as Partial<Word>)[key]
      // A program in Python that has none says so with a null.
      const isNumber = given === undefined || given === null || typeof given === 'number'
      demand(isNumber, `${key} of ${name} ("${text}") is ${kindOf(given)}`, 'it is a number from 0 to 1, or left out')
    }
  }
}

/** Ends of segments are numbers. */
export function checkEndShapes(ends: unknown, what: string): asserts ends is readonly number[] {
  demand(
    Array.isArray(ends),
    `the segment ends of ${what} are ${kindOf(ends)}`,
    'they are an array, empty where there is no segment',
  )
  for (const [index, end] of (ends as unknown[]).entries()) {
    demand(typeof end === 'number', `segment end ${index} of ${what} is ${kindOf(end)}`, 'it is a number of seconds')
  }
}

/** No time is NaN or infinite. */
export function checkFinite(words: readonly Word[], ends: readonly number[], what: string): void {
  for (const { begin, end, text } of words) {
    demand(
      Number.isFinite(begin) && Number.isFinite(end),
      `the word "${text}" of ${what} lies from ${begin} to ${end}`,
      'times are finite numbers of seconds',
    )
  }
  for (const end of ends) demand(Number.isFinite(end), `a segment of ${what} ends at ${end}`, 'times are finite')
}

/** Nothing ends before it begins, and nothing comes before what was before it. */
export function checkOrder(words: readonly Word[], ends: readonly number[], what: string): void {
  for (const [index, { begin, end, text }] of words.entries()) {
    demand(
      !(end < begin),
      `the word "${text}" of ${what} lies from ${begin} to ${end}`,
      'it must not end before it begins',
    )
    const before = words[index - 1]
    if (!before) continue
    demand(
      !(begin < before.begin),
      `the word "${text}" of ${what} begins at ${begin}, and "${before.text}" before it at ${before.begin}`,
      'words are in order of their begins',
    )
  }
  for (const [index, end] of ends.entries()) {
    const before = ends[index - 1] ?? Number.NEGATIVE_INFINITY
    demand(!(end < before), `a segment of ${what} ends at ${end}, and the one before at ${before}`, 'ends are in order')
  }
}

/** All times lie in the audio. */
export function checkInside(
  words: readonly Word[],
  ends: readonly number[],
  { what, fromSec = 0, toSec }: { readonly what: string; readonly fromSec?: number; readonly toSec: number },
): void {
  const isInside = (time: number) => !(time < fromSec - TOLERANCE_SEC) && !(time > toSec + TOLERANCE_SEC)
  const expected = `times lie in the audio, from ${fromSec} s to ${toSec} s`
  for (const { begin, end, text } of words) {
    demand(isInside(begin) && isInside(end), `the word "${text}" of ${what} lies from ${begin} to ${end}`, expected)
  }
  for (const end of ends) demand(isInside(end), `a segment of ${what} ends at ${end}`, expected)
}

/** The numbers that a recognizer has besides its results make sense. */
export function checkLimits({ maxAudioSec, wordDelaySec }: Pick<ASRBase, 'maxAudioSec' | 'wordDelaySec'>): void {
  demand(
    maxAudioSec === undefined || (typeof maxAudioSec === 'number' && maxAudioSec * SAMPLE_RATE >= 1),
    `maxAudioSec is ${kindOf(maxAudioSec)}`,
    'it is a number of seconds above 0, or left out',
  )
  demand(
    wordDelaySec === undefined || Number.isFinite(wordDelaySec),
    `wordDelaySec is ${kindOf(wordDelaySec)}`,
    'it is a finite number of seconds, negative where words are early, or left out',
  )
}

/** Those of whatever was given as words that have the shape of words: rules on times leave the others to the rule on shapes. */
export function wellShaped(words: unknown): readonly Word[] {
  if (!Array.isArray(words)) return []
  return (words as (Partial<Word> | null)[]).filter(
    (word): word is Word =>
      typeof word?.begin === 'number' && typeof word.end === 'number' && typeof word.text === 'string',
  )
}

/** Those of whatever was given as ends that are numbers. */
export function numbers(ends: unknown): readonly number[] {
  return Array.isArray(ends) ? (ends as unknown[]).filter((end) => typeof end === 'number') : []
}

/** Words as they are compared and shown: their texts. */
export function textsOf(words: readonly Word[]): string {
  return JSON.stringify(words.map(({ text }) => text))
}

/** A value as JSON, not too long for a line; whatever cannot be written as JSON by its kind. */
function shownAs(value: unknown): string {
  try {
    return JSON.stringify(value)?.slice(0, MAX_SHOWN) ?? String(value)
  } catch {
    return 'an object'
  }
}

/** What something is, for messages: "a string", "null", "a promise". */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (value instanceof Promise) return 'a promise'
  if (Array.isArray(value)) return `an array (${shownAs(value)})`
  return typeof value === 'object' ? 'an object' : `a ${typeof value} (${String(value).slice(0, MAX_SHOWN)})`
}
