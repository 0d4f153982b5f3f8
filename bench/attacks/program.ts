import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { PROGRAM } from '../run-program.js'

/** What is started, and what is done to it. */
export interface Attack {
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Writes standard input; without it there is none. */
  readonly input?: (stdin: Writable) => void
  /** Signals, and when each is sent, in milliseconds from the start on. */
  readonly signals?: readonly (readonly [NodeJS.Signals, number])[]
  readonly maxSec: number
}

/** How it ended. */
export interface Outcome {
  /** As a shell tells it; null: it had to be killed. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the program as a user would, and ends it when it takes too long. */
export async function attack({ args, cwd, env, input, signals = [], maxSec }: Attack): Promise<Outcome> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  })
  child.stdin?.on('error', () => {})
  if (child.stdin) input?.(child.stdin)
  const timers = signals.map(([signal, afterMs]) => setTimeout(() => child.kill(signal), afterMs))
  let isLate = false
  timers.push(
    setTimeout(() => {
      isLate = true
      child.kill('SIGKILL')
    }, 1000 * maxSec),
  )
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
  const [stdout, stderr] = await Promise.all([text(child.stdout as Readable), text(child.stderr as Readable)])
  const [code, signal] = await ended
  for (const timer of timers) clearTimeout(timer)
  return { code: isLate ? null : (code ?? 128 + constants.signals[signal!]), stdout, stderr }
}

/** What is wrong with how it ended, whatever it was given. */
export function complaints({ code, stdout, stderr }: Outcome, codes: readonly number[]): readonly string[] {
  const found: string[] = []
  if (code === null) found.push('it did not end')
  else if (!codes.includes(code)) found.push(`it ended with ${code}`)
  if (/^ {4}at /m.test(stderr) || stderr.includes('unexpected')) found.push('an error that nobody foresaw')
  if ((code === 1 || code === 2) && !/^asr-stream: error: ./m.test(stderr)) found.push('it does not say why')
  if (/[^\P{Cc}\n]/u.test(stdout + stderr)) found.push('control characters')
  if (stdout !== '' && !stdout.endsWith('\n')) found.push('half a line')
  const ends = stdout.split('\n').flatMap((line) => (/^\d/.test(line) ? [Number(line.split(' ')[2])] : []))
  if (ends.some((end, at) => at > 0 && end < ends[at - 1]!)) found.push('lines out of order')
  return found
}
