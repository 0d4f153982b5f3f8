/**
 * The end of a text that was decoded and is not final: probably it comes again with more audio, and the decoder checks it together
 * with what it is fed first, not token by token.
 */
export class OpenText {
  #decoded: readonly number[] = []

  /** Remembers the tokens of a window, those of its prefix and what would have followed included. */
  remember(decoded: readonly number[]): void {
    this.#decoded = decoded
  }

  /**
   * The tokens that followed a text; none where it was not decoded last.
   * @param text the tokens that are final now, perhaps without those whose audio is cut off
   */
  after(text: readonly number[]): readonly number[] {
    if (text.length === 0) return []
    for (let end = this.#decoded.length - 1; end >= text.length; end--) {
      if (text.every((token, at) => token === this.#decoded[end - text.length + at])) return this.#decoded.slice(end)
    }
    return []
  }
}
