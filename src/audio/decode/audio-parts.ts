import { InputError } from '../../core/errors.js'
import type { Log } from '../../core/types.js'
import type { ByteReader } from './byte-reader.js'
import { convertHint, type InputName } from './hints.js'
import type { PcmFormat } from './pcm.js'
import { type Content, isTagged, sniffFormat } from './sniff-format.js'
import { isWav, RIFF_HEAD_BYTES } from './wav-chunks.js'
import { type AudioPart, wavParts } from './wav-parts.js'

const TAG_HEAD_BYTES = 10

/** How audio is opened. */
export interface OpenOptions extends InputName {
  readonly log: Pick<Log, 'warn'>
  /** Form of what has no header; null: it has to have one. */
  readonly raw: PcmFormat | null
  /** Whether what looks like something else is raw audio all the same. */
  readonly isSurelyRaw?: boolean | undefined
  /** Whether a WAV ends with the audio that it announces. */
  readonly isWhole?: boolean | undefined
}

/**
 * The audio of a stream of bytes: of a WAV what its headers say, of anything else all of it, if it may be raw audio.
 *
 * @throws InputError when it is empty, something else than audio, or a WAV that is not supported
 */
export async function* audioParts(
  reader: ByteReader,
  options: OpenOptions,
): AsyncGenerator<AudioPart, void, undefined> {
  const { log, raw, isSurelyRaw = false, isWhole = false, ...input } = options
  await skipTag(reader)
  const head = await reader.peek(RIFF_HEAD_BYTES)
  if (head.length === 0) throw empty(input)
  if (isWav(head)) return yield* wavParts(reader, { ...input, isWhole, warn: (message) => log.warn(message) })
  const content = await sniffFormat((count) => reader.peek(count))
  if (raw === null) throw noWav(input, content)
  if (content !== null) {
    if (!isSurelyRaw) throw notAudio(input, content)
    log.warn(`${input.name} looks like ${content.what}; it is read as raw audio, because the --raw options are given`)
  }
  yield { format: raw, bytes: null }
}

/** Some programs put the tag of an MP3 before a WAV. Source: ID3 tag version 2.4.0, section 3.1. */
async function skipTag(reader: ByteReader): Promise<void> {
  const head = await reader.peek(TAG_HEAD_BYTES)
  if (!isTagged(head)) return
  const size = head.subarray(6).reduce((sum, byte) => sum * 128 + byte, 0) + TAG_HEAD_BYTES
  const next = await reader.peek(size + RIFF_HEAD_BYTES)
  if (isWav(next.subarray(size))) await reader.skip(size)
}

function empty({ name, isFile }: InputName): InputError {
  return new InputError(`${name} is empty`, {
    hint: isFile ? 'give a WAV file with audio in it' : 'check the messages of the program that writes the audio',
  })
}

function noWav(input: InputName, content: Content | null): InputError {
  const what = content === null ? 'its first bytes are of no known kind' : said(content)
  return new InputError(`${input.name} is not a WAV file: ${what}`, { hint: hintFor(input, content) })
}

function notAudio(input: InputName, content: Content): InputError {
  const what = input.isFile ? said(content) : said(content).replace(' file', ' stream')
  return new InputError(`${input.name} cannot be read: ${what}`, {
    hint: `${hintFor(input, content)}; if it is raw audio all the same, give --raw-encoding`,
  })
}

function said({ what, kind }: Content): string {
  return kind === 'text' ? `it looks like ${what}` : `it is ${what}`
}

function hintFor(input: InputName, content: Content | null): string {
  if (content === null || content.kind === 'media') return convertHint(input)
  if (content.kind === 'archive') return `unpack it first`
  return input.isFile ? 'give a WAV file' : 'check the messages of the program that writes the audio'
}
