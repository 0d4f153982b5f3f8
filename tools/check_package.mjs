// Packs the package and looks at the tarball as others do: publint reads its package.json, Are The Types Wrong resolves its
// types. CommonJS is left out there: the package is ECMAScript modules only (docs/decisions). Wants dist/: `npm run build`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'asr-stream-package-'))
try {
  run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder])
  const [tarball] = readdirSync(folder).map((name) => join(folder, name))
  run('publint', ['run', tarball, '--strict'])
  run('attw', [tarball, '--profile', 'esm-only', '--format', 'ascii'])
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Runs a program of npm's path; what it finds, it prints. */
function run(program, args) {
  const { status, error } = spawnSync(program, args, {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (error) throw error
  if (status !== 0) process.exitCode = 1
}
