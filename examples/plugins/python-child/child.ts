import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process'
import { delimiter } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Availability, BackendError, type Log } from 'asr-stream/plugin'

/** Where serve.py lies, which workers import. */
const FOLDER = fileURLToPath(new URL('.', import.meta.url))
/** How the question for a package ends when it is not there. */
const NO_PACKAGE = 44

/** What Python is called where nothing else is said. */
export const PYTHON = process.platform === 'win32' ? 'python' : 'python3'

/** A program in Python that answers requests. */
export interface Worker {
  /** What messages call it. */
  readonly name: string
  /** The interpreter: a name or a path. */
  readonly python: string
  /** Path of the worker, which calls `serve` of serve.py. */
  readonly script: string
  /** Keyword arguments of the worker's `load`. */
  readonly setup: Readonly<Record<string, unknown>>
  readonly log: Log
}

interface Pending {
  readonly resolve: (answer: unknown) => void
  readonly reject: (reason: unknown) => void
}

interface Running {
  readonly process: ChildProcessWithoutNullStreams
  readonly pending: Map<number, Pending>
  readonly loaded: Promise<unknown>
  readonly ended: Promise<void>
}

/**
 * A worker that is started when it is first asked, and again after a crash. A request is a line of JSON and raw samples
 * (float32, in the order of the machine) on its standard input, an answer a line of JSON on its standard output, in the
 * order of the requests. What it writes to standard error goes to the log.
 */
export class PythonChild {
  readonly #worker: Worker
  #running: Running | null = null
  #requests = 0
  #isClosed = false

  constructor(worker: Worker) {
    this.#worker = worker
  }

  /** Starts the worker, if it does not run, and gives what its `load` said. */
  async load(): Promise<unknown> {
    return this.#start().loaded
  }

  /**
   * Asks the worker.
   * @throws BackendError when the worker fails or ends; the reason of the signal when aborted: the answer, which the worker
   * still makes, is then thrown away
   */
  async ask(header: Readonly<Record<string, unknown>>, audio: Float32Array, signal?: AbortSignal): Promise<unknown> {
    signal?.throwIfAborted()
    const running = this.#start()
    await unlessAborted(running.loaded, signal)
    signal?.throwIfAborted()
    return unlessAborted(this.#send(running, header, audio), signal)
  }

  /** Ends the worker. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#running?.process.kill('SIGKILL')
    await this.#running?.ended
  }

  #start(): Running {
    if (this.#isClosed) throw new BackendError(`${this.#worker.name} is closed`)
    if (this.#running) return this.#running
    const { python, script, setup } = this.#worker
    const paths = [FOLDER, process.env.PYTHONPATH].filter(Boolean).join(delimiter)
    const child = spawn(python, ['-B', script], { env: { ...process.env, PYTHONPATH: paths }, windowsHide: true })
    const pending = new Map<number, Pending>()
    const ended = this.#watch(child, pending)
    const loaded = this.#send({ process: child, pending }, { load: setup }, new Float32Array(0))
    // Whoever waits for it is told; when nobody does it is no bug.
    loaded.catch(() => {})
    this.#running = { process: child, pending, loaded, ended }
    return this.#running
  }

  #send({ process: child, pending }: Pick<Running, 'process' | 'pending'>, header: object, audio: Float32Array) {
    const id = ++this.#requests
    const answer = new Promise<unknown>((resolve, reject) => pending.set(id, { resolve, reject }))
    child.stdin.write(`${JSON.stringify({ id, samples: audio.length, ...header })}\n`)
    child.stdin.write(Buffer.from(audio.buffer, audio.byteOffset, audio.byteLength))
    return answer
  }

  /** Gives answers to whoever waits for them; resolves when the worker has ended and everyone was told. */
  #watch(child: ChildProcessWithoutNullStreams, pending: Map<number, Pending>): Promise<void> {
    const { name, python, log } = this.#worker
    let lastLine = ''
    let failure: Error | undefined
    const kill = () => void child.kill('SIGKILL')
    process.once('exit', kill)
    child.stdin.on('error', () => log.debug(`${name} does not listen any more`))
    createInterface(child.stderr).on('line', (line) => {
      if (line.trim() === '') return
      lastLine = line.trim()
      log.info(`${name}: ${lastLine}`)
    })
    createInterface(child.stdout).on('line', (line) => {
      const { id, answer, error } = JSON.parse(line)
      if (error === undefined) pending.get(id)?.resolve(answer)
      else pending.get(id)?.reject(new BackendError(`${name}: ${error}`))
      pending.delete(id)
    })
    child.on('error', (error) => {
      failure = error
    })
    return new Promise((resolve) => {
      child.on('close', (code, signal) => {
        process.removeListener('exit', kill)
        if (this.#running?.process === child) this.#running = null
        const how = failure ? `${python} cannot be started: ${failure.message}` : `Python ended (${signal ?? code})`
        const told = `${name}: ${how}${lastLine && `: ${lastLine}`}`
        const error = new BackendError(this.#isClosed ? `${name} is closed` : told)
        for (const { reject } of pending.values()) reject(error)
        resolve()
      })
    })
  }
}

/** What is waited for, or the reason of the signal as soon as it is aborted. */
async function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return work
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop)
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Whether there is a Python with a module, without importing the module. */
export async function pythonHas(python: string, module: string, project: string): Promise<Availability> {
  const question = `import importlib.util, sys; sys.exit(${NO_PACKAGE} if importlib.util.find_spec(${JSON.stringify(module)}) is None else 0)`
  const install = `${python} -m pip install ${project}`
  return new Promise((resolve) => {
    execFile(python, ['-c', question], { windowsHide: true }, (error, _, stderr) => {
      const tell = (reason: string) => resolve({ available: false, reason, install })
      if (error === null) resolve({ available: true })
      else if (error.code === NO_PACKAGE) tell(`${python} has no package ${project}; another one: --option python=PATH`)
      else if (error.code === 'ENOENT') tell(`there is no ${python}; another name or path: --option python=PATH`)
      else tell(`${python} does not run: ${stderr.trim().split('\n').at(-1) || error.message}`)
    })
  })
}
