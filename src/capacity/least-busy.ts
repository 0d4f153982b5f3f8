/** Which of many servers has the fewest sessions: a tournament, in which a change costs a few comparisons. */
export class LeastBusy {
  readonly #width: number
  readonly #counts: Float64Array
  /** The server that wins in each match; the first match is at 1, servers come from `width` on. */
  readonly #winners: Int32Array

  constructor(servers: number) {
    this.#width = 2 ** Math.ceil(Math.log2(Math.max(1, servers)))
    this.#counts = new Float64Array(this.#width).fill(Number.POSITIVE_INFINITY)
    this.#winners = new Int32Array(2 * this.#width)
    for (let at = 0; at < this.#width; at++) this.#winners[this.#width + at] = at
    // Also where there are no servers, whose matches nothing else decides.
    for (let at = this.#width - 1; at >= 1; at--) this.#winners[at] = this.#winners[2 * at] as number
    for (let server = 0; server < servers; server++) this.set(server, 0)
  }

  /** The server with the fewest sessions, the first of several. */
  get server(): number {
    return this.#winners[1] as number
  }

  /** Its sessions; infinity where there is none that takes any. */
  get count(): number {
    return this.countOf(this.server)
  }

  countOf(server: number): number {
    return this.#counts[server] as number
  }

  /** @param count infinity: it takes none */
  set(server: number, count: number): void {
    this.#counts[server] = count
    for (let at = (this.#width + server) >> 1; at >= 1; at >>= 1) {
      const [one, other] = [this.#winners[2 * at] as number, this.#winners[2 * at + 1] as number]
      this.#winners[at] = this.countOf(one) <= this.countOf(other) ? one : other
    }
  }
}
