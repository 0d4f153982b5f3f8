/**
 * Share of clients that find all places taken, when they come independently and those who are refused go (Erlang's B).
 * @param offered sessions that there would be at once if nobody was refused
 */
export function refusedShare(places: number, offered: number): number {
  let share = 1
  for (let taken = 1; taken <= places; taken++) share = (offered * share) / (taken + offered * share)
  return share
}

/** The fewest places with which no more than a share is refused. */
export function placesFor(offered: number, share: number): number {
  let refused = 1
  let places = 0
  while (refused > share) {
    places++
    refused = (offered * refused) / (places + offered * refused)
  }
  return places
}
