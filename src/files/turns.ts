import { terminalText } from '../core/terminal-text.js'
import type { TextWriter } from '../output/writers/line-writer.js'

/**
 * One text after the other, in their order, though several are made at once: that whose turn it is goes out as it comes,
 * what comes before its turn waits in memory. Each may have a heading, with an empty line between them.
 */
export class Turns {
  readonly #writer: TextWriter
  readonly #waiting = new Map<number, string[]>()
  readonly #headings = new Map<number, string>()
  readonly #over = new Set<number>()
  #turn = 0
  #isFirst = true
  #last: Promise<void> = Promise.resolve()

  /** @param writer where the texts go */
  constructor(writer: TextWriter) {
    this.#writer = writer
  }

  /**
   * Begins the text of one place in the order, from 0.
   * @param heading a line above it; "": there is none
   * @throws as the writer does
   */
  async begin(place: number, heading: string): Promise<TextWriter> {
    this.#headings.set(place, heading)
    await this.#append(place, '')
    return {
      append: (text) => this.#append(place, typeof text === 'string' ? text : Buffer.from(text).toString()),
      complete: async () => {},
      close: async () => {},
    }
  }

  /**
   * To be called when nothing more comes at a place, whether or not anything came: those after it have their turn.
   * @throws as the writer does
   */
  async over(place: number): Promise<void> {
    this.#over.add(place)
    while (this.#over.has(this.#turn)) {
      this.#turn++
      const texts = this.#waiting.get(this.#turn)
      this.#waiting.delete(this.#turn)
      if (texts) await this.#write(this.#turn, texts.join(''))
    }
  }

  async #append(place: number, text: string): Promise<void> {
    if (place === this.#turn) return this.#write(place, text)
    this.#waiting.set(place, [...(this.#waiting.get(place) ?? []), text])
  }

  #write(place: number, text: string): Promise<void> {
    const heading = this.#headings.get(place) ?? ''
    this.#headings.delete(place)
    const before = heading === '' ? '' : `${this.#isFirst ? '' : '\n'}${terminalText(heading)}\n`
    this.#isFirst = false
    if (before + text === '') return this.#last
    const written = this.#last.then(() => this.#writer.append(before + text))
    this.#last = written.catch(() => undefined)
    return written
  }
}
