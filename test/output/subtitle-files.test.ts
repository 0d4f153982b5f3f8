import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TranscriptEvent } from '../../src/core/events.js'
import type { Word } from '../../src/core/types.js'
import type { FormatOptions } from '../../src/output/formats/registry.js'
import { cueLimits } from '../../src/output/subtitles/cue-limits.js'
import { widthOf } from '../../src/output/subtitles/width.js'
import { folderWith } from '../helpers/program.js'
import {
  checkedVtt,
  END,
  final,
  type ReadCue,
  readAgain,
  referenceTranscripts,
  said,
  srtCues,
  talk,
  written,
} from '../helpers/transcripts.js'

const PROFILES = ['netflix', 'bbc', 'short'] as const
const hasFfprobe = spawnSync('ffprobe', ['-version']).status === 0
/** Rounding to milliseconds. */
const MS = 0.0011

/** What is nasty in a subtitle: marks of times, of markup, of direction, of line breaks, and scripts of all kinds. */
const NASTY = [
  '-->',
  '->',
  '&',
  '&amp;',
  '<b>',
  '</i>',
  '<00:00:01.000>',
  '{\\an8}',
  '',
  ' ',
  '\n\n',
  '\r\n',
  '\u2028',
  '\u202eevil',
  '1',
  '00:00:00,000 --> 00:00:01,000',
  'WEBVTT',
  'NOTE x',
  'STYLE',
  'J.',
  '10',
  '000',
  '%',
  'Dr.',
  'word',
  'sentence.',
  'comma,',
  'and',
  'the',
  'x'.repeat(130),
  'これは日本語の字幕です。',
  'カタカナー',
  'ภาษาไทยไม่มีช่องว่าง',
  'שלום',
  'مرحبا',
  '👨‍👩‍👧‍👦',
  'é̂̂',
  '…',
  '"',
  '»',
]

const nastyWord = fc.record({
  text: fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'grapheme', maxLength: 12 })),
  lead: fc.constantFrom('', ' '),
  gap: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 4, noNaN: true })),
  length: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 12, noNaN: true })),
})

/** Words of somebody in order, and how many are final at once. */
const nastyTalk = fc.record({
  words: fc.array(nastyWord, { maxLength: 60 }).map((parts) => {
    let at = 0
    return parts.map(({ text, lead, gap, length }): Word => {
      const begin = at + gap
      at = begin + length / 10
      return { begin, end: begin + length, text: lead + text }
    })
  }),
  atOnce: fc.integer({ min: 1, max: 9 }),
  separator: fc.constantFrom('', ' '),
})

const limits = fc.record({
  subtitleProfile: fc.constantFrom(...PROFILES),
  maxLineLength: fc.option(fc.integer({ min: 8, max: 60 }), { nil: undefined }),
  maxLines: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  minCue: fc.option(fc.double({ min: 0.01, max: 2, noNaN: true }), { nil: undefined }),
  cueGap: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  maxCps: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
  maxCue: fc.option(fc.double({ min: 2, max: 9, noNaN: true }), { nil: undefined }),
  maxCueDelay: fc.option(fc.double({ min: 0.1, max: 5, noNaN: true }), { nil: undefined }),
})

/** What holds for every file, whatever was said. */
function expectWithin(cues: readonly ReadCue[], options: FormatOptions): void {
  const { maxLineLength, maxLines, minCueSec, maxCueSec, gapSec } = cueLimits(options)
  for (const [at, { begin, end, lines }] of cues.entries()) {
    const before = cues[at - 1]
    expect(end - begin).toBeGreaterThan(minCueSec - MS)
    expect(end - begin).toBeLessThan(Math.max(minCueSec, maxCueSec) + MS)
    if (before) expect(begin - before.end).toBeGreaterThan(gapSec - MS)
    expect(lines.length).toBeLessThanOrEqual(maxLines)
    for (const line of lines) {
      expect(widthOf(line)).toBeLessThanOrEqual(maxLineLength)
      expect(line).toBe(line.trim())
    }
  }
}

/** Without spaces and what no reader sees: what was said, whatever became of its lines. */
const letters = (text: string) => text.replace(/[\s\p{Cc}\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]+/gu, '')
const spoken = (words: readonly Word[]) => letters(words.map(({ text }) => text).join(''))
const shown = (cues: readonly ReadCue[]) => letters(cues.flatMap(({ lines }) => lines).join(''))

