import { describe, expect, it } from 'vitest'
import { formatLine, serverLines } from '../../src/output/formats/lines.js'
import type { FormatName } from '../../src/output/formats/names.js'
import { createFormat } from '../../src/output/formats/registry.js'
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

  it('rounds what lies in the middle to the even neighbor', () => {
    expect(formatLine(0.00003125, { begin: 0.0005, end: 0.0015, text: 'x' })).toBe('0.0312 0 2 x')
  })
})

describe('a format', () => {
  it.each([
    ['srtt', 'did you mean "srt"?'],
    ['toString', 'there are: lines, jsonl, srt, vtt, txt, tsv, csv'],
    [undefined, 'there are: lines, jsonl, srt, vtt, txt, tsv, csv'],
  ])('that there is not is refused with what there is: %s', (name, hint) => {
    const create = () => createFormat(name as FormatName, { separator: '', language: 'en' })
    expect(create).toThrow(
      expect.objectContaining({ code: 'ASR_USAGE', message: `there is no format "${name}"`, hint }),
    )
  })
})

describe('lines of the server', () => {
  const said = (begin: number, end: number, text: string) => ({ begin, end, text, words: [] })

  it('have begin and end in milliseconds, and never begin before the end of the line before', () => {
    const line = serverLines(false)
    expect(line(said(0, 1.72, ' Takhle to je'))).toBe('0 1720  Takhle to je')
    expect(line(said(1.7, 2.5, 'a'))).toBe('1720 2500 a')
    expect(line(said(1, 2, 'b'))).toBe('2500 2500 b')
    expect(line(said(1, 2, 'b'))).toBe('2500 2500 b')
    expect(line(said(3, 4, 'two\nlines'))).toBe('3000 4000 two lines')
  })

  it('are those of the reference in compat: ends may lie before begins, repeated lines are left out', () => {
    const line = serverLines(true)
    expect(line(said(0, 2.5, 'a'))).toBe('0 2500 a')
    expect(line(said(1, 2, 'b'))).toBe('2500 2000 b')
    expect(line(said(2, 2.5, 'c'))).toBe('2000 2500 c')
    expect(line(said(2.5, 2.5, 'd'))).toBe('2500 2500 d')
    expect(line(said(2.5, 2.5, 'd'))).toBeNull()
  })
})
