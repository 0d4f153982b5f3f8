import { EvaluationError, UsageError } from '../core/errors.js'
import { type Evaluation, evaluationJson } from '../evaluation/evaluation.js'
import { csvReport } from '../evaluation/report/csv-report.js'
import { htmlReport } from '../evaluation/report/html-report.js'
import { svgReport } from '../evaluation/report/svg-report.js'
import { textReport } from '../evaluation/report/text-report.js'
import { alignedTexts } from '../evaluation/score.js'
import { standardOutput } from '../output/writers/line-writer.js'
import type { CommandRun } from './configure.js'
import { compareWith } from './evaluate-compare.js'
import { checkWritable, comparedEvaluations, written } from './evaluate-files.js'
import type { EvaluateFlags } from './evaluate-flags.js'
import { runEvaluation } from './evaluate-run.js'

/** `asr-stream evaluate FILE | FOLDER | MANIFEST`: errors, lag and stability, by recording, group and in sum. */
export async function evaluateCommand(path: string | undefined, flags: EvaluateFlags, run: CommandRun): Promise<void> {
  const { compare = [], save, report } = flags
  if (path === undefined && compare.length !== 2) {
    throw new UsageError('no recording is given', {
      hint: 'give a recording, a folder or a manifest, or --compare with two files; see asr-stream evaluate --help',
    })
  }
  const [before, other] = await comparedEvaluations(flags, path !== undefined)
  if (path === undefined) {
    if (before && other) await compareWith({ before, after: other, isSecond: false }, flags)
    return
  }
  await checkWritable([save, report])
  const evaluation = await runEvaluation(path, flags, run)
  const failed = evaluation.settings.flatMap((setting) => setting.failed)
  const isEmpty = evaluation.settings.every(({ recordings }) => recordings.length === 0)
  const writer = standardOutput()
  if (!isEmpty || flags.json || flags.csv) for (const line of printed(evaluation, flags)) await writer.write(line)
  if (save !== undefined) await written(save, `${evaluationJson(evaluation)}\n`)
  if (report !== undefined) await written(report, (/\.svg$/i.test(report) ? svgReport : htmlReport)(evaluation))
  if (before) await compareWith({ before, after: evaluation, isSecond: true }, flags)
  const [first] = failed
  if (first === undefined) return
  const what = failed.length === 1 ? 'a recording is' : `${failed.length} recordings are`
  throw new EvaluationError(`${what} not measured; ${first.name}: ${first.reason}`)
}

function printed(evaluation: Evaluation, { json, csv, errors }: EvaluateFlags): readonly string[] {
  if (json) return [evaluationJson(evaluation, 1)]
  if (csv) return csvReport(evaluation)
  const alignments = evaluation.settings.flatMap((setting) =>
    setting.recordings.flatMap(({ name, said, text, normalizer }) => [
      '',
      `${setting.name} ${name}`.trim(),
      alignedTexts(said, text, normalizer),
    ]),
  )
  return [...textReport(evaluation), ...(errors ? alignments : [])]
}
