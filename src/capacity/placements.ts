/** Who was served where, from when on, and for how long; one row after the other. Times are seconds. */
export interface PlacementTable {
  readonly session: Int32Array
  readonly server: Int32Array
  readonly beginSec: Float64Array
  readonly lengthSec: Float64Array
}

/** The table while it grows. */
export class Placements {
  #session: Int32Array
  #server: Int32Array
  #beginSec: Float64Array
  #lengthSec: Float64Array
  #count = 0

  /** @param room rows that it has room for at first */
  constructor(room: number) {
    const rows = Math.max(16, room)
    this.#session = new Int32Array(rows)
    this.#server = new Int32Array(rows)
    this.#beginSec = new Float64Array(rows)
    this.#lengthSec = new Float64Array(rows)
  }

  /** @returns the number of the row */
  add(session: number, server: number, beginSec: number, lengthSec: number): number {
    if (this.#count === this.#session.length) this.#grow()
    const row = this.#count++
    this.#session[row] = session
    this.#server[row] = server
    this.#beginSec[row] = beginSec
    this.#lengthSec[row] = lengthSec
    return row
  }

  sessionOf(row: number): number {
    return this.#session[row] as number
  }

  serverOf(row: number): number {
    return this.#server[row] as number
  }

  /** Ends a row early; gives the seconds that are left of it. */
  cut(row: number, timeSec: number): number {
    const spokenSec = timeSec - (this.#beginSec[row] as number)
    const restSec = (this.#lengthSec[row] as number) - spokenSec
    this.#lengthSec[row] = spokenSec
    return restSec
  }

  /** What there is so far. */
  table(): PlacementTable {
    const count = this.#count
    return {
      session: this.#session.slice(0, count),
      server: this.#server.slice(0, count),
      beginSec: this.#beginSec.slice(0, count),
      lengthSec: this.#lengthSec.slice(0, count),
    }
  }

  #grow(): void {
    const rows = 2 * this.#session.length
    const [session, server] = [new Int32Array(rows), new Int32Array(rows)]
    const [beginSec, lengthSec] = [new Float64Array(rows), new Float64Array(rows)]
    session.set(this.#session)
    server.set(this.#server)
    beginSec.set(this.#beginSec)
    lengthSec.set(this.#lengthSec)
    this.#session = session
    this.#server = server
    this.#beginSec = beginSec
    this.#lengthSec = lengthSec
  }
}
