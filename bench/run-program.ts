import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { OutputLine } from './measures.js'

const PROGRAM = fileURLToPath(new URL('../bin/asr-stream.js', import.meta.url))
const USAGE_HOOK = new URL('./usage-hook.mjs', import.meta.url).href

/** What one run of the program gave and cost, start and loading included. */
export interface ProgramRun {
  readonly lines: readonly OutputLine[]
  readonly wallSec: number
  /** User and system time of all threads. */
  readonly cpuSec: number
  readonly peakBytes: number
}

/**
 * Runs the command line as a user would.
 * @throws Error when the program fails
 */
export async function runProgram(args: readonly string[]): Promise<ProgramRun> {
  const begin = performance.now()
  const child = spawn(process.execPath, ['--import', USAGE_HOOK, PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [output, errors, usage, code] = await Promise.all([
    text(child.stdout as Readable),
    text(child.stderr as Readable),
    text(child.stdio[3] as Readable),
    ended,
  ])
  if (code !== 0) throw new Error(`asr-stream ${args.join(' ')} ended with ${code}: ${errors.trim()}`)
  const wallSec = (performance.now() - begin) / 1000
  return { lines: parseLines(output), wallSec, ...(JSON.parse(usage) as { cpuSec: number; peakBytes: number }) }
}

/** Reads `emission begin end text` lines with times in milliseconds. */
export function parseLines(output: string): OutputLine[] {
  return output.split('\n').flatMap((line) => {
    const match = /^(\S+) \S+ \S+ (.*)$/.exec(line)
    return match ? [{ emitted: Number(match[1]) / 1000, text: match[2]! }] : []
  })
}
