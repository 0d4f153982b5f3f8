import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CONFIGURATIONS = fileURLToPath(new URL('../../deploy/balancers/', import.meta.url))

/** A balancer as its example in `deploy/balancers` makes it. */
interface BalancerKind {
  readonly file: string
  readonly versionFlag: string
  /** Adapts the example to addresses of this machine. */
  adapt(text: string, port: number, folder: string): string
  args(file: string, folder: string): readonly string[]
}

const KINDS: Readonly<Record<string, BalancerKind>> = {
  haproxy: {
    file: 'haproxy.cfg',
    versionFlag: '-v',
    adapt: (text, port) => text.replace('bind :8080', `bind 127.0.0.1:${port}`),
    args: (file) => ['-f', file, '-db'],
  },
  nginx: {
    file: 'nginx.conf',
    versionFlag: '-v',
    adapt: (text, port, folder) => {
      const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (name) => `${name}_temp_path ${folder}/tmp;`,
      )
      return `${text.replace('listen 8080', `listen 127.0.0.1:${port}`).replace('http {', `http {\n  ${places.join('\n  ')}`)}
daemon off;
pid ${folder}/pid;
error_log stderr;
`
    },
    args: (file, folder) => ['-p', folder, '-c', file],
  },
  envoy: {
    file: 'envoy.yaml',
    versionFlag: '--version',
    adapt: (text, port) =>
      text.replace('address: 0.0.0.0, port_value: 8080', `address: 127.0.0.1, port_value: ${port}`),
    args: (file) => ['-c', file, '--concurrency', '1', '--log-level', 'warning', '--use-dynamic-base-id'],
  },
}

/** Whether a balancer is on this machine. */
export function hasBalancer(name: string): boolean {
  const kind = KINDS[name]
  return kind !== undefined && spawnSync(name, [kind.versionFlag]).error === undefined
}

/** The most sessions of a server, as the example of haproxy says that servers are started. */
export function placesOfServer(): number {
  const text = readFileSync(join(CONFIGURATIONS, 'haproxy.cfg'), 'utf8')
  return Number(/--max-sessions (\d+)/.exec(text)?.[1])
}

/**
 * Starts a balancer with its example, before servers of this machine.
 * @param ports of the servers a, b and c
 * @param folder for what it writes
 */
export function startBalancer(name: string, port: number, ports: readonly number[], folder: string): ChildProcess {
  const kind = KINDS[name]
  if (kind === undefined) throw new Error(`there is no balancer ${name}; there are ${Object.keys(KINDS).join(', ')}`)
  let text = kind.adapt(readFileSync(join(CONFIGURATIONS, kind.file), 'utf8'), port, folder)
  for (const [at, name] of ['asr-a', 'asr-b', 'asr-c'].entries()) {
    text = text.replaceAll(`${name}:8000`, `127.0.0.1:${ports[at]}`)
    text = text.replaceAll(`${name}, port_value: 8000`, `127.0.0.1, port_value: ${ports[at]}`)
  }
  mkdirSync(join(folder, 'tmp'), { recursive: true })
  const file = join(folder, kind.file)
  writeFileSync(file, text)
  return spawn(name, kind.args(file, folder), { stdio: ['ignore', 'ignore', 'ignore'] })
}
