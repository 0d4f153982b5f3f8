import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { OutputLine } from './measures.js'

/** The program as `npm run build` leaves it. */
export const PROGRAM = fileURLToPath(new URL('../bin/asr-stream.js', import.meta.url))
const USAGE_HOOK = new URL('./usage-hook.mjs', import.meta.url).href

/** What one run of the program gave and cost, start and loading included. */
export interface ProgramRun {
  readonly lines: readonly OutputLine[]
  readonly wallSec: number
  /** User and system time of all threads. */
  readonly cpuSec: number
  readonly peakBytes: number
  /** Versions of packages that the program is made of, where it tells them. */
  readonly versions?: Readonly<Record<string, string>>
}

/** A process to start. It writes what it used to file descriptor 3, as usage-hook.mjs does. */
export interface Command {
  /** For messages. */
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  /** Variables besides those of this process. */
  readonly env?: Readonly<Record<string, string>>
  /** Ended when it takes longer. */
  readonly timeoutSec?: number
}

/**
 * Runs the command line as a user would.
 * @throws Error when the program fails
 */
export function runProgram(args: readonly string[]): Promise<ProgramRun> {
  return runCommand(ownProgram(args))
}

/** The command line with options. */
export function ownProgram(args: readonly string[]): Command {
  return { name: `asr-stream ${args.join(' ')}`, ...nodeCommand(PROGRAM, args) }
}

/** A script for Node, measured. */
export function nodeCommand(script: string, args: readonly string[]): Omit<Command, 'name'> {
  return { file: process.execPath, args: ['--import', USAGE_HOOK, script, ...args] }
}

/**
 * Runs a process to its end.
 * @throws Error when it cannot be started, fails, takes too long, or does not say what it used
 */
export async function runCommand({ name, file, args, env, timeoutSec }: Command): Promise<ProgramRun> {
  const begin = performance.now()
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    ...(timeoutSec === undefined ? {} : { timeout: Math.round(timeoutSec * 1000), killSignal: 'SIGKILL' }),
  })
  const ended = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(signal ?? code))
  })
  const [output, errors, usage, end] = await Promise.all([
    text(child.stdout as Readable),
    text(child.stderr as Readable),
    text(child.stdio[3] as Readable),
    ended,
  ])
  if (end !== 0) throw new Error(`${name} ended with ${end}: ${errors.trim()}`)
  const wallSec = (performance.now() - begin) / 1000
  if (usage === '') throw new Error(`${name} did not say what it used`)
  return { lines: parseLines(output), wallSec, ...(JSON.parse(usage) as { cpuSec: number; peakBytes: number }) }
}

/** Reads `emission begin end text` lines with times in milliseconds. */
export function parseLines(output: string): OutputLine[] {
  return output.split('\n').flatMap((line) => {
    const match = /^(\S+) \S+ \S+ (.*)$/.exec(line)
    return match ? [{ emitted: Number(match[1]) / 1000, text: match[2]! }] : []
  })
}
