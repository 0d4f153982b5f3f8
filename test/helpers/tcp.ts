import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { PROGRAM } from './program.js'

/** The program as a server, on a port of its own. */
export class ServerRun {
  readonly port: number
  readonly child: ChildProcess
  /** What it said on standard error. */
  readonly said: string[]
  readonly ended: Promise<number | null>

  private constructor(child: ChildProcess, said: string[], port: number, ended: Promise<number | null>) {
    this.child = child
    this.said = said
    this.port = port
    this.ended = ended
  }

  /** @param env variables to set; undefined takes one away */
  static async start(
    args: readonly string[],
    cwd: string,
    env: Readonly<Record<string, string | undefined>> = {},
  ): Promise<ServerRun> {
    const child = spawn(process.execPath, [PROGRAM, 'listen', '--port', '0', ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'pipe'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const said: string[] = []
    const ended = once(child, 'close').then(([code]) => code as number | null)
    const port = await new Promise<number>((resolve, reject) => {
      createInterface(child.stderr!).on('line', (line) => {
        said.push(line)
        const address = /listening on .*:(\d+)$/.exec(line)
        if (address) resolve(Number(address[1]))
      })
      void ended.then((code) => reject(new Error(`the server ended with ${code}: ${said.join('\n')}`)))
    })
    return new ServerRun(child, said, port, ended)
  }

  /** A client that is connected. */
  async client(): Promise<Client> {
    const socket = connect({ port: this.port, host: '127.0.0.1', allowHalfOpen: true })
    await once(socket, 'connect')
    return new Client(socket)
  }
}

/** A client of a server: sends audio, gets lines. */
export class Client {
  readonly lines: string[] = []
  /** Resolves when the server has closed its side. */
  readonly closed: Promise<void>

  constructor(readonly socket: Socket) {
    socket.on('error', () => {})
    createInterface(socket).on('line', (line) => this.lines.push(line))
    this.closed = new Promise((resolve) => {
      socket.once('end', resolve)
      socket.once('close', () => resolve())
    })
    onTestFinished(() => void socket.destroy())
  }

  /** The words of all lines. */
  get words(): readonly string[] {
    return this.lines.flatMap((line) => line.split(' ').slice(2))
  }

  /** Sends everything, closes the sending side, and waits for the end. */
  async finish(audio: Uint8Array): Promise<void> {
    this.socket.end(audio)
    await this.closed
    this.socket.destroy()
  }
}
