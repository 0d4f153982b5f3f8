import { type Evaluation, evaluationJson } from '../evaluation/evaluation.js'
import { csvReport } from '../evaluation/report/csv-report.js'
import { htmlReport } from '../evaluation/report/html-report.js'
import { svgReport } from '../evaluation/report/svg-report.js'
import { textReport } from '../evaluation/report/text-report.js'
import { alignedTexts } from '../evaluation/score.js'
import type { EvaluateFlags } from './evaluate-flags.js'
import { written } from './evaluate-targets.js'

/** Writes the files that are asked for. */
export async function writtenFiles(evaluation: Evaluation, { save, report }: EvaluateFlags): Promise<void> {
  if (save !== undefined) await written(save, `${evaluationJson(evaluation)}\n`)
  if (report !== undefined) await written(report, (/\.svg$/i.test(report) ? svgReport : htmlReport)(evaluation))
}

/** What is printed of an evaluation. */
export function printed(evaluation: Evaluation, { json, csv, errors }: EvaluateFlags): readonly string[] {
  if (json) return [evaluationJson(evaluation, 1)]
  if (csv) return csvReport(evaluation)
  const alignments = evaluation.settings.flatMap((setting) =>
    setting.recordings.flatMap((recording) => [
      '',
      `${setting.name} ${recording.name}`.trim(),
      alignedTexts(recording, process.stdout.columns),
    ]),
  )
  return [...textReport(evaluation), ...(errors ? alignments : [])]
}
