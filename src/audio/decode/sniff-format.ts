import { stripVTControlCharacters } from 'node:util'
import { framedContent, type Peek } from './frame-chains.js'
import { id3Bytes } from './id3.js'
import { markedTextOf, mayBeText, mayBeWideText, textOfBytes, wideTextOf } from './text-bytes.js'

/** What bytes are that are no WAV. */
export interface Content {
  /** "an MP3 file", "text (HTML)". */
  readonly what: string
  /** "media": ffmpeg reads it; "archive": it has to be unpacked. */
  readonly kind: 'media' | 'archive' | 'text' | 'other'
  /** What decodes it, besides ffmpeg. */
  readonly codec?: CodecName
}

/** What is decoded with a library of its own. */
export type CodecName = 'mp3' | 'flac' | 'opus' | 'vorbis'

/** Bytes of a signature at the start. */
export const HEAD_BYTES = 12
/** The start of the first page of an Ogg, up to the name of its codec. */
const OGG_PAGE_BYTES = 27 + 1 + 8
/** Characters that make text certain. */
const TEXT_BYTES = 512
/** Different characters that text has at least: a constant or a clipped wave has few. */
const MIN_CHARACTERS = 6
/** The same in a stream of a few bytes. */
const MIN_SHORT_CHARACTERS = 4
/** Where the header of an archive says that it is one. */
const TAR_MAGIC_AT = 257
/** Characters that a message quotes. */
const QUOTED = 40

/** First bytes as Latin-1 characters; a question mark stands for any byte. Four bytes at least, so that no audio is meant. */
const SIGNATURES: readonly (readonly [begin: string, what: string, kind: Content['kind']])[] = [
  ['fLaC', 'a FLAC file', 'media'],
  ['OggS', 'an Ogg file', 'media'],
  ['????ftyp', 'an MP4 or M4A file', 'media'],
  ['????moov', 'a QuickTime file', 'media'],
  ['????mdat', 'a QuickTime file', 'media'],
  ['\x1aE\xdf\xa3', 'a WebM or Matroska file', 'media'],
  ['FORM????AIF', 'an AIFF file', 'media'],
  ['#!AMR', 'an AMR file', 'media'],
  ['.snd\0\0', 'an AU file', 'media'],
  ['caff\0\x01', 'a CAF file', 'media'],
  ['riff\x2e\x91\xcf\x11', 'a Wave64 file', 'media'],
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', 'a WMA or ASF file', 'media'],
  ['RIFF????AVI ', 'an AVI file', 'media'],
  ['FLV\x01', 'an FLV file', 'media'],
  ['\0\0\x01\xba', 'an MPEG video file', 'media'],
  ['wvpk', 'a WavPack file', 'media'],
  ['MAC ', "a Monkey's Audio file", 'media'],
  ['TTA1', 'a TTA file', 'media'],
  ['DSD \x1c\0\0\0', 'a DSF file', 'media'],
  ['FRM8', 'a DSDIFF file', 'media'],
  ['MPCK', 'a Musepack file', 'media'],
  ['.RMF', 'a RealMedia file', 'media'],
  ['\x7f\xfe\x80\x01', 'a DTS file', 'media'],
  ['NIST_1A\n', 'a SPHERE file', 'media'],
  ['Creative Voi', 'a VOC file', 'media'],
  ['.SoX', "audio in SoX's own format (`-t wav` writes WAV)", 'media'],
  ['XoS.', "audio in SoX's own format (`-t wav` writes WAV)", 'media'],
  ['FORM????8SVX', 'an 8SVX file', 'media'],
  ['\x64\xa3\x01\0', 'an IRCAM file', 'media'],
  ['\x64\xa3\x02\0', 'an IRCAM file', 'media'],
  ['\x64\xa3\x03\0', 'an IRCAM file', 'media'],
  ['2BIT', 'an AVR file', 'media'],
  ['MThd\0\0\0\x06', 'a MIDI file', 'other'],
  ['RIFF', 'a RIFF file of another kind, or cut off', 'media'],
  ['PK\x03\x04', 'a ZIP file', 'archive'],
  ['\xfd7zXZ\0', 'an xz file', 'archive'],
  ['7z\xbc\xaf\x27\x1c', 'a 7-Zip file', 'archive'],
  ['\x28\xb5\x2f\xfd', 'a zstd file', 'archive'],
  ['Rar!\x1a\x07', 'a RAR file', 'archive'],
  ['BZh?1AY&SY', 'a bzip2 file', 'archive'],
  ['\x89PNG\r\n', 'a PNG picture', 'other'],
  ['\xff\xd8\xff?????JFIF', 'a JPEG picture', 'other'],
  ['\xff\xd8\xff???JFIF', 'a JPEG picture', 'other'],
  ['\xff\xd8\xff???Exif', 'a JPEG picture', 'other'],
  ['GIF8', 'a GIF picture', 'other'],
  ['%PDF-', 'a PDF file', 'other'],
  ['\x7fELF', 'a program', 'other'],
]

/**
 * Says what bytes surely are besides raw audio; null: they may be raw audio. It looks at the first bytes, and further only
 * where they might begin something: silence, noise and speech, in any encoding that has 16 bits or more, are never taken
 * for something else.
 *
 * @param peek gives the first bytes without taking them
 */
