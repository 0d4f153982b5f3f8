import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './imports.js'
import { temporaryFolder } from './program.js'

/**
 * A copy of the built program whose models and packages are links, each of which may be replaced.
 * @returns its folder
 */
export function programCopy(): string {
  const folder = temporaryFolder()
  for (const name of ['bin', 'dist', 'package.json']) cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  for (const name of ['models', 'node_modules']) {
    mkdirSync(join(folder, name))
    for (const entry of readdirSync(join(ROOT, name), { withFileTypes: true })) {
      if (entry.isDirectory() && !entry.name.startsWith('.')) {
        symlinkSync(join(ROOT, name, entry.name), join(folder, name, entry.name), 'junction')
      }
    }
  }
  return folder
}
