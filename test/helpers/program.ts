import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Word } from '../../src/core/types.js'

/** The built command line. */
export const PROGRAM = fileURLToPath(new URL('../../bin/asr-stream.js', import.meta.url))

/** How a run ended and what it wrote. */
export interface Run {
  /** As a shell tells it: after a signal 128 and its number. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** How a run is watched. */
export interface RunOptions {
  readonly cwd?: string
  /** Another program than the command line. */
  readonly program?: string
  /** Variables to set; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Writes standard input; without it there is none. */
  readonly input?: (stdin: Writable, child: ChildProcess) => void
  /** Called with each line of either stream. */
  readonly onLine?: (line: string, child: ChildProcess) => void
}

/** Runs the program as a user does. */
export function runProgram(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return startProgram(args, options).ended
}

/** Starts the program. */
export function startProgram(
  args: readonly string[],
  { cwd, env, input, onLine, program = PROGRAM }: RunOptions = {},
): { readonly child: ChildProcess; readonly ended: Promise<Run> } {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  }) as ChildProcessWithoutNullStreams
  // The program may end before it has read everything.
  child.stdin?.on('error', () => {})
  input?.(child.stdin, child)
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text
    })
    createInterface(child[name]).on('line', (line) => onLine?.(line, child))
  }
  const ended = new Promise<Run>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code: code ?? codeOf(signal), ...written }))
  })
  return { child, ended }
}

function codeOf(signal: NodeJS.Signals | null): number | null {
  return signal === null ? null : 128 + constants.signals[signal]
}

/** A folder that lasts as long as the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'asr-stream-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Writes files into a temporary folder of their own; objects as JSON. Gives the folder. */
export function folderWith(files: Readonly<Record<string, unknown>>): string {
  const folder = temporaryFolder()
  for (const [name, content] of Object.entries(files)) {
    const isPlain = typeof content === 'string' || content instanceof Uint8Array
    writeFileSync(join(folder, name), isPlain ? content : JSON.stringify(content))
  }
  return folder
}

/** Standard input of given bytes, in pieces. */
export function written(bytes: Uint8Array, pieceBytes = bytes.length): (stdin: Writable) => void {
  return (stdin) => {
    for (let from = 0; from < bytes.length; from += pieceBytes) stdin.write(bytes.subarray(from, from + pieceBytes))
    stdin.end()
  }
}

/** The words of output lines. */
export function wordsOf(stdout: string): readonly string[] {
  return stdout.split('\n').flatMap((line) => line.split(' ').slice(3))
}

/** A 16 kHz mono WAV file of digital silence: the scripted backend hears its script in it all the same. */
export function silentWav(seconds: number): Buffer {
  const header = Buffer.alloc(44)
  const dataBytes = Math.round(seconds * 16_000) * 2
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + dataBytes, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(16_000, 24)
  header.writeUInt32LE(32_000, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(dataBytes, 40)
  return Buffer.concat([header, Buffer.alloc(dataBytes)])
}

/** Words one after the other: each takes `stepSec`, with a small gap before the next. */
export function spokenWords(texts: readonly string[], stepSec = 0.5): Word[] {
  return texts.map((text, index) => ({
    begin: Math.round(index * stepSec * 1000) / 1000,
    end: Math.round((index * stepSec + stepSec * 0.8) * 1000) / 1000,
    text,
  }))
}
