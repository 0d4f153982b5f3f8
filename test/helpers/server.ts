import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import WebSocket from 'ws'
import { type Run, spokenWords, startProgram } from './program.js'
import { fixturePath } from './speech.js'
import { waitUntil } from './waiting.js'

/** A server that runs as a process of its own. */
export interface RunningServer {
  /** "127.0.0.1:8000". */
  readonly host: string
  /** "http://127.0.0.1:8000". */
  readonly url: string
  /** Ports besides that of HTTP, by what they say they are. */
  readonly ports: { readonly tcp?: number; readonly wyoming?: number }
  /** What it has written to standard error so far. */
  log(): string
  kill(signal?: NodeJS.Signals): void
  readonly ended: Promise<Run>
  /** Ends it, and takes away what was made for it. */
  stop(): Promise<Run>
}

/** Starts `asr-stream serve` at a free port, and waits until it listens. */
export async function startServer(...args: readonly string[]): Promise<RunningServer> {
  const lines: string[] = []
  let isEnded = false
  const { child, ended } = startProgram(['serve', '--port', '0', ...args], { onLine: (line) => lines.push(line) })
  ended.then(() => {
    isEnded = true
  })
  const address = (mark: string) => {
    const line = lines.find((one) => one.includes('listening on') && one.endsWith(mark))
    return line === undefined ? undefined : /listening on (?:http:\/\/)?(\S+:\d+)/.exec(line)?.[1]
  }
  const wanted = ['http', ...['tcp', 'wyoming'].filter((name) => args.includes(`--${name}-port`))]
  const found = () => lines.filter((line) => line.includes('listening on')).length
  await waitUntil(() => isEnded || found() >= wanted.length, `the server does not listen: ${lines.join('\n')}`)
  const host = lines.map((line) => /listening on http:\/\/(\S+)/.exec(line)?.[1]).find((one) => one !== undefined)
  const cleanUp = () => {
    const script = args.find((arg) => arg.startsWith('script='))
    if (script !== undefined) rmSync(dirname(script.slice('script='.length)), { recursive: true, force: true })
  }
  if (host === undefined) {
    cleanUp()
    throw new Error(`the server has ended: ${lines.join('\n')}`)
  }
  const portOf = (mark: string) => {
    const port = address(mark)?.split(':')[1]
    return port === undefined ? undefined : Number(port)
  }
  const ports = { tcp: portOf('(lines of listen)'), wyoming: portOf('(Wyoming)') }
  return {
    host,
    url: `http://${host}`,
    ports: Object.fromEntries(Object.entries(ports).filter(([, port]) => port !== undefined)),
    log: () => lines.join('\n'),
    kill: (signal = 'SIGTERM') => void child.kill(signal),
    ended,
    async stop() {
      child.kill('SIGTERM')
      const run = await ended
      cleanUp()
      return run
    },
  }
}

/** Options for a server that plays words, two a second: quick, and the same every time. */
export function scriptedServer(words = 400): readonly string[] {
  const texts = Array.from({ length: words }, (_, index) => `w${index}`)
  // Lasts as long as the server, which may serve a whole file of tests.
  const folder = mkdtempSync(join(tmpdir(), 'asr-stream-test-'))
  writeFileSync(join(folder, 'words.json'), JSON.stringify(spokenWords(texts)))
  return ['--backend', 'scripted', '--option', `script=${join(folder, 'words.json')}`]
}

/** Silence as 16-bit samples at 16 kHz: the scripted backend hears its words in it. */
export const silence = (seconds: number): Buffer => Buffer.alloc(Math.round(seconds * 16_000) * 2)

/** The samples of a recording of `fixtures/`, 16 bit and 16 kHz. */
export const pcmOf = (name: string): Buffer => readFileSync(fixturePath(name)).subarray(44)

/** A client over WebSocket that remembers what it was told. */
export class TestSocket {
  readonly socket: WebSocket
  readonly messages: Record<string, unknown>[] = []
  closed: { readonly code: number; readonly reason: string } | null = null

  constructor(url: string, ...options: readonly unknown[]) {
    this.socket = new WebSocket(url, ...(options as []))
    this.socket.on('message', (data) => this.messages.push(JSON.parse(String(data)) as Record<string, unknown>))
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) }
    })
    this.socket.on('error', () => {})
  }

  async opened(): Promise<this> {
    await once(this.socket, 'open')
    return this
  }

  send(message: object | Uint8Array): void {
    this.socket.send(message instanceof Uint8Array ? message : JSON.stringify(message))
  }

  /** Waits for a message of a type. */
  async heard(type: string): Promise<Record<string, unknown>> {
    const find = () => this.messages.find((message) => message.type === type)
    await waitUntil(() => find() !== undefined || this.closed !== null, `no ${type} comes`)
    const message = find()
    if (message === undefined)
      throw new Error(`no ${type} has come before the end: ${JSON.stringify(this.messages.at(-1))}`)
    return message
  }

  /** Waits for the end. */
  async ended(): Promise<{ readonly code: number; readonly reason: string }> {
    await waitUntil(() => this.closed !== null, 'the connection does not end')
    return this.closed as NonNullable<typeof this.closed>
  }

  /** The text of messages of a type. */
  texts(type: string): readonly string[] {
    return this.messages.filter((message) => message.type === type).map(({ text }) => String(text))
  }
}
