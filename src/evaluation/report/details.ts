import type { SettingResult } from '../evaluation.js'
import type { Spread } from '../summary.js'
import { percent, percentRange, seconds } from './figures.js'

/** The measures of all recordings together that have no column, with what they mean; null: there is nothing to go by. */
export function detailRows({
  summary: sum,
  peakBytes,
}: SettingResult): readonly (readonly [name: string, value: string | null])[] {
  const { errorInterval, lagging, startErrorSec, endErrorSec, longestGapWords: missed } = sum
  const triple = (values: readonly (number | null | undefined)[]) =>
    values.every((value) => value === null || value === undefined)
      ? null
      : `${values.map((one) => seconds(one)).join(', ')} s`
  return [
    [
      'errors, 95 % interval',
      errorInterval === null ? 'too little speech for one' : `${percentRange(errorInterval)} %, over ${sum.drawn}`,
    ],
    ['errors of characters', known(sum.characterErrorRate, (rate) => `${percent(rate)} %`)],
    ['lag of words, with computing', spread(sum.awareLag)],
    ['first text after the first word begins', inSeconds(sum.firstTextSec)],
    ['end of an utterance to its final text', spread(sum.finalDelay)],
    ['average lagging (AL, LAAL, YAAL)', triple([lagging?.al, lagging?.laal, lagging?.yaal])],
    ['the same by utterances', triple([lagging?.longAl, lagging?.longLaal, lagging?.longYaal])],
    [
      'the same by utterances, with computing',
      triple([lagging?.awareLongAl, lagging?.awareLongLaal, lagging?.awareLongYaal]),
    ],
    ['partial words that change', known(sum.unstableRatio, (share) => `${percent(share)} %`)],
    [
      'words where nobody speaks, a minute',
      known(sum.hallucinatedPerMinute, (count) => `${seconds(count)}, in ${seconds(sum.nonSpeechSec, 0)} s of pauses`),
    ],
    [
      'word times off by',
      known(startErrorSec, (start) => `${seconds(start)} s at starts, ${seconds(endErrorSec)} s at ends`),
    ],
    ['longest wait for text', inSeconds(sum.longestWaitSec)],
    [
      'longest run of words missed',
      `${missed} ${missed === 1 ? 'word' : 'words'}${sum.longestGapSec > 0 ? `, ${seconds(sum.longestGapSec, 1)} s` : ''}`,
    ],
    ['memory at most', `${Math.round(peakBytes / 1e6)} MB`],
  ]
}

function known(value: number | null, show: (value: number) => string): string | null {
  return value === null ? null : show(value)
}

function inSeconds(value: number | null): string | null {
  return known(value, (one) => `${seconds(one)} s`)
}

function spread(of: Spread | null): string | null {
  return of === null ? null : `${seconds(of.mean)} s mean, ${seconds(of.p95)} s 95 %`
}
