import type { AudioSource } from '../../src/types.js'

/** Audio from memory, in pieces of a given size. */
export function memorySource(audio: Float32Array, pieceSamples = 5000): AudioSource & { readonly closed: boolean } {
  let closed = false
  return {
    name: 'memory',
    get closed() {
      return closed
    },
    async *read() {
      try {
        for (let from = 0; from < audio.length; from += pieceSamples) yield audio.subarray(from, from + pieceSamples)
      } finally {
        closed = true
      }
    },
  }
}
