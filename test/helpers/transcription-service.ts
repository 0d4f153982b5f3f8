import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import { waitUntil } from './waiting.js'

const PROGRAM = fileURLToPath(new URL('./transcription-service.mjs', import.meta.url))

/** The key that the service knows. */
export const KEY = 'test-key-0123456789'

/** A request as the service got it. */
export interface SeenRequest {
  readonly task: string
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Length of its audio; null: it is no such WAV file as is wanted. */
  readonly seconds: number | null
  readonly name: string
  readonly type: string
  readonly authorization: string | null
  /** The client went away before it was answered. */
  readonly left?: boolean
}

/** Somebody who asks for the answers of one file, from the first. */
export interface Visitor {
  readonly baseUrl: string
  /** What the service got from this visitor. */
  seen(): Promise<readonly SeenRequest[]>
  /** Waits until what the service got is as wanted. */
  until(wanted: (requests: readonly SeenRequest[]) => boolean): Promise<void>
}

/** A service that runs. */
export interface TranscriptionService {
  /** Somebody new who asks for the answers of this file. */
  visitor(answers: string): Visitor
  stop(): void
}

/** Starts the service as a program of its own. */
export async function startTranscriptionService(): Promise<TranscriptionService> {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('close', (code) => reject(new Error(`the service ended with ${code}`)))
    createInterface(child.stdout).once('line', (line) => resolve(Number(line)))
  })
  let visitors = 0
  return {
    visitor(answers) {
      const name = `visitor${++visitors}`
      const seen = async () => (await fetch(`http://127.0.0.1:${port}/seen/${name}`)).json() as Promise<SeenRequest[]>
      return {
        baseUrl: `http://127.0.0.1:${port}/${answers}/${name}/v1`,
        seen,
        until: (wanted) =>
          waitUntil(async () => wanted(await seen()), `the service does not get what ${answers} is about`),
      }
    },
    stop: () => void child.stdin.end(),
  }
}

/** Runs a service for the tests of a file. Gives visitors by name of a file of answers. */
export function transcriptionService(): (answers: string) => Visitor {
  let service: TranscriptionService
  beforeAll(async () => {
    service = await startTranscriptionService()
  })
  afterAll(() => service.stop())
  return (answers) => service.visitor(answers)
}