export async function sniffFormat(peek: Peek): Promise<Content | null> {
  const head = await peek(HEAD_BYTES)
  const begin = latin1(head)
  const found = SIGNATURES.find(([signature]) => matches(begin, signature))
  if (found?.[0] === 'OggS') return oggContent(await peek(OGG_PAGE_BYTES))
  if (found?.[0] === 'fLaC') return { what: found[1], kind: found[2], codec: 'flac' }
  if (found) return { what: found[1], kind: found[2] }
  if (id3Bytes(head) > 0) return { what: 'an MP3 file', kind: 'media' }
  if (isGzip(head)) return { what: 'a gzip file', kind: 'archive' }
  if (isTlsHello(head)) return { what: 'an encrypted connection (TLS)', kind: 'other' }
  // Who asks by HTTP waits for an answer: no more comes.
  if (HTTP.test(begin)) return { what: 'an HTTP request or answer', kind: 'other' }
  const framed = await framedContent(peek)
  const codec = framed === 'an MP3' ? ({ codec: 'mp3' } as const) : {}
  if (framed !== null) return { what: `${framed} file`, kind: 'media', ...codec }
  if (head.length < HEAD_BYTES) return shortText(begin)
  const name = head.subarray(0, head.findLastIndex((byte) => byte !== 0) + 1)
  const mayBeNarrow = mayBeText(name)
  if (!mayBeNarrow && !mayBeWideText(head)) return null
  const more = await peek(TEXT_BYTES)
  if (!mayBeNarrow) return describeText(markedTextOf(more) ?? wideTextOf(more))
  if (isTar(more)) return { what: 'a tar archive', kind: 'archive' }
  return describeText(textOfBytes(more)) ?? textBeforeWav(more)
}

/** All of a stream that is over before it could have been heard: a word or two. */
function shortText(all: string): Content | null {
  const isText = /^[\t\r\n\x20-\x7e]{5,}$/.test(all) && new Set(all).size >= MIN_SHORT_CHARACTERS
  return isText ? { what: `text: "${all.trim().replace(/\s+/g, ' ')}"`, kind: 'text' } : null
}

/** Source: POSIX, pax, ustar interchange format. */
function isTar(block: Uint8Array): boolean {
  return latin1(block.subarray(TAR_MAGIC_AT, TAR_MAGIC_AT + 5)) === 'ustar'
}

/** Messages of a recorder before its audio. */
function textBeforeWav(bytes: Uint8Array): Content | null {
  const wav = latin1(bytes).search(/(RIFF|RIFX|RF64)[\s\S]{4}WAVE/)
  const text = describeText(textOfBytes(bytes.subarray(0, Math.max(0, wav))))
  return text && { ...text, what: `${text.what}, and a WAV file behind it` }
}

/** What the first packet of an Ogg says. Sources: RFC 3533, RFC 7845, Vorbis I specification. */
function oggContent(page: Uint8Array): Content {
  const packet = latin1(page.subarray(27 + (page[26] ?? 0)))
  if (packet.startsWith('OpusHead')) return { what: 'an Ogg file (Opus)', kind: 'media', codec: 'opus' }
  if (packet.startsWith('\x01vorbis')) return { what: 'an Ogg file (Vorbis)', kind: 'media', codec: 'vorbis' }
  return { what: 'an Ogg file', kind: 'media' }
}

/** Source: RFC 1952. */
function isGzip(head: Uint8Array): boolean {
  const [first, second, method, flags, , , , , extra, system] = head
  const isKnownSystem = system !== undefined && (system <= 13 || system === 255)
  return (
    first === 0x1f && second === 0x8b && method === 8 && flags! < 0x20 && [0, 2, 4].includes(extra!) && isKnownSystem
  )
}

/** Source: RFC 8446, record and handshake headers. */
function isTlsHello(head: Uint8Array): boolean {
  const isHandshake = head[0] === 0x16 && head[1] === 3 && head[2]! <= 4 && head[5] === 1 && head[6] === 0
  return isHandshake && head[3]! * 256 + head[4]! === head[7]! * 256 + head[8]! + 4
}

function describeText(text: string | null): Content | null {
  if (text === null || text.length < HEAD_BYTES || new Set(text).size < MIN_CHARACTERS) return null
  const begin = text.trimStart()
  const known = TEXTS.find(([pattern]) => pattern.test(begin))
  const quoted = stripVTControlCharacters(begin).slice(0, QUOTED).replace(/\s+/g, ' ').trim()
  // Letters of other scripts may turn the line around.
  const quote = /^[\x20-\x7e]+$/.test(quoted) ? `: "${quoted}"` : ''
  return { what: `text${known ? ` (${known[1]})` : ''}${quote}`, kind: 'text' }
}

const HTTP = /^[A-Z]{3,7} \/|^HTTP\/\d/

const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/^<(!doctype html|html|head|body)/i, 'HTML'],
  [/^<(\?xml|[a-z])/i, 'XML'],
  [/^[{[]/, 'JSON'],
  [/^#EXTM3U/, 'a playlist'],
]

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}

function matches(text: string, signature: string): boolean {
  return [...signature].every((character, i) => character === '?' || character === text[i])
}
