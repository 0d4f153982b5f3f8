import { SAMPLE_RATE } from '../../core/sample-rate.js'

/** Models take at most this much at once: Whisper's window, and the length that the others were trained on. */
export const MAX_PIECE_SEC = 30
/** A piece ends at the quietest place of its last seconds. */
const SEARCH_SEC = 8
/** How long a place must be quiet. */
const QUIET_SEC = 0.2

/** A part of the audio, in samples. */
export interface Piece {
  readonly from: number
  readonly to: number
}

/**
 * Cuts audio that is longer than models take at once, each time at the quietest fifth of a second, so that no word is
 * cut in two if it can be helped.
 *
 * @param audio mono, 16 kHz
 * @returns the parts in order, without gaps
 */
export function piecesOf(audio: Float32Array): readonly Piece[] {
  const pieces: Piece[] = []
  let from = 0
  while (audio.length - from > MAX_PIECE_SEC * SAMPLE_RATE) {
    const last = from + MAX_PIECE_SEC * SAMPLE_RATE
    const to = quietest(audio, last - SEARCH_SEC * SAMPLE_RATE, last)
    pieces.push({ from, to })
    from = to
  }
  pieces.push({ from, to: audio.length })
  return pieces
}

/** The middle of the quietest place between two samples. */
function quietest(audio: Float32Array, from: number, to: number): number {
  const width = QUIET_SEC * SAMPLE_RATE
  const step = width / 4
  let [best, least] = [to, Number.POSITIVE_INFINITY]
  for (let at = from; at + width <= to; at += step) {
    let energy = 0
    for (let i = at; i < at + width; i++) energy += audio[i]! * audio[i]!
    if (energy < least) [best, least] = [at + width / 2, energy]
  }
  return best
}

/** The least that convolutions of CTC models and Moonshine can take, and no word. */
const MIN_SAMPLES = 0.1 * SAMPLE_RATE

/** Whether there can be words: enough samples, all of them numbers, and not only zeros. */
export function canHaveWords(audio: Float32Array): boolean {
  return audio.length >= MIN_SAMPLES && audio.every(Number.isFinite) && audio.some((sample) => sample !== 0)
}
