import type { Writable } from 'node:stream'
import { AsrStreamError, EXIT, messageOf, OutputError } from '../../core/errors.js'
import { terminalText } from '../../core/terminal-text.js'
import { type OwnedStream, ownWrite } from './standard-output.js'

/** A write that begins when nobody is waited for any longer is out by then if there is room for it. */
const LAST_WRITE_MS = 500

/** Writes text, each piece of which is out before the next one is taken. */
export interface TextWriter {
  /**
   * Writes text and waits until it is out.
   * @throws ClosedPipeError when nobody reads any more
   * @throws OutputError when it cannot be written
   */
  append(text: string | Uint8Array): Promise<void>
  /**
   * To be called when all text was written: without any, it is an empty text.
   * @param isWhole whether the run succeeded; the text of one that somebody ended early replaces nothing
   * @throws OutputError when it cannot be written
   */
  complete(isWhole: boolean): Promise<void>
  /**
   * After an error as well as at the end. Standard output stays open.
   * @param hasText whether what was written is worth keeping if it is not complete
   */
  close(hasText?: boolean): Promise<void>
}

/** Writes lines. */
export interface LineWriter extends TextWriter {
  /**
   * Writes what people read and waits until it is out: one line or several, in which nothing is more than text, wherever
   * they go. What is read through a pipe is often seen on a terminal in the end.
   * @throws as `append`
   */
  write(line: string): Promise<void>
}

/** The reader of the lines has gone, as `head` does: no failure, but a reason to end. */
export class ClosedPipeError extends AsrStreamError {
  static override readonly code = 'ASR_PIPE'
  override readonly exitCode = EXIT.ok
}

/**
 * Lines to standard output, whose errors the program listens for. Of what is appended, a pipe gets every character and a
 * terminal nothing but text.
 * @param giveUp when it is aborted, a line that nobody takes is not waited for any longer
 */
export function standardOutput(giveUp?: AbortSignal): LineWriter {
  const safe = (text: string) => text.split('\n').map(terminalText).join('\n')
  const shown = (text: string) => (process.stdout.isTTY ? safe(text) : text)
  const append = (text: string | Uint8Array) =>
    writeText(process.stdout, 'standard output', typeof text === 'string' ? shown(text) : text, giveUp)
  return {
    append,
    write: (line) => append(`${safe(line)}\n`),
    complete: async () => {},
    close: async () => {},
  }
}

/** Writes text to a stream whose errors are listened for, and waits until it is out, or not to be waited for. */
export function writeText(
  stream: Writable & OwnedStream,
  name: string,
  text: string | Uint8Array,
  giveUp?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const blocked = () => reject(nobodyReads(name))
    giveUp?.addEventListener('abort', blocked, { once: true })
    const timer = giveUp?.aborted ? setTimeout(blocked, LAST_WRITE_MS) : undefined
    ownWrite(stream)(text, (cause) => {
      clearTimeout(timer)
      giveUp?.removeEventListener('abort', blocked)
      if (cause) reject(writeError(name, cause))
      else resolve()
    })
  })
}

/** What the program ends with when a line could not be written. */
export function writeError(name: string, cause: unknown, hint?: string): AsrStreamError {
  const isClosed = cause instanceof Error && 'code' in cause && cause.code === 'EPIPE'
  if (isClosed) return new ClosedPipeError(`${name} was closed`)
  // "no space left on device", without the name of the system call.
  const reason = messageOf(cause).replace(/^\w+: ([^,]+).*$/, '$1')
  return new OutputError(`${name} cannot be written: ${reason}`, { cause, ...(hint === undefined ? {} : { hint }) })
}

/** The reader is absent, or does not read. */
export function nobodyReads(name: string): OutputError {
  return new OutputError(`${name}: write timed out, the reader does not consume the output`)
}
