import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { distance } from 'fastest-levenshtein'
import { describe, expect, it } from 'vitest'
import { errorsByWord } from '../../bench/alignment.js'
import type { Recording } from '../../bench/corpus.js'
import { type Entrant, findEntrants, knows } from '../../bench/models/entrants.js'
import { errorsOf, groupOf, heardWell } from '../../bench/models/groups.js'
import { blocksOf, interval, rate, rateDifference, verdict } from '../../bench/models/intervals.js'
import { passagesOf } from '../../bench/models/passages.js'
import { modelsData, modelsReport } from '../../bench/models/report.js'
import { Runs } from '../../bench/models/runs.js'
import { standingsOf } from '../../bench/models/standing.js'
import { folderOfModel } from '../../bench/peers/peers.js'
import { folderWith, temporaryFolder } from '../helpers/program.js'

/** Words "w0 w1 ..." one in each second. */
function recordingOf(name: string, language: string, count: number, text = ''): Recording {
  const words = Array.from({ length: count }, (_, i) => ({ word: `w${i}`, start: i, end: i + 0.5 }))
  return { name, audio: `${name}.wav`, language, durationSec: count, text, words }
}

/** Says the words of a recording, except that every so many are wrong. */
function saying({ words }: Recording, wrongEvery: number) {
  return words.map(({ word, end }, i) => ({
    emitted: end + 1,
    text: (i + 1) % wrongEvery === 0 ? ' wrong' : ` ${word}`,
  }))
}

function entrant(program: string, against: string | null, fingerprint = 'a'): Entrant {
  const command = () => ({ name: program, file: 'none', args: [] })
  const contestant = { name: program, own: against !== null, offline: false, command }
  return { model: 'base', contestant, against, fingerprint }
}

describe('errors word by word', () => {
  it('stand where they are; an insertion with the word before it', () => {
    expect(errorsByWord(['a', 'b', 'c', 'd'], ['x', 'b', 'y', 'c', 'd'])).toEqual([1, 1, 0, 0])
    expect(errorsByWord(['a', 'b', 'c'], ['a', 'c'])).toEqual([0, 1, 0])
    expect(errorsByWord(['a', 'b'], ['x', 'a', 'b', 'y', 'z'])).toEqual([1, 2])
    expect(errorsByWord([], ['x'])).toEqual([])
  })

  it('are as many as the edit distance', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(text, text, (said, recognized) => {
        const total = errorsByWord(said, recognized).reduce((sum, count) => sum + count, 0)
        expect(total).toBe(distance(said.join(''), recognized.join('')))
      }),
    )
  })
})

describe('groups', () => {
  it('are English, other languages by words, and each language without spaces by characters', () => {
    expect(['en', 'de', 'ru', 'ja', 'zh'].map((language) => groupOf(language))).toEqual([
      { name: 'English', unit: 'words' },
      { name: 'other languages', unit: 'words' },
      { name: 'other languages', unit: 'words' },
      { name: 'ja, by characters', unit: 'characters' },
      { name: 'zh, by characters', unit: 'characters' },
    ])
  })

  it('count characters where the reference has text alone, whatever its punctuation and lines', () => {
    const japanese = recordingOf('japanese', 'ja', 0, '客観的実在の、判断。')
    const lines = ['客観的', '実際の', ' 判断'].map((text) => ({ emitted: 1, text }))
    const heard = heardWell(japanese, lines)
    expect(heard.errors).toHaveLength(8)
    expect(errorsOf(heard)).toBe(1)
  })

  it('ask English-only models for English alone', () => {
    expect([knows('tiny.en', 'en'), knows('tiny.en', 'de'), knows('base', 'de')]).toEqual([true, false, true])
  })
})

describe('blocks', () => {
  it('keep all words and errors, and none is much smaller than the others', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { maxLength: 200 }), (errors) => {
        const blocks = blocksOf([errors])
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
        expect(sum(blocks.map(({ words }) => words))).toBe(errors.length)
        expect(sum(blocks.map((block) => block.errors[0]!))).toBe(sum(errors))
        if (errors.length > 25) expect(Math.min(...blocks.map(({ words }) => words))).toBeGreaterThanOrEqual(13)
      }),
    )
  })
})

