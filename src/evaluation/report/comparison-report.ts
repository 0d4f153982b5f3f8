import { differenceOf, type RateChange, type SettingComparison } from '../evaluation.js'
import { percent, seconds, verdictText } from './figures.js'
import { textTable } from './text-table.js'

/** More recordings are not listed. */
const MAX_SHOWN = 12

/** What became better and worse from one evaluation to another, as lines for a terminal. */
export function comparisonReport(comparison: SettingComparison): readonly string[] {
  const { after, errorRate, lagSec, realTimeFactor, changed, left, test } = comparison
  const row = (name: string, change: RateChange, show: (value: number | null) => string) => [
    name,
    show(change.before),
    show(change.after),
    signed(show(differenceOf(change)), differenceOf(change)),
  ]
  const inPercent = (value: number | null) => percent(value)
  const inSeconds = (value: number | null) => seconds(value)
  const worse = changed.filter((one) => differenceOf(one) > 0)
  const better = changed.filter((one) => differenceOf(one) < 0).reverse()
  const list = (title: string, recordings: readonly RateChange[]) => [
    ...(recordings.length === 0 ? [] : ['', `${title}:`]),
    ...recordings.slice(0, MAX_SHOWN).map((one) => {
      const difference = signed(percent(differenceOf(one)), differenceOf(one))
      return `  ${one.name}: ${percent(one.before)} % to ${percent(one.after)} % (${difference})`
    }),
    ...(recordings.length > MAX_SHOWN ? [`  and ${recordings.length - MAX_SHOWN} more`] : []),
  ]
  return [
    ...(after.name === '' ? [] : [after.name]),
    ...textTable([
      ['', 'before', 'after', 'change'],
      row('errors %', errorRate, inPercent),
      row('lag, seconds', lagSec, inSeconds),
      row('computing', realTimeFactor, inSeconds),
    ]),
    `errors: ${verdictText(test)}${test?.interval ? `, 95 % interval of the change ${interval(test.interval)}` : ''}`,
    ...list('worse', worse),
    ...list('better', better),
    ...(left.length === 0 ? [] : ['', `not compared, because they are not in both alike: ${left.join(', ')}`]),
  ]
}

function interval([lower, upper]: readonly [number, number]): string {
  return `${signed(percent(lower), lower)} to ${signed(percent(upper), upper)}`
}

function signed(text: string, value: number): string {
  return value > 0 ? `+${text}` : text
}
