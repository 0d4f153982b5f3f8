import type { AnsweredText } from './answer.js'

/** Whoever begins so long before the one before, or before the audio, has no time that means anything. */
const FAR_BACK_SEC = 0.5
/** Models with windows of 30 s put words anywhere in them, also behind the audio: only what is further has no meaning. */
const FAR_OUTSIDE_SEC = 30
/** What is squeezed in between two others takes some of the time of the one before, to have so much at least. */
const MIN_SHARE_SEC = 0.1
/** Characters of a text that a message shows. */
const MAX_SHOWN = 40

/** A list of texts as its times are believed. */
export interface OrderedTexts<Text extends AnsweredText> {
  /** The same texts; those whose times make no sense stand between their neighbors. Null: most make no sense. */
  readonly texts: readonly Text[] | null
  /** The first times that make no sense, for a message; null: all make sense. */
  readonly impossible: string | null
}

/** Finds the times of a list that make no sense: the list is in the order of speech, whatever its times are. */
export function timesInOrder<Text extends AnsweredText>(texts: readonly Text[], audioSec: number): OrderedTexts<Text> {
  if (texts.length > 0 && isUntimed(texts)) return { texts: null, impossible: null }
  const impossible = firstImpossible(texts, audioSec)
  if (impossible === null) return { texts, impossible }
  const kept = longestInOrder(texts, (one) => !isOutside(one, audioSec))
  const isMost = kept.size * 2 > texts.length
  return { texts: isMost ? betweenNeighbors(texts, kept, audioSec) : null, impossible }
}

/** Services that know no times may write zeros. */
function isUntimed(texts: readonly AnsweredText[]): boolean {
  return texts.every(({ end }) => end === 0) || (texts.length > 1 && texts.every(({ begin }) => begin === 0))
}

function isOutside({ begin }: AnsweredText, audioSec: number): boolean {
  return begin < -FAR_BACK_SEC || begin > audioSec + FAR_OUTSIDE_SEC
}

function firstImpossible(texts: readonly AnsweredText[], audioSec: number): string | null {
  let latest = Number.NEGATIVE_INFINITY
  for (const one of texts) {
    const where = `"${one.text.trim().slice(0, MAX_SHOWN)}" lies from ${rounded(one.begin)} to ${rounded(one.end)} s`
    if (isOutside(one, audioSec)) return `${where} of ${audioSec.toFixed(1)} s of audio`
    if (latest - one.begin > FAR_BACK_SEC) return `${where}, behind what begins at ${rounded(latest)} s`
    latest = Math.max(latest, one.begin)
  }
  return null
}

const rounded = (seconds: number) => Math.round(seconds * 100) / 100

/** Places of the most texts none of which begins before one before it. */
function longestInOrder<Text extends AnsweredText>(
  texts: readonly Text[],
  isWanted: (one: Text) => boolean,
): ReadonlySet<number> {
  // The earliest last text of a row of each length, and before whom each stands in its row.
  const lasts: number[] = []
  const before = new Map<number, number | undefined>()
  for (const [at, one] of texts.entries()) {
    if (!isWanted(one)) continue
    let [from, to] = [0, lasts.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if (texts[lasts[middle]!]!.begin <= one.begin) from = middle + 1
      else to = middle
    }
    before.set(at, lasts[from - 1])
    lasts[from] = at
  }
  const kept = new Set<number>()
  for (let at = lasts.at(-1); at !== undefined; at = before.get(at)) kept.add(at)
  return kept
}

/** Texts whose times make no sense share the time between those around them. */
function betweenNeighbors<Text extends AnsweredText>(
  texts: readonly Text[],
  kept: ReadonlySet<number>,
  audioSec: number,
): readonly Text[] {
  const placed = [...texts]
  for (let at = 0; at < texts.length; at++) {
    if (kept.has(at)) continue
    let next = at
    while (next < texts.length && !kept.has(next)) next++
    const [before, after] = [placed[at - 1], texts[next]]
    const end = Math.max(after?.begin ?? audioSec, before?.begin ?? 0)
    const isNarrow = before !== undefined && end - before.end < (next - at) * MIN_SHARE_SEC
    const first = isNarrow ? at - 1 : at
    const begin = isNarrow ? before.begin : (before?.end ?? 0)
    const shareSec = (end - begin) / (next - first)
    for (let i = first; i < next; i++) {
      placed[i] = { ...texts[i]!, begin: begin + (i - first) * shareSec, end: begin + (i + 1 - first) * shareSec }
    }
    at = next
  }
  return placed
}
