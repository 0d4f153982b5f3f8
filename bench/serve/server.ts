import { spawn } from 'node:child_process'
import { PROGRAM } from '../run-program.js'

/** `asr-stream serve` in a process of its own. */
export interface BenchServer {
  /** "127.0.0.1:8000". */
  readonly host: string
  /** Of Wyoming and of lines over TCP, where they were asked for. */
  readonly wyomingPort: number
  readonly tcpPort: number
  readonly pid: number
  /** What it has written to standard error. */
  log(): string
  /** A figure of `/metrics`. */
  figure(name: string): Promise<number>
  stop(): void
}

/** Starts it at free ports, and waits until it listens everywhere. */
export async function startServer(...options: readonly string[]): Promise<BenchServer> {
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0', ...options])
  const count = 1 + options.filter((option) => /^--(tcp|wyoming)-port$/.test(option)).length
  let log = ''
  const places = await new Promise<readonly string[]>((resolve, reject) => {
    child.stderr.on('data', (text) => {
      log += String(text)
      const found = [...log.matchAll(/listening on (.+)$/gm)].map(([, place = '']) => place)
      if (found.length >= count) resolve(found)
    })
    child.once('exit', () => reject(new Error(`the server has ended: ${log}`)))
  })
  const placeOf = (mark: string) =>
    places.find((place) => place.includes(mark))?.match(/[\d.]+:\d+/)?.[0] ?? 'nowhere:0'
  const portOf = (mark: string) => Number(placeOf(mark).split(':')[1])
  const host = placeOf('http://')
  return {
    host,
    wyomingPort: portOf('(Wyoming)'),
    tcpPort: portOf('(lines of listen)'),
    pid: Number(child.pid),
    log: () => log,
    async figure(name) {
      const text = await (await fetch(`http://${host}/metrics`)).text()
      return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1])
    },
    stop: () => void child.kill('SIGTERM'),
  }
}
