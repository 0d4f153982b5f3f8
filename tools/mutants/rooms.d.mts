/** A room of the source and the tests that may notice what changes in it. */
export interface Room {
  readonly source: readonly string[]
  readonly tests: readonly string[]
  /** Whether all tests of the room run for each change. */
  readonly samples?: true
}

export const ROOMS: Readonly<Record<string, Room>>
export const CHOSEN: readonly string[]
