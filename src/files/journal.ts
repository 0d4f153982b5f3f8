import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { isAddress } from '../audio/sources/open-address.js'
import type { PlannedOutput } from '../output/plan-outputs.js'
import { writeError } from '../output/writers/line-writer.js'
import { type JournalLine, JournalReader } from './journal-reader.js'
import { type Shard, shardLabel } from './shard.js'

/** The file beside outputs that says which of them are done. */
export const JOURNAL = '.asr-stream.jsonl'
/** Of its lines; lines of another version say nothing. */
const VERSION = 1

/** What a recording was when it was looked at; of an address nothing is known. */
export interface RecordingState {
  /** Bytes. */
  readonly size: number
  /** When it was changed last, in milliseconds. */
  readonly mtimeMs: number
}

/** The journal of a shard. Some disks that machines share lose lines that two of them append to one file. */
export function shardJournal(shard: Shard): string {
  return shard.count === 1 ? JOURNAL : `.asr-stream.${shardLabel(shard)}.jsonl`
}

/** The journal of a worker of a queue: one for each machine, as with shards. */
export function workerJournal(machine: string): string {
  return `.asr-stream.worker-${machine.replace(/[^\w-]/g, '_')}.jsonl`
}

/** What a line says: of which recording, as it was then, and with which options an output was written. */
interface Entry extends RecordingState {
  readonly version: typeof VERSION
  /** Name of the output in this folder. */
  readonly output: string
  readonly format: string
  /** The recording: an address, or its path seen from this folder, so that both may be moved together. */
  readonly input: string
  /** Stands for the options. */
  readonly options: string
}

/** What is known of a recording that is transcribed. */
export interface Work {
  /** Path or address. */
  readonly name: string
  readonly state: RecordingState
  /** Stands for the options. */
  readonly options: string
  readonly outputs: readonly PlannedOutput[]
}

/** The state of a recording; zeros where it is an address, or cannot be looked at. */
export async function stateOf(name: string): Promise<RecordingState> {
  const status = isAddress(name) ? null : await stat(name).catch(() => null)
  return { size: status?.size ?? 0, mtimeMs: status?.mtimeMs ?? 0 }
}

/** Reads journals, for any number of recordings. */
export function journalReader(): JournalReader {
  return new JournalReader((line) => 'version' in line && line.version === VERSION)
}

/** Whether all outputs were written of the recording as it is, with the same options, and are there still. */
export async function isDone(work: Work, reader = journalReader(), journal = JOURNAL): Promise<boolean> {
  return (await doneSec(work, reader, journal)) !== null
}

/**
 * How much audio a recording has that is done, in seconds; 0 where it is not known.
 *
 * @param journal the name of the one that is written now
 * @returns null: it is not done
 */
export async function doneSec(work: Work, reader: JournalReader, journal = JOURNAL): Promise<number | null> {
  if (work.outputs.length === 0) return null
  let seconds = 0
  for (const output of work.outputs) {
    const latest = await latestOf(output, reader, journal)
    if (latest === undefined) return null
    const { at: _, audioSec = 0, ...entry } = latest
    if (JSON.stringify(entry) !== JSON.stringify(entryFor(work, output))) return null
    seconds = audioSec
  }
  return seconds
}

/** An output that is there and the text of another recording. */
export interface OtherText {
  readonly path: string
  /** That recording: its path, or its address without what may be secret in it. */
  readonly recording: string
}

/** Which outputs of a recording are texts of others, as two recordings of one name in different folders have them. */
export async function textsOfOthers(
  work: Work,
  reader = journalReader(),
  journal = JOURNAL,
): Promise<readonly OtherText[]> {
  const found: OtherText[] = []
  for (const output of work.outputs) {
    const { path } = output
    const input = (await latestOf(output, reader, journal))?.input
    if (input === undefined || input === entryFor(work, output).input) continue
    found.push({ path, recording: isAddress(input) ? input.replace(/#.*$/, '') : join(dirname(path), input) })
  }
  return found
}

/** What is said last of an output that is there. */
async function latestOf(
  { path }: PlannedOutput,
  reader: JournalReader,
  journal: string,
): Promise<(JournalLine & { readonly input?: string; readonly audioSec?: number }) | undefined> {
  const isThere = (await stat(path).catch(() => null))?.isFile() === true
  return isThere ? reader.latest(dirname(path), basename(path), [journal]) : undefined
}

/**
 * Writes down that outputs are done. Each is a line that is appended at once, so that several programs may do so, and what a
 * program that is killed leaves of one spoils no other.
 *
 * @param audioSec how much audio the recording has, in seconds
 * @param journal the name of the journal
 * @throws OutputError when it cannot be written
 */
export async function markDone(work: Work, audioSec = 0, journal = JOURNAL): Promise<void> {
  for (const output of work.outputs) {
    const path = join(dirname(output.path), journal)
    try {
      const file = await open(path, 'a+')
      try {
        const line = `${JSON.stringify({ ...entryFor(work, output), at: Date.now(), audioSec })}\n`
        await file.appendFile((await endsLine(file)) ? line : `\n${line}`)
      } finally {
        await file.close()
      }
    } catch (cause) {
      throw writeError(path, cause)
    }
  }
}

async function endsLine(file: Awaited<ReturnType<typeof open>>): Promise<boolean> {
  const { size } = await file.stat()
  if (size === 0) return true
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer.toString('latin1') === '\n'
}

function entryFor({ name, state, options }: Work, { path, format }: PlannedOutput): Entry {
  const input = isAddress(name)
    ? addressKey(name)
    : relative(resolve(dirname(path)), resolve(name))
        .split(sep)
        .join('/')
  return { version: VERSION, output: basename(path), format, input, ...state, options }
}

/** An address may have secrets in it, which nobody looks for in such a file. */
function addressKey(address: string): string {
  const { origin, pathname } = new URL(address)
  return `${origin}${pathname}#${createHash('sha256').update(address).digest('hex').slice(0, 16)}`
}
