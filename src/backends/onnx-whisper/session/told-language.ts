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
      this.#once((log) => log.warn(`${text}; give --lan ${rival.code}`, text), text)
    }
    if (!detected) return
    const { code, probability, isSure } = detected
    const text = `language: ${isSure ? '' : 'perhaps '}${named(code)}`
    const line = `${text}, ${Math.round(100 * probability)} %`
    this.#once((log) => (isSure ? log.info(line) : log.debug(line)), text)
  }

  #once(tell: (log: Log) => void, text: string): void {
    if (text === this.#told) return
    this.#told = text
    if (this.#log) tell(this.#log)
  }
}

function named(code: string): string {
  return `${languageName(code)} (${code})`
}
