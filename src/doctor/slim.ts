import { access, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Machine } from '../backends/onnx/runtime-failure.js'
import { BackendError } from '../core/errors.js'
import { megabytes } from '../models/sizes.js'
import { type PlatformFolder, RUNTIME_PACKAGE, type RuntimeFiles, runtimeFiles } from './runtime-files.js'

/** What can be removed. */
export interface SlimPlan {
  readonly folder: string
  readonly kept: PlatformFolder
  readonly removed: readonly PlatformFolder[]
}

/**
 * Finds the files of ONNX Runtime for other platforms. Nothing is removed.
 *
 * @param program the folder of this program's package
 * @throws BackendError where it cannot be told that they are nobody else's, and where those for this machine are not there
 */
export async function planSlimming(program: string, machine: Machine = process): Promise<SlimPlan> {
  const files = await runtimeFiles(program, machine)
  if (files === null) {
    throw new BackendError('ONNX Runtime is not installed: there is nothing to remove', {
      hint: 'run "asr-stream doctor"',
    })
  }
  const { folder, owner, platforms } = files
  if (owner !== 'asr-stream') throw refusal(files)
  const kept = platforms.find(({ isOurs }) => isOurs)
  if (kept === undefined || !(await isThere(join(kept.path, 'onnxruntime_binding.node')))) {
    throw new BackendError(
      `${folder} has no files for ${machine.platform} ${machine.arch}: nothing is removed, because nothing would be left`,
      { hint: 'run "asr-stream doctor --fix" first' },
    )
  }
  return { folder, kept, removed: platforms.filter((one) => one !== kept) }
}

/** Removes what the plan says. */
export async function slim({ removed }: SlimPlan): Promise<void> {
  for (const { path } of removed) await rm(path, { recursive: true })
}

function refusal({ folder, owner, platforms }: RuntimeFiles): BackendError {
  const others = platforms.filter(({ isOurs }) => !isOurs)
  const size = megabytes(others.reduce((sum, { bytes }) => sum + bytes, 0))
  const whose =
    owner === 'project'
      ? 'it is in the node_modules of a project, whose other packages may need it'
      : 'it is not clear whose it is'
  return new BackendError(`${folder} is left alone: ${whose}`, {
    hint: `if nobody does, delete ${others.map(({ name }) => name.replace(' ', '/')).join(', ')} in ${join(folder, 'bin', 'napi-v6')} (${size}), a part of ${RUNTIME_PACKAGE}`,
  })
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
