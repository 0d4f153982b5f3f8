import { realpathSync } from 'node:fs'
import { backendElsewhere } from '../backends/elsewhere.js'
import { planInstallation } from '../backends/installation.js'
import { runNpm } from '../backends/npm.js'
import { createRegistry } from '../backends/registry.js'
import { findLibrary, fittingLibrary, loadLibrary, PROGRAM_FOLDER } from '../backends/transformers/library.js'
import { BackendError, UsageError } from '../core/errors.js'
import { standardOutput } from '../output/writers/line-writer.js'

const COST = '177 MB on disk: onnxruntime-web 141, sharp 20, itself 16'

/**
 * `asr-stream backends install NAME`: installs what a backend needs and is not that is included, where this program finds it,
 * and sees that it loads.
 *
 * @throws UsageError when there is nothing to install for that name
 * @throws BackendError when npm fails, or what it installed does not load
 */
export async function installBackend(name: string, isDry: boolean, signal: AbortSignal): Promise<void> {
  if (name !== 'transformers') throw nothingToInstall(name)
  const writer = standardOutput()
  const found = findLibrary()
  if ('file' in found && !isDry) {
    loadLibrary(found.file)
    return writer.write(`installed already: ${found.file}`)
  }
  const spec = fittingLibrary()
  const plan = planInstallation(spec, realpathSync(PROGRAM_FOLDER))
  for (const line of [`${spec} takes ${COST}`, `it goes into ${plan.place}:`, `  cd ${quoted(plan.folder)}`]) {
    await writer.write(line)
  }
  await writer.write(`  npm ${plan.args.join(' ')}`)
  if (isDry) return
  await runNpm(plan, signal)
  const installed = findLibrary()
  if (!('file' in installed)) {
    throw new BackendError(`npm has run, but ${installed.reason}`, {
      hint: 'run it by hand in the folder where asr-stream is installed',
    })
  }
  loadLibrary(installed.file)
  await writer.write(`installed, and it loads: asr-stream --backend ${name} speech.wav`)
}

function nothingToInstall(name: string): UsageError {
  const isThere = createRegistry()
    .listLoaders()
    .some((one) => one.name === name)
  if (isThere) return new UsageError(`the backend ${name} is included`, { hint: 'it needs no installation' })
  const hint = backendElsewhere(name) ?? 'it can install transformers; "asr-stream backends" says what a plugin needs'
  return new UsageError(`there is no backend "${name}" to install`, { hint })
}

function quoted(path: string): string {
  return /\s/.test(path) ? JSON.stringify(path) : path
}
