/** Events in order of time: a binary heap of numbers. Events of the same time come in the order of their values. */
export class EventHeap {
  #times: Float64Array
  #values: Float64Array
  #size = 0

  /** @param room events that it has room for at first; it grows */
  constructor(room = 64) {
    this.#times = new Float64Array(Math.max(1, room))
    this.#values = new Float64Array(Math.max(1, room))
  }

  /** Events that are to come. */
  get size(): number {
    return this.#size
  }

  /** When the next event is, in seconds; infinity where there is none. */
  get time(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#times[0] as number)
  }

  /** What the next event is; meaningless where there is none. */
  get value(): number {
    return this.#values[0] as number
  }

  push(time: number, value: number): void {
    if (this.#size === this.#times.length) this.#grow()
    let at = this.#size++
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!this.#isBefore(time, value, above)) break
      this.#move(above, at)
      at = above
    }
    this.#times[at] = time
    this.#values[at] = value
  }

  /** Takes the next event out. */
  pop(): void {
    if (this.#size === 0) return
    const last = --this.#size
    this.#sink(this.#times[last] as number, this.#values[last] as number)
  }

  /** As `pop` and then `push`, in one go. */
  replace(time: number, value: number): void {
    if (this.#size === 0) this.push(time, value)
    else this.#sink(time, value)
  }

  #sink(time: number, value: number): void {
    const size = this.#size
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= size) break
      const other = below + 1
      if (other < size && this.#isBefore(this.#times[other] as number, this.#values[other] as number, below)) {
        below = other
      }
      if (this.#isBefore(time, value, below)) break
      this.#move(below, at)
      at = below
    }
    this.#times[at] = time
    this.#values[at] = value
  }

  #isBefore(time: number, value: number, at: number): boolean {
    const other = this.#times[at] as number
    return time < other || (time === other && value < (this.#values[at] as number))
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from] as number
    this.#values[to] = this.#values[from] as number
  }

  #grow(): void {
    const times = new Float64Array(2 * this.#times.length)
    const values = new Float64Array(2 * this.#values.length)
    times.set(this.#times)
    values.set(this.#values)
    this.#times = times
    this.#values = values
  }
}
