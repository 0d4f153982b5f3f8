import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Names of journals: one that all programs append to, those of shards, and those of the workers of a queue. */
const NAMES = /^\.asr-stream(?:\.\d+-of-\d+|\.worker-[\w-]+)?\.jsonl$/

/** A line of a journal, as far as the reader knows it. */
export interface JournalLine {
  /** Name of the output in the folder. */
  readonly output: string
  /** When it was written, in milliseconds; absent: long ago. */
  readonly at?: number
}

/** How far a journal has been read. */
interface Read {
  /** Bytes. */
  offset: number
  readonly lines: Map<string, JournalLine>
}

/**
 * Reads the journals of folders. What has been read of one is kept: they only grow, and there may be many recordings that are
 * looked for in the same one.
 */
export class JournalReader {
  readonly #isLine: (value: object) => boolean
  readonly #names = new Map<string, Promise<ReadonlySet<string>>>()
  readonly #read = new Map<string, Read>()

  /** @param isLine whether a line that has an output says something */
  constructor(isLine: (value: object) => boolean) {
    this.#isLine = isLine
  }

  /**
   * What is said last of an output.
   * @param folder where it lies
   * @param own names of journals that may have come since the folder was looked at
   */
  async latest(folder: string, output: string, own: readonly string[]): Promise<JournalLine | undefined> {
    let names = this.#names.get(folder)
    if (names === undefined) {
      names = journalsIn(folder)
      this.#names.set(folder, names)
    }
    let latest: JournalLine | undefined
    for (const name of new Set([...(await names), ...own])) {
      const line = (await this.#lines(join(folder, name))).get(output)
      if (line !== undefined && (latest === undefined || (line.at ?? 0) >= (latest.at ?? 0))) latest = line
    }
    return latest
  }

  async #lines(path: string): Promise<ReadonlyMap<string, JournalLine>> {
    const known = this.#read.get(path) ?? { offset: 0, lines: new Map() }
    const file = await open(path, 'r').catch(() => null)
    if (file === null) return new Map()
    try {
      const { size } = await file.stat()
      if (size < known.offset) {
        // It is another one.
        known.offset = 0
        known.lines.clear()
      }
      if (size === known.offset) return known.lines
      const { buffer, bytesRead } = await file.read(
        Buffer.alloc(size - known.offset),
        0,
        size - known.offset,
        known.offset,
      )
      const bytes = buffer.subarray(0, bytesRead)
      for (const text of bytes.toString('utf8').split('\n')) {
        const line = this.#lineOf(text)
        if (line !== null) known.lines.set(line.output, line)
      }
      // A line that is being written is read again when it is whole.
      known.offset += bytes.lastIndexOf('\n') + 1
      this.#read.set(path, known)
      return known.lines
    } finally {
      await file.close()
    }
  }

  /** A line that was broken off says nothing. */
  #lineOf(text: string): JournalLine | null {
    try {
      const value: unknown = JSON.parse(text)
      if (typeof value !== 'object' || value === null || !('output' in value)) return null
      return typeof value.output === 'string' && this.#isLine(value) ? (value as JournalLine) : null
    } catch (error) {
      if (error instanceof SyntaxError) return null
      throw error
    }
  }
}

async function journalsIn(folder: string): Promise<ReadonlySet<string>> {
  return new Set((await readdir(folder).catch(() => [])).filter((name) => NAMES.test(name)))
}
