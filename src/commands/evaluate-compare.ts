import { EvaluationError } from '../core/errors.js'
import { compareSettings, differenceOf, type Evaluation, settingPairs } from '../evaluation/evaluation.js'
import { comparisonReport } from '../evaluation/report/comparison-report.js'
import { standardOutput } from '../output/writers/line-writer.js'
import type { EvaluateFlags } from './evaluate-flags.js'

/** What is compared. */
export interface Compared {
  readonly before: Evaluation
  readonly after: Evaluation
  /** Whether something was printed already. */
  readonly isSecond: boolean
}

/**
 * Prints what became better and worse.
 * @throws EvaluationError when errors rose by more than `--max-regression`, or that cannot be told
 */
export async function compareWith(
  { before, after, isSecond }: Compared,
  { maxRegression, json = false, csv = false }: EvaluateFlags,
): Promise<void> {
  const comparisons = settingPairs(before, after).map(([one, other]) => compareSettings(one, other))
  const writer = standardOutput()
  const lines = comparisons.flatMap((comparison) => ['', ...comparisonReport(comparison)])
  if (!isSecond && json) {
    const plain = comparisons.map(({ before: one, after: other, ...rest }) => ({
      before: one.name,
      after: other.name,
      ...rest,
    }))
    await writer.write(JSON.stringify(plain, null, 1))
  } else if (!json && !csv) for (const line of isSecond ? lines : lines.slice(1)) await writer.write(line)
  if (maxRegression === undefined) return
  const pairs = comparisons.filter(({ test }) => test !== null)
  if (pairs.length < comparisons.length) {
    throw new EvaluationError('errors cannot be compared: no recording is in both alike', {
      hint: 'give evaluations of the same recordings and references',
    })
  }
  const worst = comparisons.map(({ errorRate }) => 100 * differenceOf(errorRate)).sort((a, b) => b - a)[0] ?? 0
  if (worst <= maxRegression) return
  const rise = `errors rose by ${worst.toFixed(2)} percentage points`
  throw new EvaluationError(`${rise}, more than --max-regression ${maxRegression}`)
}
