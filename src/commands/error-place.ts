import { fileURLToPath } from 'node:url'

/** A file and a line, in a line of a stack. */
const PLACE = /(?:\(|\bat (?:async )?)((?:file:\/\/|\/|[A-Z]:\\)[^()]*:\d+):\d+\)?$/
/** The folder of this program, and of all that it has brought. */
const OWN = fileURLToPath(new URL('../..', import.meta.url))

/** The files and lines in the stack of an error, the innermost first. */
export function stackPlaces(error: Error): readonly string[] {
  const places = (error.stack ?? '').split('\n').map((line) => PLACE.exec(line)?.[1])
  return places.filter((place) => place !== undefined)
}

/** Where an error comes from that is not of this program but of a plugin, or of something else that it was told to load; null: of this one. */
export function foreignPlace(error: unknown): string | null {
  const [place] = error instanceof Error ? stackPlaces(error) : []
  if (place === undefined) return null
  const path = place.startsWith('file:') ? fileURLToPath(place.replace(/:\d+$/, '')) : place
  return path.startsWith(OWN) || /[\\/]node_modules[\\/]/.test(path) ? null : place
}
