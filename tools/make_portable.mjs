// Makes a folder with Node, the program, its packages and the included model, and an archive of it: whoever gets it needs no
// Node, no npm and no network. Wants `npm ci` and `npm run build` before; Node for the platform comes from npm, once.
//   node tools/make_portable.mjs [PLATFORM...] [--output build/portable] [--folder-only] [--with PACKAGE]... [--node PATH]
// PLATFORM is linux-x64, linux-arm64, darwin-arm64 or win32-x64; without one it is this machine's. --with adds a package that is
// installed here. --node takes another Node than that of npm. --folder-only leaves the archive out.
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { archive } from './portable/archive.mjs'
import { readMe, SHELL_LAUNCHER, WINDOWS_LAUNCHER } from './portable/launchers.mjs'
import { copyPackages, productionPackages, runtimeFolder } from './portable/modules.mjs'
import { putNode } from './portable/node-program.mjs'
import { notices } from './portable/notices.mjs'
import { NODE_VERSION, PLATFORMS } from './portable/platforms.mjs'
import { run } from './portable/run.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: 'string', default: join(ROOT, 'build', 'portable') },
    'folder-only': { type: 'boolean', default: false },
    with: { type: 'string', multiple: true, default: [] },
    node: { type: 'string' },
  },
})
const names = positionals.length > 0 ? positionals : [`${process.platform}-${process.arch}`]
const unknown = names.find((name) => !(name in PLATFORMS))
if (unknown !== undefined) {
  process.stderr.write(`make_portable: there is no ${unknown}; platforms are ${Object.keys(PLATFORMS).join(', ')}\n`)
  process.exit(2)
}

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const output = resolve(values.output)
const tarball = packed()
for (const name of names) {
  const folder = `asr-stream-${version}-${name}`
  make(PLATFORMS[name], name, join(output, folder))
  const made = values['folder-only'] ? join(output, folder) : await archive(output, folder, PLATFORMS[name])
  process.stdout.write(`${made}\n`)
}

/** Puts everything for one platform into a folder, which is made anew. */
function make(machine, name, folder) {
  rmSync(folder, { recursive: true, force: true })
  const app = join(folder, 'app')
  mkdirSync(app, { recursive: true })
  run('tar', ['-xzf', tarball, '-C', app, '--strip-components=1'])
  const packages = productionPackages(ROOT, values.with)
  copyPackages(packages, ROOT, app, machine)
  if (machine.platform === 'darwin') linkTwins(app)
  const node = putNode(name, join(folder, 'runtime'), values.node)
  const nodeVersion = values.node === undefined ? NODE_VERSION : run(node, ['--version']).trim().slice(1)
  writeFileSync(join(folder, 'README.txt'), readMe(machine, version, nodeVersion))
  writeFileSync(join(folder, 'THIRD-PARTY.txt'), notices(packages, app))
  copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'))
  if (machine.platform === 'win32') writeFileSync(join(folder, 'asr-stream.cmd'), WINDOWS_LAUNCHER)
  else writeFileSync(join(folder, 'asr-stream'), SHELL_LAUNCHER, { mode: 0o755 })
}

/** The program as npm packs it, already built. Gives the path. */
function packed() {
  const shelf = mkdtempSync(join(tmpdir(), 'asr-stream-packed-'))
  process.once('exit', () => rmSync(shelf, { recursive: true, force: true }))
  const told = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', shelf], { cwd: ROOT })
  return join(shelf, JSON.parse(told)[0].filename)
}

/** For macOS there is the same library twice, by two names: a link keeps both for half the size. */
function linkTwins(app) {
  const folder = join(app, runtimeFolder(PLATFORMS['darwin-arm64']))
  const twin = readdirSync(folder).find((name) => /^libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(name))
  if (twin !== undefined) linkEqual(join(folder, 'libonnxruntime.1.dylib'), join(folder, twin))
}

function linkEqual(file, twin) {
  if (statSync(file).size !== statSync(twin).size || !readFileSync(file).equals(readFileSync(twin))) return
  rmSync(twin)
  linkSync(file, twin)
}
