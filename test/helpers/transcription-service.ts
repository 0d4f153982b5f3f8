import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'

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
}

/** Starts the service for the tests of a file. Gives visitors by name of a file of answers. */
export function transcriptionService(): (answers: string) => Visitor {
  let port = 0
  let visitors = 0
  let stop = () => {}
  beforeAll(async () => {
    const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] })
    stop = () => child.stdin.end()
    port = await new Promise<number>((resolve, reject) => {
      child.once('close', (code) => reject(new Error(`the service ended with ${code}`)))
      createInterface(child.stdout).once('line', (line) => resolve(Number(line)))
    })
  })
  afterAll(() => stop())
  return (answers) => {
    const visitor = `visitor${++visitors}`
    return {
      baseUrl: `http://127.0.0.1:${port}/${answers}/${visitor}/v1`,
      seen: async () => (await fetch(`http://127.0.0.1:${port}/seen/${visitor}`)).json() as Promise<SeenRequest[]>,
    }
  }
}
