/** Requests of one session are answered one after the other, those of the model itself when no other is under way. */
export class RequestOrder {
  #ofModel: Promise<unknown> = Promise.resolve()
  readonly #ofSessions = new Map<number, Promise<unknown>>()

  /**
   * @param session null: the request is about the model
   * @param answer never fails
   */
  run(session: number | null, answer: () => Promise<void>): void {
    if (session === null) {
      this.#ofModel = Promise.all([this.#ofModel, ...this.#ofSessions.values()]).then(answer)
      return
    }
    const answered = Promise.all([this.#ofModel, this.#ofSessions.get(session)]).then(answer)
    this.#ofSessions.set(session, answered)
    void answered.then(() => {
      if (this.#ofSessions.get(session) === answered) this.#ofSessions.delete(session)
    })
  }
}