describe.each(referenceTranscripts())('the subtitles of %s', (_, words, language) => {
  it.each(PROFILES)('keep to the limits of %s, in order, with every word, and two readers agree', async (profile) => {
    const options = { subtitleProfile: profile }
    const cues = srtCues(written('srt', talk(words), options, { language }))
    expectWithin(cues, options)
    expect(shown(cues)).toBe(spoken(words))
    for (const wordTimestamps of [false, true]) {
      const vtt = written('vtt', talk(words), { ...options, wordTimestamps }, { language })
      expect(checkedVtt(vtt).errors).toEqual([])
      const again = await readAgain(vtt, 'vtt')
      expect(again.map(({ begin, end }) => [begin, end])).toEqual(cues.map(({ begin, end }) => [begin, end]))
    }
    expect(await readAgain(written('srt', talk(words), options, { language }), 'srt')).toEqual(cues)
  })
})

describe('the subtitles of anything', () => {
  it('keep to the limits, in order, with every word', () => {
    fc.assert(
      fc.property(nastyTalk, limits, ({ words, atOnce, separator }, options) => {
        const cues = srtCues(written('srt', talk(words, atOnce, separator), options, { separator, language: 'en' }))
        expectWithin(cues, options)
        expect(shown(cues)).toBe(spoken(words).replaceAll('-->', '→'))
      }),
    )
  })

  it('are valid WebVTT, with and without times of words, as the specification reads it', () => {
    fc.assert(
      fc.property(nastyTalk, limits, fc.boolean(), ({ words, atOnce, separator }, options, wordTimestamps) => {
        const text = written('vtt', talk(words, atOnce, separator), { ...options, wordTimestamps }, { separator })
        expect(checkedVtt(text).errors).toEqual([])
        expect(checkedVtt(text).cues.length).toBe(
          srtCues(written('srt', talk(words, atOnce, separator), options, { separator })).length,
        )
      }),
    )
  })

  it('have times in order when each word has a cue of its own', () => {
    fc.assert(
      fc.property(nastyTalk, limits, ({ words, atOnce, separator }, options) => {
        const events = talk(words, atOnce, separator)
        const cues = srtCues(written('srt', events, { ...options, wordTimestamps: true }, { separator }))
        for (const [at, { begin, end }] of cues.entries()) {
          expect(end).toBeGreaterThan(begin)
          expect(begin).toBeGreaterThanOrEqual(cues[at - 1]?.end ?? 0)
        }
      }),
    )
  })

  it('are whole at every moment: what is written is valid, and only grows', () => {
    fc.assert(
      fc.property(nastyTalk, limits, ({ words, atOnce, separator }, options) => {
        const events = talk(words, atOnce, separator)
        const all = written('srt', events, options, { separator })
        for (let count = 0; count < events.length; count++) {
          const part = written('srt', events.slice(0, count), options, { separator })
          expect(all.startsWith(part)).toBe(true)
          srtCues(part)
          const vtt = written('vtt', events.slice(0, count), options, { separator })
          expect(checkedVtt(vtt).errors).toEqual([])
        }
      }),
      { numRuns: 30 },
    )
  })

  it.skipIf(!hasFfprobe)('are read by ffprobe with the same times', () => {
    const monologues = [
      said('word '.repeat(40).trim(), { stepSec: 0.025 }),
      said('Some --> more & <b>. Really.', { from: 20 }),
    ]
    for (const name of ['srt', 'vtt'] as const) {
      const cwd = folderWith({ [`talk.${name}`]: written(name, talk(monologues.flat())) })
      const args = ['-v', 'error', '-show_entries', 'packet=pts_time,duration_time', '-of', 'csv=p=0', `talk.${name}`]
      const { stdout, stderr } = spawnSync('ffprobe', args, { cwd, encoding: 'utf8' })
      expect(stderr).toBe('')
      const read = stdout
        .trim()
        .split('\n')
        .map((row) => row.split(',').map(Number))
      const cues = srtCues(written('srt', talk(monologues.flat())))
      expect(read).toEqual(cues.map(({ begin, end }) => [begin, Math.round((end - begin) * 1000) / 1000]))
    }
  })

  it('of forty words in one second are shown one after the other, and catch up in the next pause', () => {
    const monologue = said('word '.repeat(40).trim(), { stepSec: 0.025, gapSec: 0 })
    const later = said('And then.', { from: 10 })
    const cues = srtCues(written('srt', talk([...monologue, ...later], 40)))
    expectWithin(cues, {})
    expect(cues.flatMap(({ lines }) => lines.join(' ').split(' ')).length).toBe(42)
    expect(cues.at(-1)).toEqual({ begin: 10, end: 10.834, lines: ['And then.'] })
  })

  it('of nobody are an empty SubRip file, and a WebVTT file without cues', () => {
    expect(written('srt', [END])).toBe('')
    expect(written('vtt', [END])).toBe('WEBVTT\n\n')
    expect(written('srt', [final([{ begin: 1, end: 2, text: ' \n ' }]), END] satisfies TranscriptEvent[])).toBe('')
  })
})
