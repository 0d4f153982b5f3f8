/** Joins callbacks that come while something is awaited with a stream of events. */
export class EventRelay<Event> {
  #events: Event[] = []
  #wake = (): void => {}

  /** Adds an event; it is given by the `during` that is under way, or by the next. */
  push(event: Event): void {
    this.#events.push(event)
    this.#wake()
  }

  /**
   * Gives the events that come while `work` is awaited, then what it resolves to.
   * @throws what `work` rejects with, after the events
   */
  async *during<Value>(work: Promise<Value>): AsyncGenerator<Event, Value, undefined> {
    let isSettled = false
    const settle = () => {
      isSettled = true
      this.#wake()
    }
    work.then(settle, settle)
    for (;;) {
      yield* this.#events.splice(0)
      if (isSettled) return await work
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        if (isSettled || this.#events.length > 0) resolve()
      })
    }
  }
}
