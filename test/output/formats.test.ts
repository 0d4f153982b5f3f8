import { describe, expect, it } from 'vitest'
import { formatLine } from '../../src/output/formats.js'
import { loadConformance } from '../helpers/shared-files.js'

interface FormatCase {
  readonly now: number
  readonly begin: number | null
  readonly end: number | null
  readonly text: string
  readonly line: string | null
}

describe('formatLine', () => {
  it.each(loadConformance<FormatCase>('output_format'))('$line', ({ now, begin, end, text, line }) => {
    expect(formatLine(now, begin === null || end === null ? null : { begin, end, text })).toBe(line)
  })

  it('rounds what lies in the middle to the even neighbour', () => {
    expect(formatLine(0.00003125, { begin: 0.0005, end: 0.0015, text: 'x' })).toBe('0.0312 0 2 x')
  })
})
