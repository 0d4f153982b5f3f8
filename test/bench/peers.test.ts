import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Recording } from '../../bench/corpus.js'
import { ownContestants } from '../../bench/peers/configurations.js'
import { contest } from '../../bench/peers/contest.js'
import type { Contestant } from '../../bench/peers/contestant.js'
import { findPeers } from '../../bench/peers/peers.js'
import { comparisonPlot } from '../../bench/peers/plot.js'
import { comparisonReport } from '../../bench/peers/report.js'
import { byContestant, median, summarise } from '../../bench/peers/summary.js'
import { nodeCommand } from '../../bench/run-program.js'

const recording: Recording = {
  name: 'two words',
  audio: 'two-words.wav',
  language: 'en',
  durationSec: 2,
  text: 'Good day.',
  words: [
    { word: 'Good', start: 0, end: 0.5 },
    { word: 'day.', start: 0.5, end: 1 },
  ],
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A program of its own that runs JavaScript. */
function speaker(name: string, script: string, offline = false): Contestant {
  const command = () => {
    const { file, args } = nodeCommand('-', [])
    return { name, file, args: [...args.slice(0, -1), '--eval', script] }
  }
  return { name, own: false, offline, command }
}

describe('findPeers', () => {
  it('skips by name what no variable names', () => {
    const { contestants, skipped } = findPeers({})
    expect(contestants).toEqual([])
    expect(skipped).toContain(
      'faster-whisper beam 5 is skipped: ASR_BENCH_PYTHON is not set, ASR_BENCH_CTRANSLATE2_MODEL is not set',
    )
  })

  it('skips what a variable names and is not there, and takes what is', () => {
    const nowhere = join(folder, 'nowhere')
    const { contestants, skipped } = findPeers({
      ASR_BENCH_PYTHON: process.execPath,
      ASR_BENCH_CTRANSLATE2_MODEL: folder,
      ASR_BENCH_WHISPER_STREAMING: nowhere,
    })
    expect(contestants.map(({ name }) => name)).toEqual(['faster-whisper greedy', 'faster-whisper beam 5'])
    expect(skipped).toContain(
      `whisper_online.py, 1 s is skipped: ASR_BENCH_WHISPER_STREAMING names ${nowhere}, which is not there`,
    )
  })
})

describe('contest', () => {
  it('lets programs take turns, and leaves out one that fails', async () => {
    const turns = join(folder, 'turns')
    const say = (name: string) => `require('node:fs').appendFileSync(${JSON.stringify(turns)}, '${name}');`
    const line = "console.log('1500.0000 0 1000  Good day')"
    const told: string[] = []
    const outcomes = await contest(recording, {
      contestants: [
        speaker('a', say('a') + line),
        speaker('bad', "throw new Error('no weights')"),
        speaker('b', say('b') + line, true),
      ],
      runs: 2,
      tell: (text) => told.push(text),
    })
    expect(await readFile(turns, 'utf8')).toBe('abab')
    expect(outcomes.map(({ contestant, runs }) => [contestant.name, runs.length])).toEqual([
      ['a', 2],
      ['b', 2],
    ])
    expect(told.filter((text) => text.includes('no weights'))).toHaveLength(1)

    const [a, b] = byContestant([outcomes]).map(summarise)
    expect(a).toMatchObject({ wordErrorRate: 0, lagMean: 0.75, lagP95: 1, longestGapWords: 0 })
    expect(a!.cpuSec).toBeGreaterThan(0)
    expect(a!.peakBytes).toBeGreaterThan(1e6)
    expect(b!.lagMean).toBeNaN()

    const report = comparisonReport([outcomes], { machine: 'here', threads: 2, runs: 2, skipped: ['c is skipped'] })
    expect(report).toContain('c is skipped.')
    expect(report).toMatch(/\| a +\| +0\.0 % \| +0\.75 \|/)
  })

  it('ends a program that hangs', async () => {
    const { command, ...rest } = speaker('hangs', 'setInterval(() => {}, 1000)')
    const impatient = { ...rest, command: () => ({ ...command({ audio: '', language: 'en' }), timeoutSec: 0.2 }) }
    const told: string[] = []
    await contest(recording, { contestants: [impatient], runs: 1, tell: (text) => told.push(text) })
    expect(told).toEqual([expect.stringContaining('SIGKILL')])
  })
})

describe('ownContestants', () => {
  it('have names of their own and the same number of threads as the peers', () => {
    const names = ownContestants.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const { command } of ownContestants) {
      expect(command({ audio: 'a b.wav', language: 'en' }).args.join(' ')).toMatch(/--lan en --threads 2 .* a b\.wav$/)
    }
  })
})

describe('median', () => {
  it('lies in the middle, whatever the order', () => {
    expect(median([4, 1, 3])).toBe(3)
    expect(median([4, 1, 3, 2])).toBe(2.5)
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values)
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2)
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2)
      }),
    )
  })
})

describe('comparisonPlot', () => {
  it('has a labeled mark for each program inside the picture', () => {
    const summary = { own: false, wordErrorRate: 0, wordsInSilence: 0, lagP95: 1, longestGapWords: 0, longestGapSec: 0 }
    const costs = fc.record({ wallSec: fc.double({ min: 0.001, max: 50, noNaN: true }), peakBytes: fc.nat() })
    const lag = fc.oneof(fc.constant(Number.NaN), fc.double({ min: 0, max: 20, noNaN: true }))
    fc.assert(
      fc.property(fc.array(fc.tuple(costs, lag), { minLength: 1, maxLength: 12 }), (programs) => {
        const summaries = programs.map(([cost, lagMean], i) => {
          return { ...summary, ...cost, name: `<${i}>`, offline: Number.isNaN(lagMean), lagMean, cpuSec: cost.wallSec }
        })
        const plot = comparisonPlot('lag & computing', summaries)
        expect(plot).toContain('<title>lag &amp; computing</title>')
        expect(plot).not.toMatch(/NaN|Infinity/)
        for (const { name } of summaries) expect(plot).toContain(`>&lt;${name.slice(1, -1)}&gt;</text>`)
        for (const [, x] of plot.matchAll(/<rect x="([^"]+)"/g)) {
          expect(Number(x)).toBeGreaterThanOrEqual(0)
          expect(Number(x)).toBeLessThanOrEqual(860)
        }
      }),
    )
  })
})
