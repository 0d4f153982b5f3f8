import { describe, expect, it } from 'vitest'
import {
  compareSettings,
  type Evaluation,
  evaluationJson,
  evaluationOf,
  readEvaluation,
  settingPairs,
  settingResult,
} from '../../src/evaluation/evaluation.js'
import { RunCollector } from '../../src/evaluation/material/run.js'
import { utterancesOf } from '../../src/evaluation/material/spoken.js'
import { comparisonReport } from '../../src/evaluation/report/comparison-report.js'
import { csvReport } from '../../src/evaluation/report/csv-report.js'
import { htmlReport } from '../../src/evaluation/report/html-report.js'
import { paretoFront } from '../../src/evaluation/report/pareto.js'
import { svgReport } from '../../src/evaluation/report/svg-report.js'
import { textReport } from '../../src/evaluation/report/text-report.js'
import { scoreRecording } from '../../src/evaluation/score.js'

const SAID = 'it was the best of times it was the worst of times'

/** A recording of which the first words come out wrong, and all come late. */
function recording(name: string, wrong: number, lagSec: number) {
  const words = SAID.split(' ').map((word, i) => ({ word, start: i, end: i + 1 }))
  const collector = new RunCollector('', 'fast')
  for (const [index, { word, start, end }] of words.entries()) {
    const text = index < wrong ? ' wrong' : ` ${word}`
    collector.take({ type: 'progress', takenSec: end, recognizedSec: start, lagSec: 0, computingSec: 0.1 * index })
    const segment = { begin: start, end, text, words: [{ begin: start, end, text }] }
    collector.take({ type: 'text-final', segment, emittedAt: end + lagSec })
  }
  const spoken = { language: 'en', text: SAID, words, utterances: utterancesOf(words) }
  return { name, group: name.slice(0, 1), ...scoreRecording(spoken, collector.run()) }
}

function setting(name: string, wrong: number, lagSec: number) {
  const recordings = ['a1', 'a2', 'a3', 'b1', 'b2', 'b<3'].map((one) => recording(one, wrong, lagSec))
  return settingResult({ name, options: {}, recordings, failed: [], loadSec: 1, peakBytes: 1e8 })
}

const SWEEP: Evaluation = evaluationOf({
  program: '1.2.3',
  date: '2026-11-27T10:00:00Z',
  machine: 'a machine',
  pace: 'fast',
  settings: [setting('step=1', 1, 2), setting('step=0.5', 2, 1), setting('step=2', 2, 3), setting('step=0.25', 4, 0.5)],
})
const ONE: Evaluation = { ...SWEEP, settings: SWEEP.settings.slice(0, 1) }

describe('paretoFront', () => {
  it('has what no other beats, by lag', () => {
    expect(paretoFront(SWEEP.settings).map(({ name }) => name)).toEqual(['step=0.25', 'step=0.5', 'step=1'])
  })
})

describe('a recording that is not measured', () => {
  it('is told of in the page', () => {
    const failed = [{ name: 'c<1', reason: 'it is <b>empty' }]
    const { name, options, recordings, loadSec, peakBytes } = setting('step=1', 1, 2)
    const result = settingResult({ name, options, recordings, failed, loadSec, peakBytes })
    const page = htmlReport({ ...ONE, settings: [result] })
    expect(page).toContain('<li>c&lt;1 with step=1: it is &lt;b&gt;empty</li>')
    expect(htmlReport(ONE)).not.toContain('Not measured')
  })
})

describe('textReport', () => {
  it('has recordings, groups and their sum', () => {
    const lines = textReport(ONE)
    expect(lines.find((line) => line.startsWith('a1'))).toMatch(
      /^a1 +12\.0 +12 +1 +0 +0 +8\.3 +\d+\.\d +2\.00 +2\.00 +2\.00/,
    )
    expect(lines.filter((line) => line.startsWith('= ')).map((line) => line.slice(0, 5))).toEqual([
      '= a  ',
      '= b  ',
      '= all',
    ])
    expect(new Set(lines.slice(0, 11).map((line) => line.length)).size).toBe(1)
  })

  it('compares settings with the first, and says what is noise', () => {
    const lines = textReport(SWEEP)
    expect(lines.find((line) => line.startsWith('step=0.5'))).toMatch(/worse, p < 0\.001$/)
    expect(lines.join('\n')).toMatch(/less lag than: step=0\.25; step=0\.5; step=1\./)
  })
})

