import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { AsrStreamError, EXIT, messageOf, OutputError, UsageError } from '../errors.js'
import { terminalText } from '../terminal-text.js'
import { type OwnedStream, ownWrite } from './standard-output.js'

/** Writes lines, each of which is out before the next one is taken. */
export interface LineWriter {
  /**
   * Writes a line and waits until it is out.
   * @throws ClosedPipeError when nobody reads any more
   * @throws OutputError when it cannot be written
   */
  write(line: string): Promise<void>
  /** Ends the file; standard output stays open. */
  close(): Promise<void>
}

/** The reader of standard output has gone, as `head` does: no failure, but a reason to end. */
export class ClosedPipeError extends AsrStreamError {
  override readonly code = 'ASR_PIPE'
  override readonly exitCode = EXIT.ok
}

/**
 * Lines to standard output, whose errors the program listens for. A terminal gets nothing but text.
 * @param giveUp when it is aborted, a line that nobody takes is not waited for any longer
 */
export function standardOutput(giveUp?: AbortSignal): LineWriter {
  const shown = (text: string) => (process.stdout.isTTY ? text.split('\n').map(terminalText).join('\n') : text)
  return { write: (line) => writeLine(process.stdout, 'standard output', shown(line), giveUp), close: async () => {} }
}

/**
 * Lines to a new file; one that is there is replaced.
 * @param audio the file that is read, which the lines must not replace
 * @throws UsageError when the two are the same file
 * @throws OutputError when it cannot be opened
 */
export async function fileOutput(path: string, audio: string): Promise<LineWriter> {
  if (await isSameFile(path, audio)) throw new UsageError(`--output ${path} would overwrite the audio`)
  const stream = createWriteStream(path)
  try {
    await once(stream, 'open')
  } catch (cause) {
    throw new OutputError(`${path} cannot be written: ${reason(cause)}`, { cause, hint: 'give --output another path' })
  }
  stream.on('error', () => {})
  return {
    write: (line) => writeLine(stream, path, line),
    close: () => new Promise((resolve) => stream.end(resolve)),
  }
}

function writeLine(stream: Writable & OwnedStream, name: string, line: string, giveUp?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const blocked = () => reject(new OutputError(`${name} cannot be written: nobody reads it`))
    giveUp?.addEventListener('abort', blocked, { once: true })
    ownWrite(stream)(`${line}\n`, (cause) => {
      giveUp?.removeEventListener('abort', blocked)
      if (!cause) resolve()
      else if ((cause as NodeJS.ErrnoException).code === 'EPIPE') reject(new ClosedPipeError(`${name} was closed`))
      else reject(new OutputError(`${name} cannot be written: ${reason(cause)}`, { cause }))
    })
  })
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => stat(path).catch(() => null)))
  return a != null && b != null && a.dev === b.dev && a.ino === b.ino
}

/** "no space left on device", without the name of the system call. */
function reason(error: unknown): string {
  return messageOf(error).replace(/^\w+: ([^,]+).*$/, '$1')
}
