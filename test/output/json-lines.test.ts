import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import type { TranscriptEvent } from '../../src/core/events.js'
import { jsonLines } from '../../src/output/formats/json-lines.js'
import { eventsOf, finalWords, scripted, talkFolder } from '../helpers/scripted-talk.js'
import { END, final, said, talk, written } from '../helpers/transcripts.js'

const SCHEMA = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../docs/events.schema.json', import.meta.url)), 'utf8'),
) as object
const validate = new Ajv2020({ allErrors: true, strictRequired: false, strictTypes: false }).compile(SCHEMA)

interface Line {
  readonly version: number
  readonly seq: number
  readonly type: string
  readonly id?: string
  readonly text?: string
  readonly utterance?: number
  readonly words?: readonly { readonly text: string }[]
  readonly [key: string]: unknown
}

/** The lines of a text, each of which the schema allows. */
function linesOf(text: string): readonly Line[] {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
  for (const line of lines) expect(validate(line) ? [] : [line, validate.errors]).toEqual([])
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, at) => at + 1))
  return lines
}

const finals = (lines: readonly Line[]) => lines.filter(({ type }) => type === 'final')

describe('JSON Lines', () => {
  it('of a real stream are as the schema says, one for each event', async () => {
    const cwd = talkFolder()
    await using transcriber = await scripted(cwd, {}, { unstable: 2 })
    const events = await eventsOf(transcriber.stream(`${cwd}/talk.wav`))
    const lines = linesOf(written('jsonl', events, {}, { separator: transcriber.separator }))
    expect(lines.map(({ type }) => type)).toEqual(events.map(({ type }) => type.replace('text-', '')))
    expect(
      finals(lines)
        .map(({ text }) => text)
        .join(''),
    ).toBe(finalWords(events).join(' '))
    expect(lines.at(-1)).toMatchObject({ type: 'end', reason: 'complete', segments: finals(lines).length })
  })

  it('tell the language that is transcribed', async () => {
    const cwd = talkFolder()
    await using transcriber = await scripted(cwd, { language: 'de' })
    const lines = linesOf(written('jsonl', await eventsOf(transcriber.stream(`${cwd}/talk.wav`))))
    expect(new Set(finals(lines).map(({ language }) => language))).toEqual(new Set(['de']))
  })

  it('tell the audio that failed, and why the stream ended', async () => {
    const cwd = talkFolder()
    await using transcriber = await scripted(cwd, {}, { failAtSec: 8.5 })
    const events: TranscriptEvent[] = []
    const reading = (async () => {
      for await (const event of transcriber.stream(`${cwd}/talk.wav`)) events.push(event)
    })()
    await expect(reading).rejects.toThrow()
    const lines = linesOf(written('jsonl', events, {}, { separator: ' ' }))
    expect(lines.at(-1)).toMatchObject({ type: 'end', reason: 'failed' })
  })

  it('give partial text the id of the final text that replaces it', () => {
    const [one, two] = [said('one two'), said('three four', { from: 2 })]
    const partial = (words = one): TranscriptEvent => ({ type: 'text-partial', segment: segmentOf(final(words)) })
    const lines = linesOf(
      written('jsonl', [partial(), partial(), final(one), partial(two), { type: 'text-partial', segment: null }, END]),
    )
    expect(lines.map(({ type, id }) => `${type} ${id}`)).toEqual([
      'partial s1',
      'partial s1',
      'final s1',
      'partial s2',
      'partial s2',
      'end undefined',
    ])
  })

  it('number utterances, gaps, and tell languages and probabilities where they are known', () => {
    const words = [{ begin: 0, end: 0.5, text: ' Hallo', probability: 0.123456 }]
    const gap = { type: 'gap', begin: 5, end: 6, cause: 'backlog', reason: 'too fast' } as const
    const lines = linesOf(
      written('jsonl', [
        { ...final(words), language: 'de' } as TranscriptEvent,
        { type: 'utterance-end', at: 1 },
        gap,
        final(said('more', { from: 6 })),
        END,
      ]),
    )
    expect(lines[0]).toMatchObject({ utterance: 1, language: 'de', words: [{ probability: 0.1235 }] })
    expect(lines[1]).toMatchObject({ id: 'u1', at: 1 })
    expect(lines[2]).toMatchObject({ id: 'g1', cause: 'backlog' })
    expect(lines[3]).toMatchObject({ utterance: 2, language: null })
    expect(lines[4]).toMatchObject({ segments: 2, utterances: 2, gaps: 1 })
  })

  it.each(['', ' '])('joined are the transcript, whatever joins words: %j', (separator) => {
    const words = said('It was the best of times, it was the worst of times.').map((word) => ({
      ...word,
      text: separator === '' ? word.text : word.text.trim(),
    }))
    const lines = finals(linesOf(written('jsonl', talk(words, 4, separator), {}, { separator })))
    const text = words.map((word) => word.text).join(separator)
    expect(lines.map((line) => line.text).join('')).toBe(text)
    expect(lines.flatMap((line) => line.words?.map((word) => word.text) ?? []).join('')).toBe(text)
  })

  it('hold line breaks and quotes in one line', () => {
    const text = written('jsonl', [final([{ begin: 0, end: 1, text: ' a\n"b"\u2028c' }])])
    expect(text.split('\n').length).toBe(2)
    expect(linesOf(text)[0]?.text).toBe(' a\n"b"\u2028c')
  })
})

describe('the schema', () => {
  it('refuses what is no line of it', () => {
    const format = jsonLines({ separator: '', language: null })
    const line = JSON.parse(format.take(final(said('word')))) as Record<string, unknown>
    expect(validate(line)).toBe(true)
    for (const wrong of [
      { ...line, version: 2 },
      { ...line, seq: 0 },
      { ...line, type: 'text-final' },
      { ...line, id: '1' },
      { ...line, begin: '0' },
      { ...line, words: [{ begin: 0, end: 1 }] },
      { ...line, emittedAt: undefined },
    ]) {
      expect(validate(JSON.parse(JSON.stringify(wrong)))).toBe(false)
    }
  })
})

function segmentOf(event: TranscriptEvent) {
  return event.type === 'text-final' ? event.segment : null
}