describe('csvReport', () => {
  it('has a row for each recording, group and setting', () => {
    const rows = csvReport(SWEEP).map((line) => line.split(','))
    expect(rows).toHaveLength(1 + 4 * (6 + 2 + 1))
    expect(new Set(rows.map((row) => row.length)).size).toBe(1)
    expect(rows[1]?.slice(0, 5)).toEqual(['step=1', 'recording', 'a1', '12', '0.083333'])
  })
})

describe('htmlReport', () => {
  const pages = [htmlReport(SWEEP), htmlReport(ONE)]

  it('needs nothing else, and has all tags closed', () => {
    for (const page of pages) {
      expect(page).not.toMatch(/<script|<link|<img|src=|url\(|@import|https?:|\bon\w+=/)
      const open: string[] = []
      for (const [, slash, tag = '', end] of page.matchAll(/<(\/?)([a-z0-9]+)(?:\s[^<>]*?)?(\/?)>/g)) {
        if (end === '/' || tag === 'meta') continue
        if (slash === '') open.push(tag)
        else expect(open.pop()).toBe(tag)
      }
      expect(open).toEqual([])
      expect(page).not.toMatch(/NaN|undefined|Infinity/)
    }
  })

  it('has a part for each recording, with errors where they are', () => {
    expect(pages[0]?.match(/<section class="recording"/g)).toHaveLength(6)
    expect(pages[0]).toContain('<h2>b&lt;3</h2>')
    expect(pages[1]).toContain('<td>0:00.0</td><td class="left"><del>it</del> <ins>wrong</ins> was the best of</td>')
  })

  it('draws a line through the settings that no other beats', () => {
    expect(pages[0]?.match(/class="front" points="[\d., ]+"/g)).toHaveLength(1)
    expect(pages[1]).not.toContain('class="front"')
  })
})

describe('svgReport', () => {
  it('is the plot alone, with its colors in it', () => {
    const picture = svgReport(SWEEP)
    expect(picture).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /)
    expect(picture).toContain('prefers-color-scheme: dark')
    expect(picture.match(/<path class="series/g)).toHaveLength(4)
  })
})

describe('comparisons', () => {
  it('read what was written', () => {
    const read = readEvaluation('a.json', evaluationJson(SWEEP))
    const [[before, after]] = settingPairs(ONE, { ...read, settings: read.settings.slice(1, 2) }) as [[never, never]]
    const comparison = compareSettings(before, after)
    expect(comparison.test).toMatchObject({ verdict: 'worse' })
    expect(comparison.left).toEqual([])
    const lines = comparisonReport(comparison)
    expect(lines).toContain('  a1: 8.3 % to 16.7 % (+8.3)')
    expect(lines.find((line) => line.startsWith('lag'))).toMatch(/2\.00 +1\.00 +-1\.00/)
  })

  it('say what cannot be compared', () => {
    expect(() => readEvaluation('a.json', '{"kind": "x"}')).toThrow(/is not an evaluation/)
    expect(() => readEvaluation('a.json', evaluationJson(SWEEP).replace('"version":1', '"version":9'))).toThrow(
      /version 9/,
    )
    const other = { ...SWEEP, settings: [setting('x=1', 0, 1), setting('x=2', 0, 1)] }
    expect(() => settingPairs(SWEEP, other)).toThrow(/no setting in common/)
    const [one] = SWEEP.settings
    const less = { ...one!, recordings: one!.recordings.slice(1) }
    expect(compareSettings(one!, less).left).toEqual(['a1'])
  })
})
