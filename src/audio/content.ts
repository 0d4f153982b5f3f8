/** First bytes as Latin-1 characters; a dot stands for any byte. */
const SIGNATURES: readonly (readonly [string, string])[] = [
  ['fLaC', 'it is a FLAC file'],
  ['OggS', 'it is an Ogg file (Opus or Vorbis)'],
  ['ID3', 'it is an MP3 file'],
  ['\u00ff\u00fb', 'it is an MP3 file'],
  ['....ftyp', 'it is an MP4 or M4A file'],
  ['\u001aE\u00df\u00a3', 'it is a WebM or Matroska file'],
  ['FORM....AIF', 'it is an AIFF file'],
  ['#!AMR', 'it is an AMR file'],
  ['RIF', 'it is a RIFF file of another kind, or cut off'],
]

/** Raw audio may begin with two bytes of any kind, but hardly with three of a signature. */
const LEAST_SIGNATURE = 3

/** Says what a file that is no WAV looks like, from its first bytes. */
export function describeContent(head: Uint8Array): string {
  const text = String.fromCharCode(...head)
  const found = SIGNATURES.find(([signature]) => matches(text, signature))
  if (found) return found[1]
  return /^[\t\n\r\x20-\x7e]+$/.test(text) ? 'it looks like text' : 'its first bytes are of no known kind'
}

/** Says what compressed or other audio a stream surely is, from its first bytes; null: it may be raw audio. */
export function compressedContent(head: Uint8Array): string | null {
  const text = String.fromCharCode(...head)
  const found = SIGNATURES.find(([signature]) => signature.length >= LEAST_SIGNATURE && matches(text, signature))
  return found ? found[1] : null
}

function matches(text: string, signature: string): boolean {
  return [...signature].every((character, i) => character === '.' || character === text[i])
}
