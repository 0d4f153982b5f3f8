import { InputError } from '../../core/errors.js'
import type { Log } from '../../core/types.js'
import { aiffParts, isAiff } from './aiff-parts.js'
import type { ByteReader } from './byte-reader.js'
import { cafParts, isCaf } from './caf-parts.js'
import { ForeignAudio } from './foreign-audio.js'
import { calledBy, convertHint, type InputName, type TellIdle } from './hints.js'
import { id3Bytes } from './id3.js'
import { joinedStream } from './joined-stream.js'
import { frameBytes, type PcmFormat } from './pcm.js'
import { type CodecName, type Content, sniffFormat } from './sniff-format.js'
import { isWav, RIFF_HEAD_BYTES } from './wav-chunks.js'
import { type AudioPart, wavParts } from './wav-parts.js'

const TAG_HEAD_BYTES = 10
/** No program writes more tags one after the other. */
const MAX_TAGS = 8
/** Nobody sends less raw audio: it is something else, or nothing came of it. */
const MIN_RAW_SEC = 0.1

/** How audio is opened. */
export interface OpenOptions extends InputName {
  readonly log: Pick<Log, 'warn'>
  /** Form of what has no header; null: it has to have one. */
  readonly raw: PcmFormat | null
  /** Whether what looks like something else is raw audio all the same. */
  readonly isSurelyRaw?: boolean | undefined
  /** Is told when it is said to be raw, and its header says how it is written; absent: nobody is. */
  readonly onIdle?: TellIdle | undefined
  /** Whether a WAV ends with the audio that it announces. */
  readonly isWhole?: boolean | undefined
}

/** What a stream of bytes is: parts of uncompressed audio, or something for a codec. */
export type Recognized = { readonly parts: AsyncIterable<AudioPart> } | { readonly codec: CodecName }

/**
 * Finds out what a stream of bytes is: of a WAV, an AIFF or a CAF what its headers say; of anything else that is no
 * compressed audio all of it, if it may be raw audio.
 *
 * @throws InputError when it is empty, or something else than audio; ForeignAudio, there or by the parts, when it is audio
 *   for another program; InputError by the parts, when their headers are broken
 */
export async function recognize(reader: ByteReader, options: OpenOptions): Promise<Recognized> {
  const { log, raw, isSurelyRaw = false, isWhole = false, onIdle, ...input } = options
  const hasTag = await skipTags(reader, isSurelyRaw)
  const head = await reader.peek(RIFF_HEAD_BYTES)
  if (head.length === 0) throw empty(input)
  const warn = (message: string) => log.warn(message)
  if (isWav(head)) {
    if (isSurelyRaw) onIdle?.('raw', input.name)
    return { parts: wavParts(reader, { ...input, isWhole, warn }) }
  }
  const content = await sniffFormat((count) => reader.peek(count))
  if (!isSurelyRaw) {
    if (isAiff(head)) return { parts: aiffParts(reader, input) }
    if (isCaf(head)) return { parts: cafParts(reader, input) }
    if (content?.codec !== undefined) return { codec: content.codec }
    const joined =
      content === null && !hasTag ? await joinedStream(reader.arrived, (count) => reader.peek(count)) : null
    if (joined?.isMp3) {
      await reader.skip(joined.missedBytes)
      return { codec: 'mp3' }
    }
    if (joined !== null) throw notAudio(input, { what: joined.what, kind: 'media' }, raw !== null)
    // What a tag stands before is no raw audio.
    if (content === null && hasTag) return { codec: 'mp3' }
    if (raw === null || content !== null) throw notAudio(input, content, raw !== null)
  }
  if (raw === null) throw notAudio(input, content, false)
  if (content !== null) {
    log.warn(`${input.name} looks like ${content.what}; it is read as raw audio, because the --raw options are given`)
  }
  return { parts: rawPart(reader, raw, options) }
}

async function* rawPart(
  reader: ByteReader,
  format: PcmFormat,
  { name, log }: OpenOptions,
): AsyncGenerator<AudioPart, void, undefined> {
  const begin = reader.position
  yield { format, bytes: null, isRaw: true }
  const bytes = reader.position - begin + reader.arrived
  if (bytes >= MIN_RAW_SEC * format.sampleRate * frameBytes(format)) return
  const [had, were] = bytes === 1 ? ['1 byte', 'it was'] : [`${bytes} bytes`, 'they were']
  log.warn(`${name} had only ${had}: ${were} read as raw audio, in which nothing is heard; check what writes there`)
}

/**
 * Leaves out tags before the audio; some programs put those of an MP3 before a WAV as well. What is said to be raw keeps
 * them, unless a WAV follows.
 */
async function skipTags(reader: ByteReader, isSurelyRaw: boolean): Promise<boolean> {
  for (let tags = 0; tags < MAX_TAGS; tags++) {
    const size = id3Bytes(await reader.peek(TAG_HEAD_BYTES))
    if (size === 0) return tags > 0
    if (isSurelyRaw && !isWav((await reader.peek(size + RIFF_HEAD_BYTES)).subarray(size))) return false
    await reader.skip(size)
  }
  return true
}

function empty({ name, isFile }: InputName): InputError {
  return new InputError(`${name} is empty`, {
    hint: isFile ? 'give a file with audio in it' : 'check the messages of the program that writes the audio',
  })
}

/** @param mayBeRaw whether it would be read as raw audio if it did not look like something else */
function notAudio(input: InputName, content: Content | null, mayBeRaw: boolean): InputError {
  const what = content === null ? 'its first bytes are of no known kind' : said(content, input)
  const kind = content?.kind === 'media' ? 'cannot be read' : 'is not an audio file'
  const message = `${input.name} ${mayBeRaw ? 'cannot be read' : kind}: ${what}`
  const hint = `${hintFor(input, content)}${mayBeRaw ? '; if it is raw audio all the same, give --raw-encoding' : ''}`
  return content?.kind === 'media' ? new ForeignAudio(message, { hint }) : new InputError(message, { hint })
}

function said({ what, kind }: Content, input: InputName): string {
  return kind === 'text' ? `it looks like ${what}` : `it is ${calledBy(what, input)}`
}

function hintFor(input: InputName, content: Content | null): string {
  if (content === null || content.kind === 'media') return convertHint(input)
  if (content.kind === 'archive') return `unpack it first`
  return input.isFile ? 'give an audio file' : 'check the messages of the program that writes the audio'
}
