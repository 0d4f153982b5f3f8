import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as captions from 'media-captions'
import type { TranscriptEvent } from '../../src/core/events.js'
import type { Word } from '../../src/core/types.js'
import type { StreamFacts } from '../../src/output/formats/format.js'
import type { FormatName } from '../../src/output/formats/names.js'
import { createFormat, type FormatOptions } from '../../src/output/formats/registry.js'
import { sharedFolder } from './shared-files.js'

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url))

/** The reference transcripts of all recordings that have times of words, and their languages. */
export function referenceTranscripts(): readonly (readonly [name: string, words: readonly Word[], language: string])[] {
  return [FIXTURES, sharedFolder('fixtures')].flatMap((folder) => {
    if (folder === null) return []
    const names = readdirSync(folder).filter((name) => name.endsWith('.ref.json'))
    return names.flatMap((name) => {
      const { words = [], language = null } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Reference
      if (words.length === 0) return []
      return [[name, words.map(wordOf), language ?? name.slice(0, 2)] as const]
    })
  })
}

interface Reference {
  readonly language?: string
  readonly words?: readonly { readonly start: number; readonly end: number; readonly word: string }[]
}

const wordOf = ({ start, end, word }: { start: number; end: number; word: string }): Word => ({
  begin: start,
  end,
  text: ` ${word}`,
})

/** Words one after the other, a space before each. */
export const said = (text: string, { stepSec = 0.4, from = 0, gapSec = 0.05 } = {}): readonly Word[] =>
  text.split(' ').map((word, at) => ({
    begin: from + at * stepSec,
    end: from + (at + 1) * stepSec - gapSec,
    text: ` ${word}`,
  }))

/** The event of words that are final. */
export const final = (words: readonly Word[], separator = ''): TranscriptEvent => ({
  type: 'text-final',
  segment: {
    begin: words[0]?.begin ?? 0,
    end: words.at(-1)?.end ?? 0,
    text: words.map(({ text }) => text).join(separator),
    words,
  },
  emittedAt: (words.at(-1)?.end ?? 0) + 1,
})

/** The last event. */
export const END: TranscriptEvent = {
  type: 'end',
  reason: 'complete',
  ledger: { sums: [], entries: [], lifts: [] },
  timings: [],
}

/** A stream of words, so many in an event. */
export function talk(words: readonly Word[], atOnce = 3, separator = ''): readonly TranscriptEvent[] {
  const events: TranscriptEvent[] = []
  for (let from = 0; from < words.length; from += atOnce) {
    events.push(final(words.slice(from, from + atOnce), separator))
  }
  return [...events, END]
}

/** What a format makes of events. */
export function written(
  name: FormatName,
  events: readonly TranscriptEvent[],
  options: FormatOptions = {},
  facts: Partial<StreamFacts> = {},
): string {
  const format = createFormat(name, { separator: '', language: null, ...facts }, options)
  return format.head + events.map((event) => format.take(event)).join('')
}

/** A cue as a reader has it. */
export interface ReadCue {
  readonly begin: number
  readonly end: number
  readonly lines: readonly string[]
}

/** The cues of a SubRip file, read strictly: numbers in order, times, lines, a blank line after each. */
export function srtCues(text: string): readonly ReadCue[] {
  if (text === '') return []
  if (!text.endsWith('\n\n')) throw new Error(`the last cue is not whole: ${JSON.stringify(text.slice(-80))}`)
  return text
    .slice(0, -2)
    .split('\n\n')
    .map((cue, at) => {
      const [number, times = '', ...lines] = cue.split('\n')
      if (number !== String(at + 1)) throw new Error(`cue ${at + 1} has the number ${number}`)
      const [, begin, end] = /^(\d{2,}:\d\d:\d\d,\d{3}) --> (\d{2,}:\d\d:\d\d,\d{3})$/.exec(times) ?? []
      if (begin === undefined || end === undefined) throw new Error(`cue ${number} has the times ${times}`)
      if (lines.length === 0 || lines.includes('')) throw new Error(`cue ${number} has an empty line, or none`)
      return { begin: seconds(begin), end: seconds(end), lines }
    })
}

function seconds(time: string): number {
  const [hours = 0, minutes = 0, rest = 0] = time.replace(',', '.').split(':').map(Number)
  return Math.round((hours * 3600 + minutes * 60 + rest) * 1000) / 1000
}

interface Parsed {
  readonly cues: readonly { readonly startTime: number; readonly endTime: number; readonly text: string }[]
  readonly errors: readonly { readonly message: string; readonly line: number }[]
}
const { WebVTTParser } = createRequire(import.meta.url)('webvtt-parser') as {
  readonly WebVTTParser: new () => { parse(text: string, mode: string): Parsed }
}

/** What the parser of the specification's editors finds in a WebVTT file. */
export function checkedVtt(text: string): Parsed {
  return new WebVTTParser().parse(text, 'subtitles')
}

interface Reader {
  parseText(
    text: string,
    options: object,
  ): Promise<{
    readonly cues: readonly { readonly startTime: number; readonly endTime: number; readonly text: string }[]
    readonly errors: readonly Error[]
  }>
}
// Its types are not found by the rules of Node.
const { parseText } = captions as unknown as Reader

/** What a second reader finds. */
export async function readAgain(text: string, type: 'srt' | 'vtt'): Promise<readonly ReadCue[]> {
  const { cues, errors } = await parseText(text, { type, strict: true })
  if (errors.length > 0) throw errors[0]
  return cues.map(({ startTime, endTime, text: own }) => ({
    begin: Math.round(startTime * 1000) / 1000,
    end: Math.round(endTime * 1000) / 1000,
    lines: own.split('\n'),
  }))
}
