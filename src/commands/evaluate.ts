import { EvaluationError, UsageError } from '../core/errors.js'
import type { Evaluation } from '../evaluation/evaluation.js'
import { standardOutput } from '../output/writers/line-writer.js'
import type { CommandRun } from './configure.js'
import { compareWith } from './evaluate-compare.js'
import { comparedEvaluations } from './evaluate-files.js'
import type { EvaluateFlags } from './evaluate-flags.js'
import { printed, writtenFiles } from './evaluate-output.js'
import { runEvaluation } from './evaluate-run.js'
import { checkWritable } from './evaluate-targets.js'
import { refuseRecognition } from './judge-options.js'

/** `asr-stream evaluate FILE | FOLDER | MANIFEST`: errors, lag and stability, by recording, group and in sum. */
export async function evaluateCommand(path: string | undefined, flags: EvaluateFlags, run: CommandRun): Promise<void> {
  const { compare = [], maxRegression } = flags
  if (path === undefined && compare.length !== 2) {
    throw new UsageError('no recording is given', {
      hint: 'give a recording, a folder or a manifest, or --compare with two files; see asr-stream evaluate --help',
    })
  }
  if (path === undefined && flags.csv) {
    throw new UsageError('a comparison is not printed as CSV', { hint: 'leave out --csv, or give --json' })
  }
  if (maxRegression !== undefined && compare.length === 0) {
    throw new UsageError('--max-regression has nothing to compare with', { hint: 'give --compare FILE as well' })
  }
  if (path === undefined) refuseRecognition(flags, run.given, 'two evaluations are compared, nothing is recognized')
  const [before, other] = await comparedEvaluations(flags, path !== undefined)
  if (path === undefined) {
    if (before && other) await compareWith({ before, after: other, isSecond: false }, flags)
    return
  }
  await checkWritable(flags)
  const { evaluation, error } = await runEvaluation(path, flags, run)
  // First the files: who reads the output may leave early, and what was computed must not be lost.
  const unwritten = await writtenFiles(evaluation, flags).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  const isEmpty = evaluation.settings.every(({ recordings }) => recordings.length === 0)
  const writer = standardOutput()
  if (!isEmpty || flags.json || flags.csv) for (const line of printed(evaluation, flags)) await writer.write(line)
  if (unwritten !== undefined) throw unwritten
  if (error !== undefined) throw error
  if (before) await compareWith({ before, after: evaluation, isSecond: true }, flags)
  refuseFailures(evaluation)
}

/** @throws EvaluationError when a recording is not measured under a setting */
function refuseFailures({ settings }: Evaluation): void {
  const untried = settings.find(({ recordings, failed }) => recordings.length === 0 && failed.length === 1)
  const failed = settings.flatMap((setting) => setting.failed)
  const [first] = failed
  if (first === undefined) return
  if (untried !== undefined && untried.name !== '') {
    throw new EvaluationError(`with ${untried.name} nothing is measured: ${untried.failed[0]?.reason}`)
  }
  const what = failed.length === 1 ? 'a recording is' : `${failed.length} recordings are`
  throw new EvaluationError(`${what} not measured; ${first.name}: ${first.reason}`)
}