describe('intervals', () => {
  /** Errors of so many words in a row: each so many is wrong. */
  const errors = (count: number, every: number) => Array.from({ length: count }, (_, i) => (i % every === 0 ? 1 : 0))

  it('hold the rate, are the same each time, and narrow with more speech', () => {
    const uneven = (count: number) => blocksOf([Array.from({ length: count }, (_, i) => (i % 100 < 30 ? 1 : 0))])
    const [few, many] = [uneven(300), uneven(3000)]
    const [low, high] = interval(few, (chosen) => rate(chosen))!
    expect(low).toBeLessThan(0.3)
    expect(high).toBeGreaterThan(0.3)
    expect(interval(few, (chosen) => rate(chosen))).toEqual([low, high])
    const [narrowLow, narrowHigh] = interval(many, (chosen) => rate(chosen))!
    expect(narrowHigh - narrowLow).toBeLessThan((high - low) / 2)
    // Of so many blocks it is nearly that of a normal distribution: 1.96 standard errors to each side.
    const blocks = many.map(({ words, errors }) => errors[0]! / words)
    const mean = blocks.reduce((sum, value) => sum + value, 0) / blocks.length
    const deviation = Math.sqrt(blocks.reduce((sum, value) => sum + (value - mean) ** 2, 0) / blocks.length)
    const half = (1.96 * deviation) / Math.sqrt(blocks.length)
    expect(Math.abs(narrowLow - (mean - half))).toBeLessThan(0.01)
    expect(Math.abs(narrowHigh - (mean + half))).toBeLessThan(0.01)
  })

  it('are not told of too little speech', () => {
    expect(interval(blocksOf([errors(100, 3)]), (chosen) => rate(chosen))).toBeNull()
    expect(verdict(null)).toBe('too little speech')
  })

  it('find a small difference that is always there, and none in errors that only stand elsewhere', () => {
    const peer = errors(500, 10)
    const better = peer.map((count, i) => (i % 50 === 0 ? 0 : count))
    const elsewhere = [...peer.slice(125), ...peer.slice(0, 125)].map((_, i) => peer[(i + 7) % peer.length]!)
    const compared = (ours: readonly number[]) => verdict(interval(blocksOf([ours, peer]), rateDifference))
    expect(compared(better)).toBe('better')
    expect(compared(elsewhere)).toBe('noise')
    expect(compared(peer)).toBe('noise')
    expect(verdict(interval(blocksOf([peer, better]), rateDifference))).toBe('worse')
  })

  it('are much narrower for the difference than for each of two programs that err in the same places', () => {
    const peer = Array.from({ length: 1000 }, (_, i) => (i % 250 < 60 ? 1 : 0))
    const ours = peer.map((count, i) => (i % 90 === 0 ? 1 - count : count))
    const width = ([low, high]: readonly [number, number]) => high - low
    const paired = interval(blocksOf([ours, peer]), rateDifference)!
    expect(width(paired)).toBeLessThan(width(interval(blocksOf([ours]), (chosen) => rate(chosen))!) / 3)
  })
})

describe('what was heard', () => {
  const recording = recordingOf('a', 'en', 3)
  const heard = { lines: saying(recording, 2), versions: { peer: '1.0' } }

  it('is kept after each run, and found by the same program with the same weights', () => {
    const file = join(temporaryFolder(), 'work', 'models.json')
    new Runs(file).keep(entrant('p', null), 'a', heard)
    const again = new Runs(file)
    expect(again.heard(entrant('p', null), 'a')).toEqual(heard)
    expect(again.heard(entrant('p', null), 'b')).toBeNull()
    expect(again.heard(entrant('p', null, 'another build'), 'a')).toBeNull()
    again.keep(entrant('p', null, 'another build'), 'a', { ...heard, lines: [] })
    expect(JSON.parse(readFileSync(file, 'utf8')).runs).toHaveLength(1)
  })

  it('is not taken from a file of something else', () => {
    const file = join(temporaryFolder(), 'models.json')
    writeFileSync(file, '{"rows": []}')
    expect(() => new Runs(file)).toThrow(/runs/)
  })
})

