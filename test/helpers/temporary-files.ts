import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Gives the tests, and every program that they start, a temporary folder of their own, and fails when something is left
 * in it: by a test, by the program, or by a library.
 */
export default function ownTemporaryFolder(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'asr-stream-suite-'))
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder
  return () => {
    const left = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => !isOfTools(path))
    rmSync(folder, { recursive: true, force: true })
    if (left.length === 0) return
    process.exitCode = 1
    throw new Error(`left in the temporary folder by tests or by the program:\n${left.slice(0, 20).join('\n')}`)
  }
}

/** What runs the tests keeps some things there: tsx what it has compiled, V8 what it has covered. */
function isOfTools(path: string): boolean {
  return /^(tsx-|node-compile-cache|node-coverage|v8-)/.test(path)
}
