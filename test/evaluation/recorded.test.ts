import { describe, expect, it } from 'vitest'
import { explainAt } from '../../src/evaluation/recorded/explain.js'
import { type RunRecord, readRun, runHeadLine, runRecordLine } from '../../src/evaluation/recorded/run-file.js'
import { stepLines } from '../../src/evaluation/recorded/steps.js'

const HEAD = {
  program: '1.2.3',
  date: '2026-11-27',
  audio: 'a.wav',
  separator: '',
  config: { policy: 'local-agreement' },
}
const words = (text: string, from: number) =>
  text.split(' ').map((word, i) => ({ begin: from + i, end: from + i + 0.8, text: ` ${word}` }))
const segment = (text: string, begin: number) => ({
  begin,
  end: words(text, begin).at(-1)!.end,
  text: ` ${text}`,
  words: words(text, begin),
})
const progress = (takenSec: number): RunRecord => ({
  type: 'progress',
  clockSec: takenSec,
  takenSec,
  recognizedSec: takenSec,
  lagSec: 0,
  computingSec: 0,
})
const heard = (text: string, fromSec: number, audioSec: number): RunRecord => ({
  type: 'hypothesis',
  clockSec: fromSec + audioSec,
  fromSec,
  audioSec,
  prompt: '',
  words: words(text, fromSec),
  segmentEnds: [],
  ended: null,
})
const END: RunRecord = {
  type: 'end',
  clockSec: 6,
  reason: 'complete',
  ledger: { sums: [], entries: [], lifts: [] },
  timings: [],
}
const RECORDS: readonly RunRecord[] = [
  progress(3),
  heard('it saw the', 0, 3),
  { type: 'text-partial', clockSec: 3, segment: segment('it saw the', 0) },
  progress(4),
  heard('it was the best', 0, 4),
  { type: 'text-final', clockSec: 4, segment: segment('it', 0), emittedAt: 4 },
  { type: 'text-partial', clockSec: 4, segment: segment('was the best', 1) },
  progress(5),
  heard('it was the best of', 0, 5),
  { type: 'text-final', clockSec: 5, segment: segment('was the best', 1), emittedAt: 5 },
  { type: 'text-partial', clockSec: 5, segment: segment('of', 4) },
  progress(6),
  heard('of times', 4, 2),
  { type: 'text-final', clockSec: 6, segment: segment('of times', 4), emittedAt: 6 },
  { type: 'text-partial', clockSec: 6, segment: null },
  END,
]
const FILE = `${[runHeadLine(HEAD), ...RECORDS.map(runRecordLine)].join('\n')}\n`

describe('a recorded run', () => {
  const run = readRun('run.jsonl', FILE)

  it('is read as it was written', () => {
    expect(run.records).toEqual(RECORDS)
    expect(run.head).toMatchObject(HEAD)
  })

  it('is read when it was cut off in a line, and with lines of later kinds', () => {
    expect(readRun('run.jsonl', `${FILE}{"type":"text-fi`).records).toEqual(RECORDS)
    expect(stepLines(readRun('run.jsonl', `${FILE}{"type":"weather"}\n{"type":"toString"}\n`))).toEqual(stepLines(run))
    expect(readRun('run.jsonl', `\ufeff${FILE.replaceAll('\n', '\r\n')}`).records).toEqual(RECORDS)
  })

  it.each([
    ['{"kind": "other"}\n', /not a recorded run/],
    [FILE.replace('"version":1', '"version":2'), /version 2/],
    [FILE.replace('"type":"progress"', '"x":"progress"'), /line 2: it does not say what it is/],
    [`${FILE}nonsense\n`, /line 18: it is not JSON/],
    [FILE.replace('"version":1', '"version":"1"'), /not a recorded run/],
    [FILE.replace('"separator":""', '"separator":1'), /line 1: separator is missing or of another kind/],
    [`${FILE}{"type":"text-final","clockSec":1}\n`, /line 18: segment is missing or of another kind/],
    [`${FILE}{"type":"hypothesis","clockSec":1,"fromSec":0,"audioSec":1,"words":[5]}\n`, /line 18: words\.0 is/],
    [`${FILE}{"type":"gap","clockSec":1,"begin":1e999,"end":2,"reason":""}\n`, /line 18: begin is/],
  ])('is refused when it is broken', (text, message) => {
    expect(() => readRun('run.jsonl', text)).toThrow(message)
  })

  it('shows update by update what was heard, made final and cut', () => {
    const lines = stepLines(run)
    expect(lines.slice(0, 4)).toEqual([
      'update 1, 3.00 s of audio taken',
      '  audio     0.00 s to 3.00 s',
      '  heard     it saw the',
      '  partial   it saw the',
    ])
    expect(lines).toContain('  final     was the best (1.00 s to 3.80 s)')
    expect(lines).toContain('  cut       0.00 s to 4.00 s')
  })

  it('says why a word came when it came', () => {
    expect(explainAt(run, 1.2)).toEqual([
      '"was" was said from 1.00 s to 1.80 s, and became final at 5.00 s, 3.20 s after its end.',
      'Update 1, at 3.00 s, with audio up to 3.00 s, heard "saw" there, which disagrees.',
      'Update 2, at 4.00 s, with audio up to 4.00 s, heard "was" there.',
      'Update 3, at 5.00 s, with audio up to 5.00 s, heard "was" there.',
      'LocalAgreement made it final in update 3: that update and the one before it agree on it and on all before it.',
      'Its audio was cut from the buffer before update 4, at 6.00 s.',
    ])
    expect(explainAt(run, 5.3).at(-1)).toMatch(/last update/)
    const cutOff = { ...run, records: RECORDS.slice(0, -1) }
    expect(explainAt(cutOff, 5.3).join(' ')).not.toMatch(/last update/)
    expect(explainAt(run, 60)).toEqual([
      'There is no final word near 60.00 s.',
      'Final words are from 0.00 s to 5.80 s.',
    ])
  })

  it('says what before a word was not agreed on when the word itself was', () => {
    expect(explainAt(run, 2.5)).toContain('Updates 1 and 2 both heard it, but not the same before it: "saw" and "was".')
    expect(explainAt(run, 1.2).join(' ')).not.toMatch(/both heard it/)
  })

  it('says what AlignAtt waits for', () => {
    const config = { policy: 'alignatt', frameThreshold: 25 }
    const records = [
      progress(2),
      { ...heard('it', 0, 2), ended: 'attention' } as RunRecord,
      { type: 'text-final', clockSec: 2, segment: segment('it', 0), emittedAt: 2 } as RunRecord,
      progress(3),
      { ...heard('was', 0, 3), ended: 'text' } as RunRecord,
      { type: 'text-final', clockSec: 3, segment: segment('was', 1), emittedAt: 3 } as RunRecord,
      END,
    ]
    const talk = { ...run, head: { ...run.head, config }, records }
    expect(explainAt(talk, 0.5).slice(-2)).toEqual([
      'AlignAtt makes a word final in the first update in which the model does not look at the last 25 frames (0.50 s) of the audio for it.',
      'The model ended that update because it had come so near to the end of the audio.',
    ])
    expect(explainAt(talk, 1.5).at(-1)).toMatch(/^It is in the last update/)
  })
})
