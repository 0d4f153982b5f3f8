import { rowsOf } from './text-flow.js'

/** A window is seldom made narrower than so many columns, nor so many times narrower at once. */
const [NARROWEST_COLUMNS, MOST_TIMES_NARROWER] = [12, 3] as const

/**
 * The row of the cursor in a terminal that pushes rows out of sight at the top when it becomes narrower. Where the cursor
 * was at first is not known: the rows above it are at least so many.
 *
 * Ref: screen_resize_y and grid_reflow of tmux. Another width leaves the cursor in its row, unless there are no more rows
 * above; of another height, rows below the cursor are taken first.
 */
export class CursorRow {
  readonly #pushesOut: boolean
  #least: number

  /** @param pushesOut whether the terminal does so; else as many rows as wanted are above */
  constructor(pushesOut: boolean) {
    this.#pushesOut = pushesOut
    this.#least = pushesOut ? 0 : Number.POSITIVE_INFINITY
  }

  /** Rows above the cursor on the screen, at least. */
  get least(): number {
    return this.#least
  }

  /** The terminal has so many rows. */
  fit(rows: number): void {
    if (this.#pushesOut) this.#least = Math.max(0, Math.min(this.#least, rows - 1))
  }

  /** The cursor goes up, at most to the first row. */
  up(rows: number): void {
    this.#least = Math.max(0, this.#least - rows)
  }

  /** The cursor goes down over the line feeds of a text. In the last row, all goes up instead. */
  down(text: string, rows: number): void {
    this.#least += text.split('\n').length - 1
    this.fit(rows)
  }

  /**
   * Rows of text that can stand from a row on, a status under them, without being pushed out of a narrower window.
   *
   * @param above rows above that row, at least
   */
  room(above: number, status: string | undefined, columns: number, rows: number): number {
    const narrowest = Math.max(NARROWEST_COLUMNS, Math.floor(columns / MOST_TIMES_NARROWER))
    const times = columns / narrowest
    if (!this.#pushesOut || times <= 1) return Number.POSITIVE_INFINITY
    // One more for the text before it in its row.
    const more = 1 + (status === undefined ? 0 : rowsOf(status, narrowest) - 1)
    return Math.floor(Math.min((above - more) / (times - 1), (rows - 1 - more) / times))
  }
}
