import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './program.js'
import { waitUntil } from './waiting.js'

/** A password that would be seen wherever it is told. */
export const PASSWORD = 'geheim%41word'
const IN_ADDRESS = encodeURIComponent(PASSWORD)
const HOST = '127.0.0.1'

/** A real store that a test has started. */
export interface TestStore {
  readonly port: number
  /** Its address, or that of something before it. */
  address(port?: number): string
  /** Ends it at once, as a power cut does. */
  kill(): Promise<void>
  start(): Promise<void>
}

/** Which stores can be started here; those of PostgreSQL lie in no folder of programs on Debian. */
export const REDIS = found('redis-server', folders())
export const VALKEY = found('valkey-server', folders())
export const POSTGRES = found('postgres', [...folders(), ...debianFolders()])

function folders(): readonly string[] {
  return (process.env.PATH ?? '').split(delimiter)
}

function debianFolders(): readonly string[] {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root) : []
  return versions.sort((one, other) => Number(other) - Number(one)).map((version) => join(root, version, 'bin'))
}

function found(name: string, places: readonly string[]): string | null {
  // What lies in /usr/local/bin may be a script that chooses: the folder of the program has initdb beside it.
  const beside = name === 'postgres' ? 'initdb' : name
  const place = places.find((folder) => [name, beside].every((file) => existsSync(join(folder, file))))
  return place === undefined ? null : join(place, name)
}

/** Starts Redis, which writes down everything at once; it ends with the test. */
export const startRedis = (): Promise<TestStore> => startLikeRedis(REDIS ?? '')

/** Starts Valkey in the same way; it ends with the test. */
export const startValkey = (): Promise<TestStore> => startLikeRedis(VALKEY ?? '')

async function startLikeRedis(program: string): Promise<TestStore> {
  const folder = temporaryFolder()
  const port = await freePort()
  const persistence = ['--appendonly', 'yes', '--save', '', '--dir', folder]
  const args = ['--port', `${port}`, '--bind', HOST, '--requirepass', PASSWORD, ...persistence]
  return started(
    port,
    (at) => `redis://:${IN_ADDRESS}@${HOST}:${at}`,
    'SIGKILL',
    () => run(program, args),
  )
}

/** Starts PostgreSQL, as a user of its own where the test is run by root, whom it refuses; it ends with the test. */
export async function startPostgres(): Promise<TestStore> {
  const folder = temporaryFolder()
  const port = await freePort()
  const data = join(folder, 'data')
  const programs = dirname(POSTGRES ?? '')
  const password = join(folder, 'password')
  mkdirSync(data)
  writeFileSync(password, PASSWORD)
  const user = ownUser([folder, data, password])
  const form = ['-E', 'UTF8', '--locale=C', '--no-sync', '-A', 'scram-sha-256', '-U', 'asr', `--pwfile=${password}`]
  const [program = '', ...args] = [...user, join(programs, 'initdb'), '-D', data, ...form]
  const { status, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`initdb ended with ${status}: ${stderr}`)
  const settings = [`listen_addresses=${HOST}`, 'unix_socket_directories=', 'fsync=off', 'max_connections=60']
  const server = ['-D', data, '-p', `${port}`, ...settings.flatMap((setting) => ['-c', setting])]
  const address = (at: number) => `postgres://asr:${IN_ADDRESS}@${HOST}:${at}/postgres`
  // SIGQUIT is its own name for ending at once: its other processes would live on else.
  return started(port, address, 'SIGQUIT', () => {
    const [own = '', ...rest] = [...user, POSTGRES ?? '', ...server]
    return run(own, rest, folder)
  })
}

/** A command that makes another user of root, who gets the files. */
function ownUser(files: readonly string[]): readonly string[] {
  if (process.getuid?.() !== 0) return []
  const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
  for (const file of files) chownSync(file, id('-u'), id('-g'))
  // The folder of all tests is open to nobody else.
  chmodSync(dirname(files[0] ?? ''), 0o711)
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups']
}

function run(program: string, args: readonly string[], cwd?: string): ChildProcess {
  return spawn(program, args, { stdio: 'ignore', ...(cwd !== undefined && { cwd }) })
}

async function started(
  port: number,
  address: (port: number) => string,
  end: NodeJS.Signals,
  begin: () => ChildProcess,
): Promise<TestStore> {
  let child: ChildProcess | null = null
  const store = {
    port,
    address: (at = port) => address(at),
    async kill() {
      if (child === null) return
      const gone = child
      child = null
      if (gone.exitCode !== null) return
      const closed = new Promise((resolve) => gone.once('close', resolve))
      gone.kill(end)
      await closed
    },
    async start() {
      child = begin()
      await waitUntil(() => answers(port), `nothing listens on ${port}`)
    },
  }
  onTestFinished(() => store.kill())
  await store.start()
  return store
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST, () => {
      socket.destroy()
      resolve(true)
    }).on('error', () => resolve(false))
  })
}

/** A port that nobody has; somebody may take it before it is used, which has not been seen. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A network to a store that can be cut; it ends with the test. */
export class Wire {
  readonly port: number
  readonly #to: number
  readonly #sockets = new Set<Socket>()
  #server: Server | null = null

  private constructor(port: number, to: number) {
    this.port = port
    this.#to = to
  }

  static async to(port: number): Promise<Wire> {
    const wire = new Wire(await freePort(), port)
    await wire.mend()
    onTestFinished(() => wire.cut())
    return wire
  }

  /** Ends all connections, and takes no others. */
  async cut(): Promise<void> {
    const closed = new Promise((resolve) => (this.#server ? this.#server.close(resolve) : resolve(null)))
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
    await closed
  }

  async mend(): Promise<void> {
    this.#server = createServer((near) => {
      const far = connect(this.#to, HOST)
      for (const [one, other] of [[near, far] as const, [far, near] as const]) {
        this.#sockets.add(one)
        one.on('error', () => {})
        one.on('close', () => other.destroy())
        one.pipe(other)
      }
    })
    await new Promise<void>((resolve) => this.#server?.listen(this.port, HOST, resolve))
  }
}
