import type { Word } from '../types.js'

/** The prompt has as many words from the end as it takes to reach this many characters, a space a word included. */
const PROMPT_CHARACTERS = 200

/**
 * The committed words of a stream, as far back as anything asks for them.
 *
 * Ref: whisper_online.py OnlineASRProcessor.commited and prompt.
 */
export class CommittedText {
  readonly #separator: string
  readonly #keepsAll: boolean
  #words: Word[] = []
  /** So many words belong to utterances that are over. */
  #over = 0

  /**
   * @param separator joins words to text
   * @param keepsAll never forgets a word, as the reference; otherwise what no prompt can reach any more goes
   */
  constructor(separator: string, keepsAll: boolean) {
    this.#separator = separator
    this.#keepsAll = keepsAll
  }

  /** The words that are remembered, the newest last. */
  get words(): readonly Word[] {
    return this.#words
  }

  add(words: readonly Word[]): void {
    this.#words.push(...words)
  }

  /** The remembered words that end behind a time. */
  after(time: number): readonly Word[] {
    return this.#words.slice(this.#words.findLastIndex(({ end }) => end <= time) + 1)
  }

  /** The utterance is over: all of its words are said before what comes. */
  closeUtterance(): void {
    this.#over = this.#words.length
  }

  /**
   * Text of words that end at `offset` or before: what was said before the audio buffer. Never the very last word of an
   * utterance that goes on.
   */
  prompt(offset: number): string {
    const end = this.#promptEnd(offset)
    return this.#words
      .slice(this.#promptBegin(end), end)
      .map(({ text }) => text)
      .join(this.#separator)
  }

  /** Forgets what no prompt for this offset or a later one needs. */
  prune(offset: number): void {
    if (this.#keepsAll) return
    const forgotten = this.#words.splice(0, this.#promptBegin(this.#promptEnd(offset)))
    this.#over = Math.max(0, this.#over - forgotten.length)
  }

  #promptEnd(offset: number): number {
    let end = Math.max(this.#over, this.#words.length - 1)
    while (end > this.#over && this.#words[end - 1]!.end > offset) end--
    return end
  }

  #promptBegin(end: number): number {
    let begin = end
    for (let characters = 0; begin > 0 && characters < PROMPT_CHARACTERS; begin--) {
      characters += this.#words[begin - 1]!.text.length + 1
    }
    return begin
  }
}
