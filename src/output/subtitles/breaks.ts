import { endsSentence, precedesName } from '../text/sentence-ends.js'
import { roleOf } from './break-words.js'
import { breaksWithoutSpace, type CuePiece } from './pieces.js'

/** What a break costs. Smaller is better; what costs `NEVER` is done only where there is no other way. */
const COST = {
  sentence: 0,
  clause: 1,
  conjunction: 2,
  preposition: 2.5,
  article: 3,
  plain: 4,
  afterRole: 7,
  insideWord: 40,
} as const
/** More than any number of other breaks. */
export const NEVER = 1000

const ENDS_CLAUSE = /[,;:–—،؛、，；：][\p{Pe}\p{Pf}"']*$/u
/** Digits of a number that goes on after a space: "10 000". */
const ENDS_IN_DIGIT = /\d$/u
const GROUP_OF_DIGITS = /^\d{3}(?!\d)/u
/** What a number is not parted from. */
const UNIT =
  /^(?:%|°|€|\$|£|‰|\p{Sc}|(?:km|cm|mm|kg|mg|g|m|s|ms|h|kHz|Hz|GB|MB|kB|million|billion|percent|Prozent|Millionen|Uhr|o'clock|a\.m\.|p\.m\.)(?!\p{L}))/iu

/** What it costs to break a line, or a cue, between two pieces. */
export function breakCost(before: CuePiece, after: CuePiece, language: string | null): number {
  if (!after.hasSpace && !breaksWithoutSpace(before.text, after.text)) return NEVER + COST.insideWord
  if (isOneValue(before.text, after.text)) return NEVER
  if (endsSentence(before.text, language)) return COST.sentence
  if (ENDS_CLAUSE.test(before.text)) return COST.clause
  if (roleOf(before.text, language) !== null) return COST.afterRole
  const role = roleOf(after.text, language)
  return role === null ? COST.plain : COST[role]
}

/** A title or initial and its name, the groups of a number, a number and its unit. */
function isOneValue(before: string, after: string): boolean {
  if (precedesName(before)) return true
  return ENDS_IN_DIGIT.test(before) && (GROUP_OF_DIGITS.test(after) || UNIT.test(after))
}
