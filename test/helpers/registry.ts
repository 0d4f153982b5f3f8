import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { createGzip } from 'node:zlib'
import { onTestFinished } from 'vitest'
import { ROOT } from './imports.js'
import { temporaryFolder } from './program.js'

/** What other platforms' programs would only make large. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  'onnxruntime-node': ['darwin', 'linux', 'win32'].filter((name) => name !== process.platform),
}

/**
 * A package registry that has what is installed here, and nothing else, until the test ends.
 * @param more further packages: name to folder
 * @returns variables with which npm asks it, with a cache of its own
 */
export async function localRegistry(more: Readonly<Record<string, string>> = {}): Promise<Record<string, string>> {
  const server = createServer((request, response) => {
    const [name = '', isTarball] = decodeURIComponent(request.url ?? '')
      .slice(1)
      .split('/-/')
    const folders = name in more ? [more[name]!] : foldersOf(name)
    if (folders.length === 0) response.writeHead(404).end('{}')
    else if (isTarball === undefined) tell(name, folders, `http://${request.headers.host}`, response)
    else pack(name, folders[Number(basename(isTarball, '.tgz'))]!, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return npmEnvironment(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
}

/** Variables with which npm asks a registry, and leaves nothing behind. */
export function npmEnvironment(registry: string): Record<string, string> {
  return {
    npm_config_registry: registry,
    npm_config_cache: join(temporaryFolder(), 'cache'),
    npm_config_userconfig: join(temporaryFolder(), 'npmrc'),
    npm_config_update_notifier: 'false',
    npm_config_fetch_retries: '0',
  }
}

/** Where a package is installed here, in each of its versions. */
function foldersOf(name: string): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as { packages: object }
  const folders = Object.keys(packages).filter((path) => path.endsWith(`node_modules/${name}`))
  return folders.map((path) => join(ROOT, path)).filter((folder) => existsSync(folder))
}

function tell(name: string, folders: readonly string[], host: string, response: ServerResponse): void {
  const versions = folders.map((folder, index) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string }
    return [manifest.version, { ...manifest, dist: { tarball: `${host}/${name}/-/${index}.tgz` } }] as const
  })
  response.setHeader('content-type', 'application/json')
  response.end(
    JSON.stringify({ name, 'dist-tags': { latest: versions[0]![0] }, versions: Object.fromEntries(versions) }),
  )
}

function pack(name: string, folder: string, response: ServerResponse): void {
  const left = ['node_modules', ...(LEFT_OUT[name] ?? [])].map((part) => `--exclude=${part}`)
  const tar = spawn('tar', ['-cf', '-', ...left, '-C', dirname(folder), basename(folder)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  tar.stdout.pipe(createGzip({ level: 1 })).pipe(response)
}

/** Runs npm. */
export function runNpm(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const npm = spawn('npm', args, { cwd, env: { ...process.env, ...env }, shell: process.platform === 'win32' })
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    npm[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text
    })
  }
  return new Promise((resolve, reject) => {
    npm.once('error', reject)
    npm.once('close', (code) => resolve({ code, ...written }))
  })
}
