import type { Evaluation } from '../evaluation.js'
import { type ScoreSummary, summarize } from '../summary.js'
import { csvLines } from './csv-lines.js'

const COLUMNS: readonly (readonly [name: string, value: (sum: ScoreSummary) => number | null])[] = [
  ['duration_sec', (sum) => sum.durationSec],
  ['word_error_rate', (sum) => sum.wordErrorRate],
  ['character_error_rate', (sum) => sum.characterErrorRate],
  ['matches', (sum) => (sum.words ?? sum.characters).matches],
  ['substitutions', (sum) => (sum.words ?? sum.characters).substitutions],
  ['deletions', (sum) => (sum.words ?? sum.characters).deletions],
  ['insertions', (sum) => (sum.words ?? sum.characters).insertions],
  ['error_rate_low', (sum) => sum.errorInterval?.[0] ?? null],
  ['error_rate_high', (sum) => sum.errorInterval?.[1] ?? null],
  ['lag_mean_sec', (sum) => sum.lag?.mean ?? null],
  ['lag_median_sec', (sum) => sum.lag?.median ?? null],
  ['lag_p95_sec', (sum) => sum.lag?.p95 ?? null],
  ['aware_lag_mean_sec', (sum) => sum.awareLag?.mean ?? null],
  ['aware_lag_p95_sec', (sum) => sum.awareLag?.p95 ?? null],
  ['first_text_sec', (sum) => sum.firstTextSec],
  ['final_delay_mean_sec', (sum) => sum.finalDelay?.mean ?? null],
  ['al_sec', (sum) => sum.lagging?.al ?? null],
  ['laal_sec', (sum) => sum.lagging?.laal ?? null],
  ['long_al_sec', (sum) => sum.lagging?.longAl ?? null],
  ['long_laal_sec', (sum) => sum.lagging?.longLaal ?? null],
  ['long_yaal_sec', (sum) => sum.lagging?.longYaal ?? null],
  ['unstable_ratio', (sum) => sum.unstableRatio],
  ['hallucinated_words_per_minute', (sum) => sum.hallucinatedPerMinute],
  ['word_start_error_sec', (sum) => sum.startErrorSec],
  ['word_end_error_sec', (sum) => sum.endErrorSec],
  ['longest_wait_sec', (sum) => sum.longestWaitSec],
  ['longest_gap_words', (sum) => sum.longestGapWords],
  ['longest_gap_sec', (sum) => sum.longestGapSec],
  ['real_time_factor', (sum) => sum.realTimeFactor],
]

/** An evaluation as CSV: a row for each recording under each setting, for each group, and for all. */
export function csvReport({ settings }: Evaluation): readonly string[] {
  const values = (sum: ScoreSummary) =>
    COLUMNS.map(([, value]) => {
      const number = value(sum)
      return number === null || !Number.isFinite(number) ? null : Number(number.toFixed(6))
    })
  return csvLines([
    ['setting', 'what', 'name', ...COLUMNS.map(([name]) => name)],
    ...settings.flatMap(({ name, recordings, groups, summary }) => [
      ...recordings.map((one) => [name, 'recording', one.name, ...values(summarize([one]))]),
      ...Object.entries(groups).map(([group, sum]) => [name, 'group', group, ...values(sum)]),
      [name, 'all', '', ...values(summary)],
    ]),
  ])
}
