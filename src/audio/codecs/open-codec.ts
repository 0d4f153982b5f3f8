import type { CodecName } from '../decode/sniff-format.js'
import type { Codec } from './codec.js'

/**
 * Opens a codec, and loads its library.
 * @param name of what is read, for messages
 */
export async function openCodec(codec: CodecName, name: string): Promise<Codec> {
  return OPENERS[codec](name)
}

const OPENERS: Readonly<Record<CodecName, (name: string) => Promise<Codec>>> = {
  mp3: async (name) => new (await import('./mp3.js')).Mp3Codec(name),
  flac: async (name) => new (await import('./flac.js')).FlacCodec(name),
  opus: async (name) => (await import('./opus.js')).opusCodec(name),
  vorbis: async (name) => (await import('./vorbis.js')).vorbisCodec(name),
}
