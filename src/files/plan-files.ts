import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { UsageError } from '../core/errors.js'
import type { FormatName } from '../output/formats/names.js'
import { planOutputs, STANDARD_OUTPUT } from '../output/plan-outputs.js'
import { checkWritten, type ReadFile } from '../output/writers/check-written.js'
import { writeError } from '../output/writers/line-writer.js'
import type { NamedRecording } from './find-recordings.js'
import { nameOutputs, type PlannedRecording, refuseSameNames } from './name-outputs.js'

/** What is asked for besides recordings. */
export interface FileWishes {
  /** As `--output` has them. */
  readonly output: readonly string[]
  /** As `--format` has them. */
  readonly formats: readonly FormatName[]
  readonly outputDir: string | undefined
  /** Whether there are, or might have been, several recordings. */
  readonly hasSeveral: boolean
}

/** Formats of which several texts can stand one after the other. */
const JOINABLE: readonly FormatName[] = ['lines', 'jsonl', 'txt']
/** What is written into a folder where no format is given. */
const FOLDER_FORMAT: FormatName = 'txt'

/**
 * Which outputs recordings have: files named after them where a format or a folder is given, else lines on standard output.
 * @throws UsageError when outputs do not go with several recordings, or with each other
 */
export function planFiles(recordings: readonly NamedRecording[], wishes: FileWishes): readonly PlannedRecording[] {
  const { output, formats, outputDir, hasSeveral } = wishes
  const [format, second] = formats
  const isPrinted = output.length === 1 && output[0] === STANDARD_OUTPUT && outputDir === undefined
  if (output.length > 0 && second !== undefined) {
    throw new UsageError(`--output goes with one --format, not with ${formats.join(',')}`, {
      hint: 'leave out --output: outputs are named after the recording',
    })
  }
  if (hasSeveral && isPrinted && format !== undefined && !JOINABLE.includes(format)) {
    throw new UsageError(`standard output cannot have several recordings as ${format}`, {
      hint: `leave out --output: each gets a file; or give --format ${JOINABLE.join(', ')}`,
    })
  }
  if (isPrinted || (output.length === 0 && formats.length === 0 && outputDir === undefined)) {
    const outputs = [{ path: STANDARD_OUTPUT, format: format ?? 'lines' }]
    return recordings.map((recording) => ({ recording, outputs }))
  }
  if (output.length > 0) {
    if (hasSeveral || outputDir !== undefined) throw outputForOne(output[0] ?? '', outputDir)
    const planned = recordings.map((recording) => ({ recording, outputs: planOutputs(output, format) }))
    refuseSameNames(planned)
    return planned
  }
  return nameOutputs(recordings, formats.length === 0 ? [FOLDER_FORMAT] : formats, outputDir)
}

/**
 * Looks at outputs before anything is computed.
 *
 * @param others files that are read beside the recordings
 * @throws UsageError when one is read as well or is another, by whatever name; OutputError when it is there and must not be replaced, or its
 *   folder cannot be made
 */
export async function checkFileOutputs(
  planned: readonly PlannedRecording[],
  others: readonly ReadFile[],
  clobber: boolean,
): Promise<void> {
  for (const { recording, outputs } of planned) {
    const files = outputs.map(({ path }) => ({ path, option: '--output' }))
    await checkWritten(files, recording.isAddress ? undefined : recording.name, others, clobber)
    for (const { path } of outputs) if (path !== STANDARD_OUTPUT) await makeFolder(dirname(path))
  }
}

/**
 * Makes a folder, and those that it is in.
 * @throws OutputError when it cannot be made
 */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause) => Promise.reject(writeError(folder, cause)))
}

function outputForOne(output: string, outputDir: string | undefined): UsageError {
  if (outputDir !== undefined) {
    return new UsageError(`--output ${output} and --output-dir exclude each other`, {
      hint: 'leave one of them out; --format says what is written into the folder',
    })
  }
  return new UsageError(`--output ${output} is for one recording`, {
    hint: 'give --format srt or the like: outputs are named after the recordings, in --output-dir if it is given',
  })
}
