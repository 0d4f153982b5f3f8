import type { Log } from '../../../core/types.js'
import { languageName } from '../model/languages.js'
import type { WhisperResult } from './result.js'

/** Says in what language a stream is, whenever that changes. */
export class ToldLanguage {
  readonly #log: Log | undefined
  #told = ''

  constructor(log: Log | undefined) {
    this.#log = log
  }

  /** @param given code of the language that it is said to be; null: it is detected */
  tell({ detected, rival }: Pick<WhisperResult, 'detected' | 'rival'>, given: string | null): void {
    if (rival && given) {
      const text = `this sounds like ${named(rival.code)}, and is recognized as ${named(given)}: its text is guesswork`
      this.#once('warn', text, `; give --lan ${rival.code}`)
    }
    if (!detected) return
    const { code, probability, isSure } = detected
    const text = `language: ${isSure ? '' : 'perhaps '}${named(code)}`
    this.#once(isSure ? 'info' : 'debug', text, `, ${Math.round(100 * probability)} %`)
  }

  #once(level: 'warn' | 'info' | 'debug', text: string, more: string): void {
    if (text === this.#told) return
    this.#told = text
    this.#log?.[level](`${text}${more}`)
  }
}

function named(code: string): string {
  return `${languageName(code)} (${code})`
}
