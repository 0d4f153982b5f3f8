import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** Of what the kernel tells, on every machine that Node runs on. */
const TICKS_A_SEC = 100

/** Resident memory of a running process, in bytes. Needs `ps`. */
export async function residentBytes(pid: number): Promise<number> {
  return Number(await ask(pid, 'rss')) * 1024
}

/** Seconds of computing of all threads of a running process so far; whole ones, asked of `ps`, elsewhere than on Linux. */
export async function cpuSec(pid: number): Promise<number> {
  if (process.platform !== 'linux') return Number(await ask(pid, 'cputimes'))
  // The name, in brackets, may have spaces in it: user and system time are the 12th and the 13th field after it.
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SEC
}

async function ask(pid: number, column: string): Promise<string> {
  const { stdout } = await promisify(execFile)('ps', ['-o', `${column}=`, '-p', String(pid)])
  return stdout
}
