import wavefile from 'wavefile'

/** Bytes in pieces of the given sizes, the rest in one; a piece may be empty. */
export async function* inPieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0
  for (const size of [...sizes, bytes.length]) {
    if (from < bytes.length || size === 0) yield bytes.subarray(from, from + size)
    from += size
  }
}

/** Samples as 16 bit, little endian. */
export function s16le(samples: ArrayLike<number>): Buffer {
  const bytes = Buffer.alloc(samples.length * 2)
  Array.from(samples).forEach((sample, index) => {
    bytes.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))), index * 2)
  })
  return bytes
}

/** Samples in 8 bit of a telephone, A-law or mu-law. */
export function companded(samples: Float32Array, law: 'toMuLaw' | 'toALaw'): Buffer {
  const wav = new wavefile.WaveFile()
  wav.fromScratch(
    1,
    8000,
    '16',
    Array.from(samples, (sample) => Math.round(sample * 32_767)),
  )
  wav[law]()
  return Buffer.from((wav.data as unknown as { readonly samples: Uint8Array }).samples)
}
