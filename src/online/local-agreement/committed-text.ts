import type { Word } from '../../core/types.js'

/** The prompt has as many words from the end as it takes to reach this many characters, a space a word included. */
const PROMPT_CHARACTERS = 200

/**
 * The committed words of a stream, as far back as anything asks for them.
 *
 * Ref: whisper_online.py OnlineASRProcessor.commited and prompt.
 */
export class CommittedText {
  readonly #separator: string
  readonly #asReference: boolean
  #words: Word[] = []
  #endSec = Number.NEGATIVE_INFINITY

  /**
   * @param separator joins words to text
   * @param asReference never forgets a word, and never has the very last one in the prompt; otherwise what no prompt can
   *   reach any more goes, and the prompt has all that was said before the buffer
   */
  constructor(separator: string, asReference: boolean) {
    this.#separator = separator
    this.#asReference = asReference
  }

  /** The words that are remembered, the newest last. */
  get words(): readonly Word[] {
    return this.#words
  }

  /** End of the last word that was committed, forgotten or not; -Infinity before the first. */
  get endSec(): number {
    return this.#endSec
  }

  add(words: readonly Word[]): void {
    this.#words.push(...words)
    this.#endSec = words.at(-1)?.end ?? this.#endSec
  }

  /** What was said is no prompt for what follows. */
  forget(): void {
    this.#words = []
  }

  /** The remembered words that end after a time. */
  after(time: number): readonly Word[] {
    return this.#words.slice(this.#words.findLastIndex(({ end }) => end <= time) + 1)
  }

  /** Text of words that end at `offset` or before: what was said before the audio buffer. */
  prompt(offset: number): string {
    const end = this.#promptEnd(offset)
    return this.#words
      .slice(this.#promptBegin(end), end)
      .map(({ text }) => text)
      .join(this.#separator)
  }

  /** Forgets what no prompt for this offset or a later one needs. */
  prune(offset: number): void {
    if (!this.#asReference) this.#words.splice(0, this.#promptBegin(this.#promptEnd(offset)))
  }

  #promptEnd(offset: number): number {
    // Differs from reference: after a cut at the last word its prompt breaks off before that word, and the model goes on
    // with something that nobody said.
    let end = this.#asReference ? Math.max(0, this.#words.length - 1) : this.#words.length
    while (end > 0 && this.#words[end - 1]!.end > offset) end--
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
