import { readFile } from 'node:fs/promises'
import { EvaluationError, InputError, messageOf, UsageError } from '../core/errors.js'
import {
  compareSettings,
  differenceOf,
  type Evaluation,
  readEvaluation,
  settingPairs,
} from '../evaluation/evaluation.js'
import { comparisonReport } from '../evaluation/report/comparison-report.js'
import { standardOutput } from '../output/writers/line-writer.js'
import type { EvaluateFlags } from './evaluate-options.js'

/**
 * Prints what became better and worse, between two files, or from a file to what was just measured.
 *
 * @param now what was just measured; null: two files are compared
 * @throws EvaluationError when errors rose by more than `--max-regression`
 */
export async function compareWith(now: Evaluation | null, flags: EvaluateFlags): Promise<void> {
  const { compare = [], maxRegression, json = false } = flags
  if (compare.length !== (now === null ? 2 : 1)) {
    throw new UsageError(`--compare has ${compare.length} files`, {
      hint: 'give it two files, or one and recordings before it: asr-stream evaluate FOLDER --compare FILE',
    })
  }
  const [before, after = now] = await Promise.all(compare.map(read))
  if (before === undefined || !after) return
  const comparisons = settingPairs(before, after).map(([one, other]) => compareSettings(one, other))
  const writer = standardOutput()
  const lines = comparisons.flatMap((comparison) => ['', ...comparisonReport(comparison)])
  if (now === null && json) {
    const plain = comparisons.map(({ before: one, after: other, ...rest }) => ({
      before: one.name,
      after: other.name,
      ...rest,
    }))
    await writer.write(JSON.stringify(plain, null, 1))
  } else if (!json && !flags.csv) for (const line of now === null ? lines.slice(1) : lines) await writer.write(line)
  if (maxRegression === undefined) return
  const worst = comparisons.map(({ errorRate }) => 100 * differenceOf(errorRate)).sort((a, b) => b - a)[0] ?? 0
  if (worst <= maxRegression) return
  throw new EvaluationError(`errors rose by ${worst.toFixed(2)} percent, more than --max-regression ${maxRegression}`)
}

async function read(path: string): Promise<Evaluation> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new InputError(`cannot read ${path}: ${messageOf(cause)}`, { cause, code: 'ASR_INPUT_MISSING' })
  })
  return readEvaluation(path, text)
}
