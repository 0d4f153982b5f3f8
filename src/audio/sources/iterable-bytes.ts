import { InputError } from '../../core/errors.js'

/** Audio of a program: samples (mono float32, see `rawRate`), or bytes of a WAV or of raw audio. */
export type AudioChunk = Float32Array | Uint8Array

/** Chunks as bytes, and whether they are samples. */
export interface ChunkBytes {
  /** Whether the first chunk is of samples; the others then are as well. */
  readonly isSamples: boolean
  /** Whether there is no chunk at all. */
  readonly isEmpty: boolean
  readonly bytes: AsyncIterable<Uint8Array>
}

/** A chunk whose memory nobody else has. */
export function copied(chunk: AudioChunk): AudioChunk {
  // The slice() of a Buffer would share its memory.
  return chunk instanceof Float32Array ? new Float32Array(chunk) : new Uint8Array(chunk)
}

/**
 * Looks at the first chunk, and gives all as bytes: samples as float32, little-endian.
 *
 * @param mayChange whether the memory of a chunk may be used again when the next is asked for: then it is copied
 * @throws InputError when a chunk is neither, or not as the first
 */
export async function chunkBytes(
  chunks: AsyncIterator<unknown>,
  name: string,
  mayChange: boolean,
): Promise<ChunkBytes> {
  const first = await chunks.next()
  const isSamples = !first.done && first.value instanceof Float32Array
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      for (let next = first; !next.done; next = await chunks.next()) {
        const chunk = checked(next.value, isSamples, name)
        yield bytesOf(mayChange ? copied(chunk) : chunk)
      }
    } finally {
      await chunks.return?.()
    }
  }
  return { isSamples, isEmpty: first.done === true, bytes: bytes() }
}

function checked(chunk: unknown, isSamples: boolean, name: string): AudioChunk {
  // Other arrays of numbers have bytes as well, but whether they are those that are expected only the program knows.
  if (!(chunk instanceof Float32Array || chunk instanceof Uint8Array) || chunk instanceof Float32Array !== isSamples) {
    throw new InputError(`${name} gives ${what(chunk)} where ${isSamples ? 'samples' : 'bytes'} are expected`, {
      hint: 'give Float32Array (mono samples) throughout, or Uint8Array (bytes of a WAV file or of raw audio)',
    })
  }
  return chunk
}

function bytesOf(chunk: AudioChunk): Uint8Array {
  if (chunk instanceof Uint8Array || IS_LITTLE_ENDIAN)
    return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  const bytes = new DataView(new ArrayBuffer(chunk.byteLength))
  for (const [at, sample] of chunk.entries()) bytes.setFloat32(4 * at, sample, true)
  return new Uint8Array(bytes.buffer)
}

function what(chunk: unknown): string {
  if (typeof chunk === 'object' && chunk !== null) return chunk.constructor?.name ?? 'an object'
  return typeof chunk
}

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
