import type { CodecName } from '../decode/sniff-format.js'
import type { Codec } from './codec.js'

/**
 * Opens a codec, and loads its library.
 * @param name of what is read, for messages
 * @param startAtSec seconds at the start that nobody wants to hear: what can be left out of them without a change of what
 *   follows is not decoded
 */
export async function openCodec(codec: CodecName, name: string, startAtSec = 0): Promise<Codec> {
  return OPENERS[codec](name, startAtSec)
}

const OPENERS: Readonly<Record<CodecName, (name: string, startAtSec: number) => Promise<Codec>>> = {
  mp3: async (name) => new (await import('./mp3.js')).Mp3Codec(name),
  flac: async (name, startAtSec) => new (await import('./flac.js')).FlacCodec(name, startAtSec),
  opus: async (name) => (await import('./opus.js')).opusCodec(name),
  vorbis: async (name) => (await import('./vorbis.js')).vorbisCodec(name),
}
