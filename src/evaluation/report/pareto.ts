import type { SettingResult } from '../evaluation.js'

/** Settings to which no other is better in one of errors and lag, and as good in the other; by lag. */
export function paretoFront(settings: readonly SettingResult[]): readonly SettingResult[] {
  const placed = settings.flatMap((setting) => {
    const { errorRate, lag } = setting.summary
    return errorRate === null || lag === null ? [] : [{ setting, errors: errorRate, lag: lag.mean }]
  })
  const isBeaten = (one: (typeof placed)[number]) =>
    placed.some(({ errors, lag }) => errors <= one.errors && lag <= one.lag && (errors < one.errors || lag < one.lag))
  return placed
    .filter((one) => !isBeaten(one))
    .sort((a, b) => a.lag - b.lag)
    .map(({ setting }) => setting)
}
