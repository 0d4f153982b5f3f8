import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** The compiler wrote the program although it found errors; those are `npm run typecheck`'s business. */
const WRITTEN_WITH_ERRORS = 2

/** Builds the program before the tests run it, if it is missing or older than its source. */
export default function build(): void {
  const built = join(ROOT, 'dist', 'cli.js')
  if (existsSync(built) && statSync(built).mtimeMs >= newest(join(ROOT, 'src'))) return
  const compiler = join(ROOT, 'node_modules', '.bin', 'tsc')
  const { status, error } = spawnSync(compiler, ['-p', join(ROOT, 'tsconfig.build.json')], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0 && status !== WRITTEN_WITH_ERRORS) throw error ?? new Error(`the build ended with ${status}`)
}

function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return Math.max(...files.map((file) => statSync(join(folder, file)).mtimeMs))
}
