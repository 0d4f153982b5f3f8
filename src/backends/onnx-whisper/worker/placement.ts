/** A session computes if it has done so in the last seconds. */
const ACTIVE_SEC = 10

/** A session as copies of the model are chosen by it. */
export interface PlacedSession {
  readonly client: string
  /** Whether nobody waits for each word. */
  readonly isPatient: boolean
  /** Calls that are under way. */
  calls: number
  /** When the last one ended, or it was opened; seconds of a clock. */
  lastSec: number
}

/** Where a session may be placed. */
export interface SessionPlace {
  readonly sessions: ReadonlySet<PlacedSession>
  /** Whether somebody has needed it already. */
  readonly isStarted: boolean
}

/**
 * The place with the least to do: with the fewest sessions that compute and for whose words somebody waits; then with the
 * fewest that compute, so that speech and recordings are apart where they can be; then one that is started; then with the
 * fewest of the client, so that the sessions of each lie on all; then with the fewest. The first of equals.
 *
 * @returns null where there is none
 */
export function leastBusy<Place extends SessionPlace>(
  places: readonly Place[],
  client: string,
  nowSec: number,
): Place | null {
  const ranked = places.map((place) => ({ place, rank: rankOf(place, client, nowSec) }))
  return ranked.sort((one, other) => compared(one.rank, other.rank))[0]?.place ?? null
}

function rankOf({ sessions, isStarted }: SessionPlace, client: string, nowSec: number): readonly number[] {
  const all = [...sessions]
  const active = all.filter(({ calls, lastSec }) => calls > 0 || lastSec > nowSec - ACTIVE_SEC)
  const ofClient = all.filter((session) => session.client === client)
  const spoken = active.filter(({ isPatient }) => !isPatient)
  return [spoken.length, active.length, Number(!isStarted), ofClient.length, all.length]
}

function compared(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index])
  return at < 0 ? 0 : one[at]! - other[at]!
}
