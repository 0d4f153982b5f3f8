import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runNpm } from '../backends/npm.js'
import { runtimeAvailability } from '../backends/onnx/runtime-failure.js'
import { messageOf } from '../core/errors.js'
import { checkFiles, localModel } from '../models/inventory.js'
import { EMBEDDED_MODEL_NAME } from '../models/local.js'
import type { HubSettings } from '../models/settings.js'
import { megabytes } from '../models/sizes.js'
import type { Finding, Repair } from './finding.js'
import { RUNTIME_PACKAGE, type RuntimeFiles, runtimeFiles } from './runtime-files.js'

const REINSTALL = 'install it again: npm install -g asr-stream --ignore-scripts'
/** What its package has to be worth a word, in bytes. */
const MANY_BYTES = 50e6

/**
 * Looks whether what was installed is whole: ONNX Runtime for this machine, and the model that is included.
 * @param program the folder of this program's package
 */
export async function checkInstallation(program: string, settings: HubSettings): Promise<readonly Finding[]> {
  return [await checkRuntime(program), await checkIncluded(settings)]
}

async function checkRuntime(program: string): Promise<Finding> {
  const files = await runtimeFiles(program)
  const where = `${process.platform} ${process.arch}`
  if (files === null) {
    const message = `ONNX Runtime is not installed: the package ${RUNTIME_PACKAGE} is missing`
    return { area: 'install', state: 'failed', message, hint: REINSTALL }
  }
  const availability = runtimeAvailability()
  if (!availability.available) {
    const { reason, install } = availability
    // Only where there are such files at all.
    const repair = install === undefined ? {} : { repair: fetchRuntime(files) }
    const hint = install === undefined ? {} : { hint: 'run "asr-stream doctor --fix", or install it again' }
    return { area: 'install', state: 'failed', message: reason, ...hint, ...repair }
  }
  const others = files.platforms.filter(({ isOurs }) => !isOurs).reduce((sum, { bytes }) => sum + bytes, 0)
  const message = `ONNX Runtime ${files.version} for ${where}, Node.js ${process.versions.node}`
  const details = { onnxRuntime: files.version, node: process.versions.node, otherPlatformsBytes: others }
  if (others < MANY_BYTES || files.owner !== 'asr-stream') return { area: 'install', state: 'ok', message, details }
  const hint = `${megabytes(others)} of it are for other platforms; "asr-stream doctor --slim" removes them`
  return { area: 'install', state: 'ok', message, hint, details }
}

/** Only a copy of what npm has checked: npm itself does not see that files of a package are missing. */
function fetchRuntime({ folder, version }: RuntimeFiles): Repair {
  const spec = `${RUNTIME_PACKAGE}@${version}`
  const place = join('bin', 'napi-v6', process.platform, process.arch)
  return {
    what: `download ${spec} by npm (about 100 MB), and copy ${place} of it into ${folder}`,
    async run(signal) {
      const work = await mkdtemp(join(tmpdir(), 'asr-stream-'))
      try {
        const args = ['install', spec, '--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund']
        await runNpm({ folder: work, args, place: 'a temporary folder' }, signal)
        await cp(join(work, 'node_modules', RUNTIME_PACKAGE, place), join(folder, place), { recursive: true })
      } finally {
        await rm(work, { recursive: true, force: true })
      }
    },
  }
}

async function checkIncluded(settings: HubSettings): Promise<Finding> {
  try {
    const model = await localModel(EMBEDDED_MODEL_NAME, null, settings)
    const files = model === null ? [] : await checkFiles(model, settings)
    const damaged = files.filter(({ whole }) => whole === false).map(({ path }) => path)
    if (files.length > 0 && damaged.length === 0) {
      return { area: 'install', state: 'ok', message: `the included model ${EMBEDDED_MODEL_NAME} is whole` }
    }
    const what = files.length === 0 ? 'is not there' : `is damaged: ${damaged.join(', ')}`
    const message = `the included model ${EMBEDDED_MODEL_NAME} ${what}`
    return { area: 'install', state: 'failed', message, hint: REINSTALL }
  } catch (error) {
    const message = `the included model ${EMBEDDED_MODEL_NAME} cannot be read: ${messageOf(error)}`
    return { area: 'install', state: 'failed', message, hint: REINSTALL }
  }
}
