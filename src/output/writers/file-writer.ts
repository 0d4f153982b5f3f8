import { constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { type LineWriter, writeError } from './line-writer.js'
import { namedPipeWriter } from './pipe-writer.js'

/** Who waits for a file to be written. */
export interface FileOptions {
  /** When it is aborted, a reader who does not read, or is not there, is not waited for any longer. */
  readonly giveUp?: AbortSignal
  /** Called when a named pipe has no reader yet. */
  readonly onWaiting?: () => void
}

/**
 * Lines to a file. What is in it stays until there is a line to replace it, or the lines are complete without any; they
 * can be read as they come. A pipe is opened when there is a line, and waits for a reader.
 *
 * @throws OutputError when it cannot be opened
 */
export async function fileWriter(path: string, options: FileOptions = {}): Promise<LineWriter> {
  const status = await stat(path).catch(() => null)
  if (status?.isFIFO()) return namedPipeWriter(path, options)
  let file: FileHandle
  try {
    // Not emptied here, as the flag "w" would.
    file = await open(path, constants.O_WRONLY | constants.O_CREAT)
  } catch (cause) {
    throw writeError(path, cause, 'give --output another path')
  }
  return linesTo(file, path)
}

function linesTo(file: FileHandle, path: string): LineWriter {
  let isEmptied = false
  const empty = async () => {
    // Devices have no length.
    if (!isEmptied && (await file.stat()).isFile()) await file.truncate(0)
    isEmptied = true
  }
  const failing = (work: () => Promise<void>) => work().catch((cause) => Promise.reject(writeError(path, cause)))
  return {
    write: (line) =>
      failing(async () => {
        await empty()
        await file.appendFile(`${line}\n`)
      }),
    complete: () => failing(empty),
    close: () => file.close(),
  }
}
