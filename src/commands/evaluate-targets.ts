import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { OutputError } from '../core/errors.js'
import { writeWhole } from '../output/writers/aside-writer.js'
import { refuseOneFileTwice, refuseOverwriting } from '../output/writers/overwriting.js'
import type { TrialRecording } from '../trials/corpus.js'
import type { EvaluateFlags } from './evaluate-flags.js'

/** The files that an evaluation is written to, each with the option that names it. */
function targets({ save, report }: EvaluateFlags): readonly (readonly [option: string, path: string])[] {
  return [
    ...(save === undefined ? [] : [['--save', save] as const]),
    ...(report === undefined ? [] : [['--report', report] as const]),
  ]
}

/**
 * Sees to it before anything is computed that what is to be written can be.
 * @throws OutputError when it cannot; UsageError when both are one file
 */
export async function checkWritable(flags: EvaluateFlags): Promise<void> {
  await refuseOneFileTwice(targets(flags).map(([option, path]) => ({ option, path })))
  for (const [, path] of targets(flags)) {
    if ((await stat(path).catch(() => null))?.isDirectory()) {
      throw new OutputError(`${path} cannot be written: it is a folder`, { hint: 'give the path of a file' })
    }
    await access(dirname(path), constants.W_OK).catch((cause: unknown) => {
      throw new OutputError(`${path} cannot be written: there is no folder for it, or it is read-only`, {
        cause,
        hint: 'give another path',
      })
    })
  }
}

/**
 * Sees to it that what is written replaces no recording, and nothing that says what is said in one.
 * @throws UsageError when it would
 */
export async function refuseReplacing(recordings: readonly TrialRecording[], flags: EvaluateFlags): Promise<void> {
  const references = [...new Set(recordings.map(({ reference }) => reference))]
  for (const [option, path] of targets(flags)) {
    for (const { audio } of recordings) await refuseOverwriting(audio, path, option, 'a recording')
    for (const reference of references) await refuseOverwriting(reference, path, option, 'a reference')
  }
}

/**
 * Writes a file that appears whole; one that is there stays as it is until then.
 * @throws OutputError when it cannot be written
 */
export function written(path: string, content: string): Promise<void> {
  return writeWhole(path, new TextEncoder().encode(content), true)
}
