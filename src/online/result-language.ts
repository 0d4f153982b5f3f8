import type { ResultLanguage } from '../core/types.js'
import { demand, kindOf } from '../core/word-checks.js'

const FORM = 'it gives null, or { code, isSure, endsSec } with endsSec in seconds of the audio, or null'

/** Another language begins so much after the start of the audio, or with it: each time that one does, some audio is done. */
const MIN_LANGUAGE_SEC = 0.01

/**
 * The language of a result, checked: plugins need not be typed. An end outside of the audio is none.
 * @throws RuleViolation when it has another form
 */
export function checkedLanguage(given: unknown, audioSec: number, where: string): ResultLanguage | null {
  if (given === undefined || given === null) return null
  demand(typeof given === 'object', `${where} is ${kindOf(given)}`, FORM)
  const { code, isSure, endsSec } = given as Partial<ResultLanguage>
  demand(typeof code === 'string' && typeof isSure === 'boolean', `${where} has no code, or no isSure`, FORM)
  demand(endsSec === null || typeof endsSec === 'number', `endsSec of ${where} is ${kindOf(endsSec)}`, FORM)
  const isInside = endsSec !== null && endsSec >= MIN_LANGUAGE_SEC && endsSec < audioSec
  return { code, isSure, endsSec: isInside ? endsSec : null }
}

/** Notices when results are in another language than those before. One for a stream. */
export class LanguageTurns {
  #code: string | null = null

  /** Whether another language is spoken in this result than in the last one that was sure, or after it. */
  changes(language: ResultLanguage | null): boolean {
    if (!language?.isSure) return language !== null && language.endsSec !== null
    const before = this.#code
    this.#code = language.code
    return language.endsSec !== null || (before !== null && before !== language.code)
  }
}
