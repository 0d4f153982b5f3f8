import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import type { QueueStatus } from '../../src/queue/tend-queue.js'
import { folderWith, type Run, runProgram, silentWav, spokenWords, startProgram } from '../helpers/program.js'

const TEXTS = Array.from({ length: 8 }, (_, index) => `w${index}`)
const WORKER = ['worker', '--backend', 'scripted', '--option', 'script=words.json', '--output-dir', 'texts']

/** A folder with recordings of given lengths, in seconds, and the words that are heard in them. */
export function archive(talks: Readonly<Record<string, number | string>>): string {
  const cwd = folderWith({ 'words.json': spokenWords(TEXTS) })
  for (const [name, content] of Object.entries(talks)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true })
    writeFileSync(join(cwd, name), typeof content === 'number' ? silentWav(content) : content)
  }
  return cwd
}

/** The commands of a queue, run in a folder. */
export function commands(address: string, cwd: string, env: Readonly<Record<string, string>> = {}) {
  // As people should: the password is in no list of processes.
  const options = { cwd, env: { ASR_STREAM_QUEUE: address, ...env } }
  return {
    enqueue: (...args: readonly string[]): Promise<Run> => runProgram(['enqueue', ...args], options),
    work: (...args: readonly string[]): Promise<Run> => runProgram([...WORKER, '--until-empty', ...args], options),
    startWorker: (...args: readonly string[]) => startProgram([...WORKER, ...args], options),
    queue: (...args: readonly string[]): Promise<Run> => runProgram(['queue', ...args], options),
    async status(): Promise<QueueStatus> {
      const { code, stdout, stderr } = await runProgram(['queue', 'status', '--json'], options)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      return JSON.parse(stdout) as QueueStatus
    },
  }
}
