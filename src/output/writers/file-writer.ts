import { constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { type TextWriter, writeError } from './line-writer.js'
import { namedPipeWriter } from './pipe-writer.js'

/** Who waits for a file to be written. */
export interface FileOptions {
  /** When it is aborted, a reader who does not read, or is not there, is not waited for any longer. */
  readonly giveUp?: AbortSignal
  /** Called when a named pipe has no reader yet. */
  readonly onWaiting?: () => void
}

/**
 * Text to a file, in place. What is in it stays until there is text to replace it, or the text is complete without any; it
 * can be read as it comes. A pipe is opened when there is text, and waits for a reader.
 *
 * @throws OutputError when it cannot be opened
 */
export async function fileWriter(path: string, options: FileOptions = {}): Promise<TextWriter> {
  const status = await stat(path).catch(() => null)
  if (status?.isFIFO()) return namedPipeWriter(path, options)
  let file: FileHandle
  try {
    // Not emptied here, as the flag "w" would.
    file = await open(path, constants.O_WRONLY | constants.O_CREAT)
  } catch (cause) {
    throw writeError(path, cause, 'give --output another path')
  }
  return textTo(file, path)
}

function textTo(file: FileHandle, path: string): TextWriter {
  let isEmptied = false
  const empty = async () => {
    // Devices have no length.
    if (!isEmptied && (await file.stat()).isFile()) await file.truncate(0)
    isEmptied = true
  }
  const failing = (work: () => Promise<void>) => work().catch((cause) => Promise.reject(writeError(path, cause)))
  return {
    append: (text) =>
      failing(async () => {
        await empty()
        await file.appendFile(text)
      }),
    complete: async (isWhole) => {
      if (isWhole) await failing(empty)
    },
    close: () => file.close(),
  }
}
