/** Something that is written, and when it begins. */
interface WaitingUnit<Unit> {
  readonly beginMs: number
  readonly channel: string
  readonly unit: Unit
}

/** Something of a channel whose turn it is. */
export type OfTurn<Unit> = WaitingUnit<Unit>

/** Holds what channels have to write until no channel can have something that begins earlier. */
export class InOrder<Unit> {
  readonly #open = new Map<string, number | null>()
  #waiting: WaitingUnit<Unit>[] = []

  /** @param openMs where text of the channel begins that is no unit yet; null: there is none */
  add(channel: string, units: readonly { readonly beginMs: number; readonly unit: Unit }[], openMs: number | null) {
    this.#open.set(channel, openMs)
    for (const unit of units) this.#waiting.push({ ...unit, channel })
    this.#waiting.sort((one, other) => one.beginMs - other.beginMs)
  }

  /** Takes what nothing can come before, when nothing begins before `reachedMs` any more. */
  take(reachedMs: number): readonly OfTurn<Unit>[] {
    const until = Math.min(reachedMs, ...[...this.#open.values()].map((ms) => ms ?? Number.POSITIVE_INFINITY))
    const given = this.#waiting.filter(({ beginMs }) => beginMs <= until)
    this.#waiting = this.#waiting.slice(given.length)
    return given
  }
}
