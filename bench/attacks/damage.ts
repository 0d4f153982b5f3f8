import type { Chance } from './random.js'

/** A recording with something wrong in its body. */
export interface Damage {
  readonly bytes: Buffer
  /** "cut": its end is missing; "hole": zeros; "gap": a piece is taken out; "bits": a few are wrong. */
  readonly kind: (typeof KINDS)[number]
}

/** Ways to damage a recording. */
export const KINDS = ['cut', 'hole', 'gap', 'bits'] as const
/** Bytes of a hole or a gap: more than a page of Ogg. */
const PIECE_BYTES = 3000
const MAX_BITS = 20
/** Where the body begins, and where the end is that may be padding. */
const [BODY_FROM, BODY_TO] = [0.15, 0.8]

/** Damages a recording after its headers. */
export function damaged(whole: Uint8Array, chance: Chance, kind = chance.one(KINDS)): Damage {
  const place = () => Math.floor(whole.length * chance.between(BODY_FROM, BODY_TO))
  const bytes = Buffer.from(whole)
  const at = place()
  if (kind === 'cut') return { kind, bytes: bytes.subarray(0, at) }
  if (kind === 'hole') return { kind, bytes: bytes.fill(0, at, at + PIECE_BYTES) }
  if (kind === 'gap') return { kind, bytes: Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + PIECE_BYTES)]) }
  for (let left = 1 + chance.below(MAX_BITS); left > 0; left--) {
    const where = place()
    bytes[where] = (bytes[where] ?? 0) ^ (1 << chance.below(8))
  }
  return { kind, bytes }
}
