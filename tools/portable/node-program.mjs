import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { LICENSE_PLATFORM, NODE_VERSION, PLATFORMS } from './platforms.mjs'
import { run } from './run.mjs'

/** Where packages of Node stay: they have 34 to 52 MB. */
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'asr-stream-portable')
/** Where installations of Node have their license, seen from the folder of the program. */
const LICENSES = ['../LICENSE', 'LICENSE', '../share/doc/nodejs/copyright', '../share/doc/node/LICENSE']

/**
 * Puts Node into a folder, with its license.
 * @param name of the platform
 * @param own the path of a Node to take, in place of that of npm
 * @returns the path of the program
 */
export function putNode(name, folder, own) {
  const { platform } = PLATFORMS[name]
  const program = join(folder, platform === 'win32' ? 'node.exe' : 'node')
  mkdirSync(folder, { recursive: true })
  if (own !== undefined) putOwn(own, program, folder)
  else {
    const inPackage = platform === 'win32' ? 'bin/node.exe' : 'bin/node'
    takeOut(fetched(name), { [inPackage]: program })
    const license = platform === 'win32' ? fetched(LICENSE_PLATFORM) : fetched(name)
    takeOut(license, { LICENSE: join(folder, 'LICENSE') })
  }
  chmodSync(program, 0o755)
  return program
}

function putOwn(own, program, folder) {
  const license = LICENSES.map((path) => join(dirname(own), path)).find((path) => existsSync(path))
  if (license === undefined) throw new Error(`there is no license of Node beside ${own}`)
  copyFileSync(own, program)
  copyFileSync(license, join(folder, 'LICENSE'))
}

/** The packed package, compared with its sum. */
function fetched(name) {
  const { node, integrity } = PLATFORMS[name]
  const path = join(CACHE, `${node}-${NODE_VERSION}.tgz`)
  if (!existsSync(path)) {
    mkdirSync(CACHE, { recursive: true })
    run('npm', ['pack', '--silent', '--pack-destination', CACHE, `${node}@${NODE_VERSION}`], { cwd: CACHE })
  }
  const sum = `sha512-${createHash('sha512').update(readFileSync(path)).digest('base64')}`
  if (sum === integrity) return path
  rmSync(path)
  throw new Error(`${node} ${NODE_VERSION} is not what it was: its sum is ${sum}`)
}

/** Takes files out of a packed package: path in the package to path here. */
function takeOut(tarball, files) {
  const folder = mkdtempSync(join(tmpdir(), 'asr-stream-node-'))
  try {
    const names = Object.keys(files).map((name) => `package/${name}`)
    run('tar', ['-xzf', tarball, '-C', folder, ...names])
    for (const [name, path] of Object.entries(files)) copyFileSync(join(folder, 'package', name), path)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
