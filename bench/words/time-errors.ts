import { quantile } from '../measures.js'
import { alignedTable, percent, seconds } from '../table.js'
import type { JudgedWord } from './judged-words.js'

const NEAR_SEC = 0.1

/** How many begins and ends of right words lie within 0.1 s of the reference, and how far off they are in the median. */
export function withinTable(groups: readonly (readonly [string, readonly JudgedWord[]])[]): string {
  const header = ['mode', 'words', 'begin', 'end', 'begin, median', 'end, median', 'begin, shifted', 'end, shifted']
  const cells = groups.map(([name, judged]) => {
    const timed = judged.flatMap(({ word, said }) => (said ? [{ word, said }] : []))
    const begins = timed.map(({ word, said }) => word.begin - said.start)
    const ends = timed.map(({ word, said }) => word.end - said.end)
    const [begin, end] = [quantile(begins, 0.5), quantile(ends, 0.5)]
    const near = (errors: readonly number[], shift = 0) =>
      percent(errors.filter((error) => Math.abs(error - shift) <= NEAR_SEC).length / errors.length)
    const medians = [seconds(begin), seconds(end)]
    return [name, String(timed.length), near(begins), near(ends), ...medians, near(begins, begin), near(ends, end)]
  })
  return alignedTable(header, cells)
}
