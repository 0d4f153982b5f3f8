import { dirname, join, resolve } from 'node:path'
import { UsageError } from '../core/errors.js'
import type { FormatName } from '../output/formats/names.js'
import { type PlannedOutput, STANDARD_OUTPUT } from '../output/plan-outputs.js'
import type { NamedRecording } from './find-recordings.js'

/** A recording, and what is written of it. */
export interface PlannedRecording {
  readonly recording: NamedRecording
  readonly outputs: readonly PlannedOutput[]
}

/**
 * Names outputs after recordings: `talks/a.mp3` gives `talks/a.srt`, beside it. With a folder for all outputs it is
 * `FOLDER/a.srt`, and recordings of subfolders have subfolders there.
 *
 * @param formats what is written of each
 * @param outputDir absent: beside the recordings
 * @throws UsageError when two outputs would have one name, or an output that of a recording
 */
export function nameOutputs(
  recordings: readonly NamedRecording[],
  formats: readonly FormatName[],
  outputDir?: string,
): readonly PlannedRecording[] {
  const planned = recordings.map((recording) => ({
    recording,
    outputs: formats.map((format) => ({ path: outputPath(recording, format, outputDir), format })),
  }))
  refuseSameNames(planned)
  return planned
}

/**
 * Refuses outputs of which one would replace the other, or a recording.
 * @throws UsageError
 */
export function refuseSameNames(planned: readonly PlannedRecording[]): void {
  const sources = new Map(planned.map(({ recording }) => [keyOf(recording.name), recording.name]))
  const taken = new Map<string, string>()
  for (const { recording, outputs } of planned) {
    for (const { path } of outputs) {
      if (path === STANDARD_OUTPUT) continue
      const key = keyOf(path)
      const other = taken.get(key)
      if (other === recording.name) {
        throw new UsageError(`--output gives ${path} twice`, { hint: 'leave one of them out' })
      }
      if (other !== undefined) {
        throw new UsageError(`${path} would be the output of both ${other} and ${recording.name}`, {
          hint: 'rename one of them, write to their own folders, or give the folder that has both',
        })
      }
      const source = sources.get(key)
      if (source !== undefined) {
        throw new UsageError(`the output of ${recording.name} would overwrite ${source}`, {
          hint: 'give another --format or --output-dir',
        })
      }
      taken.set(key, recording.name)
    }
  }
}

function outputPath(
  { name, within, isAddress }: NamedRecording,
  format: FormatName,
  outputDir: string | undefined,
): string {
  const base = outputDir ?? (isAddress ? '.' : dirname(name))
  const own = outputDir === undefined ? (within.split(/[\\/]/).at(-1) ?? within) : within
  return join(base, `${own.replace(/(?<=[^./\\])\.[^./\\]*$/, '')}.${format}`)
}

/** Two names that some file systems take for one are one. */
function keyOf(path: string): string {
  return resolve(path).normalize('NFC').toLowerCase()
}
