import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, normalize, parse, relative, resolve, sep } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { isAddress, pathOf } from '../audio/sources/open-address.js'
import { InputError, messageOf, UsageError } from '../core/errors.js'
import { percentDecoded } from '../core/percent-decoding.js'
import { findRecordings, isRecordingName, type NamedRecording } from './find-recordings.js'

/** More is no list: it would have a million names. */
const MAX_BYTES = 100_000_000
const FORM = 'a list is text in UTF-8 with the path or address of a recording in each line'

/**
 * The recordings of a list or folder. A list has a path or an address in each line; empty lines and those that begin with `#`
 * are left out. Paths are relative to the folder of the list. A recording that comes twice is taken once.
 *
 * @param source name of a list or a folder; `-` for a list on standard input, relative to the current folder
 * @param input standard input
 * @throws InputError when it is not there, cannot be read, or has no recordings; UsageError when it is no list
 */
export async function listRecordings(source: string, input: NodeJS.ReadableStream): Promise<readonly NamedRecording[]> {
  if (source === '-') return recordingsIn(textOf(await buffer(input), 'standard input'), '', 'standard input')
  const status = await stat(source).catch((cause: unknown) => {
    throw new InputError(`there is no list or folder ${source}`, {
      cause,
      code: 'ASR_INPUT_MISSING',
      hint: 'check its name',
      details: { path: source },
    })
  })
  if (status.isDirectory()) return findRecordings([source])
  if (isRecordingName(source)) {
    throw new UsageError(`${basename(source)} is a recording, not a list of recordings`, {
      hint: `${FORM}; one recording is given without "batch"`,
    })
  }
  if (status.size > MAX_BYTES) {
    throw new UsageError(`the list ${source} is too large: ${status.size} bytes, at most ${MAX_BYTES}`, { hint: FORM })
  }
  const bytes = await readFile(source).catch((cause: unknown) => {
    throw new InputError(`the list ${source} cannot be read: ${messageOf(cause)}`, { cause })
  })
  return recordingsIn(textOf(bytes, `the list ${source}`), dirname(source), `the list ${source}`)
}

/** Windows writes lists in UTF-16 as well, which a mark at the start tells. */
function textOf(bytes: Buffer, name: string): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8'
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
    if (!text.includes('\0')) return text
  } catch (cause) {
    throw new UsageError(`${name} is not text in UTF-8`, { hint: FORM, cause })
  }
  throw new UsageError(`${name} is not text`, { hint: FORM })
}

function recordingsIn(text: string, folder: string, name: string): readonly NamedRecording[] {
  const found = new Map<string, NamedRecording>()
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '' || line.startsWith('#')) continue
    const recording = isAddress(line) ? addressed(line) : stored(pathOf(line), folder)
    const key = recording.isAddress ? recording.name : resolve(recording.name)
    if (!found.has(key)) found.set(key, recording)
  }
  if (found.size > 0) return [...found.values()]
  throw new InputError(`there are no recordings in ${name}`, { code: 'ASR_INPUT_MISSING', hint: FORM })
}

/** What lies outside the folder of the list has its whole path, or what follows the "..", below the folder of outputs. */
function stored(path: string, folder: string): NamedRecording {
  const name = isAbsolute(path) ? normalize(path) : join(folder, path)
  const below = relative(resolve(folder), resolve(name))
  const isOutside = below.split(sep)[0] === '..' || isAbsolute(below)
  const within = isOutside ? normalize(path).slice(parse(path).root.length) : below
  return {
    name,
    within: within
      .split(sep)
      .filter((part) => part !== '..')
      .join(sep),
    isAddress: false,
  }
}

/** Of several machines, or folders of one, names may be the same. */
function addressed(address: string): NamedRecording {
  const { hostname, pathname } = new URL(address)
  const parts = [hostname, ...pathname.split('/').map(percentDecoded)].filter((part) => !/^\.*$/.test(part))
  return { name: address, within: join(...parts.map((part) => part.replace(/[/\\:]/g, '_'))), isAddress: true }
}
