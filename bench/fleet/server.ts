import { type ChildProcess, spawn } from 'node:child_process'
import { PROGRAM } from '../run-program.js'

/** What `/readyz` of a server says; null: it does not answer. */
export interface ServerState {
  readonly status: string
  readonly sessions: number
}

/** One `asr-stream serve` of a fleet. It can be ended and started again at its port, as a supervisor does. */
export class FleetServer {
  readonly name: string
  readonly port: number
  /** The most sessions that were seen. */
  peak = 0
  readonly #options: readonly string[]
  #child: ChildProcess | null = null
  #exited: Promise<number | null> = Promise.resolve(null)

  constructor(name: string, port: number, options: readonly string[]) {
    this.name = name
    this.port = port
    this.#options = options
  }

  start(): void {
    const child = spawn(process.execPath, [PROGRAM, 'serve', '--port', String(this.port), ...this.#options], {
      stdio: 'ignore',
    })
    this.#child = child
    this.#exited = new Promise((resolve) => child.once('exit', resolve))
  }

  /** Sends a signal, and waits for the end. Gives the exit code, null after a signal that cannot be answered. */
  end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child?.kill(signal)
    return this.#exited
  }

  async state(): Promise<ServerState | null> {
    try {
      const answer = await fetch(`http://127.0.0.1:${this.port}/readyz`, { signal: AbortSignal.timeout(20_000) })
      const state = (await answer.json()) as ServerState
      // A server that is closing answers otherwise.
      if (typeof state.sessions !== 'number') return null
      this.peak = Math.max(this.peak, state.sessions)
      return state
    } catch {
      return null
    }
  }
}