describe('standings', () => {
  const [long, short, german] = [
    recordingOf('long', 'en', 200),
    recordingOf('short', 'en', 50),
    recordingOf('d', 'de', 150),
  ]
  const entrants = [entrant('ours', 'peer'), entrant('peer', null)] as const

  it('add errors in each group, and compare ours with its peer over what both have heard', () => {
    const runs = new Runs(join(temporaryFolder(), 'models.json'))
    for (const recording of [long, short, german]) {
      runs.keep(entrants[0], recording.name, { lines: saying(recording, 25), versions: {} })
    }
    for (const recording of [long, german]) {
      runs.keep(entrants[1], recording.name, { lines: saying(recording, 5), versions: {} })
    }
    const groups = standingsOf([long, short, german], entrants, runs)
    expect(groups.map(({ group }) => group.name)).toEqual(['English', 'other languages'])
    const [english, other] = groups
    expect(english!.standings).toMatchObject([
      { program: 'ours', errors: 10, words: 250, lagMean: 1 },
      { program: 'peer', errors: 40, words: 200 },
    ])
    expect(english!.differences).toMatchObject([{ recordings: 1, errors: -32, errorRate: expect.closeTo(-0.16) }])
    expect(other!.differences).toMatchObject([{ recordings: 1, errors: -24, errorRate: expect.closeTo(-0.16) }])

    const occasion = { machine: 'here', versions: ['peer 1.0'], skipped: ['c is skipped'] }
    const report = modelsReport(groups, occasion)
    expect(report).toMatch(/\| base, ours +\| +2 \| +10 \/ 250 \| +4\.0 % \[4\.0, 4\.0\] \| +1\.00 \|/)
    expect(report).toMatch(/\| base, ours - peer +\| +1 \| +-32 \| -16\.0 % \[-16\.0, -16\.0\] \| +better \|/)
    expect(report).toMatch(/\| short +\| +50 \| +2 \| +- \|/)
    expect(report).toContain('c is skipped.')
    expect(JSON.stringify(modelsData(groups, occasion))).not.toContain('w17')
  })
})

describe('passages', () => {
  it('show where two programs differ, with some words around', () => {
    const said = 'a b c d e f g h i j k l m n o p'.split(' ')
    const ours = 'a b c d e f X h i j k l m n o p'.split(' ')
    const peer = 'a b c d e f g h i j k l m n o'.split(' ')
    expect(passagesOf(said, ours, peer)).toEqual([
      { said: 'c d e f g h i j k', ours: 'c d e f X h i j k', peer: 'c d e f g h i j k', more: 1 },
      { said: 'l m n o p', ours: 'l m n o p', peer: 'l m n o', more: -1 },
    ])
    expect(passagesOf(said, ours, ours)).toEqual([])
  })
})

describe('models', () => {
  it('are found by name, and a folder alone is that of the included one', () => {
    expect(folderOfModel('tiny.en=/a,base=/b', 'base')).toBe('/b')
    expect(folderOfModel('tiny.en=/a,base=/b', 'small')).toBe('')
    expect(folderOfModel('/a', 'tiny.en')).toBe('/a')
    expect(folderOfModel('/a', 'base')).toBe('')
  })

  it('that are not there are skipped, with the variable that names them', () => {
    const nothing = findEntrants(['base'], true, {})
    expect(nothing.entrants).toEqual([])
    expect(nothing.skipped).toContain('asr-stream base is skipped: ASR_BENCH_MODEL_DIRS names no folder for base')
    expect(nothing.skipped).toContain(
      'base: faster-whisper greedy is skipped: ASR_BENCH_PYTHON is not set, ASR_BENCH_CTRANSLATE2_MODEL is not set',
    )
    const empty = temporaryFolder()
    expect(findEntrants(['base'], false, { ASR_BENCH_MODEL_DIRS: `base=${empty}` }).skipped).toEqual([
      `asr-stream base is skipped: there is no asr-stream.json in ${empty}`,
    ])
  })

  it('and modes are what a fingerprint depends on', () => {
    const fingerprints = (description: string) => {
      const folder = folderWith({ 'asr-stream.json': description })
      const { entrants } = findEntrants(['base'], false, { ASR_BENCH_MODEL_DIRS: `base=${folder}` })
      return entrants.map(({ fingerprint }) => fingerprint)
    }
    const first = fingerprints('{"name": "base"}')
    expect(new Set(first).size).toBe(first.length)
    expect(first.length).toBeGreaterThanOrEqual(4)
    expect(fingerprints('{"name": "base"}')).toEqual(first)
    expect(fingerprints('{"name": "else"}').filter((one) => first.includes(one))).toEqual([])
  })
})
