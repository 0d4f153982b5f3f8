import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Resident memory of a running process, in bytes. Needs `ps`. */
export async function residentBytes(pid: number): Promise<number> {
  return Number(await ask(pid, 'rss')) * 1024
}

/** Seconds of computing of all threads of a running process so far, whole ones. Needs `ps`. */
export async function cpuSec(pid: number): Promise<number> {
  return Number(await ask(pid, 'cputimes'))
}

async function ask(pid: number, column: string): Promise<string> {
  const { stdout } = await promisify(execFile)('ps', ['-o', `${column}=`, '-p', String(pid)])
  return stdout
}
