import { describe, expect, it } from 'vitest'
import type { TranscriptEvent } from '../../src/core/events.js'
import { checkedVtt, END, final, readAgain, said, srtCues, written } from '../helpers/transcripts.js'

const of = (channel: string, event: TranscriptEvent): TranscriptEvent => ({ ...event, channel })
const says = (channel: string, text: string, from: number) => of(channel, final(said(text, { from })))
const reached = (recognizedSec: number): TranscriptEvent => ({
  type: 'progress',
  takenSec: recognizedSec,
  recognizedSec,
  lagSec: 0,
  computingSec: 0,
})
/** Two who speak at once, in pieces. */
const TALK = [
  says('Left', 'Where were you', 0),
  says('Right', 'I was', 0.5),
  says('Right', 'at home.', 1.3),
  says('Left', 'on Monday?', 1.4),
  says('Channel 3', 'So was I.', 4),
  says('Right', 'Good.', 8),
  of('Left', END),
  of('Right', END),
  of('Channel 3', END),
]
const facts = { hasChannels: true }

describe('several channels', () => {
  it('have their names before the texts of lines', () => {
    expect(written('lines', TALK.slice(0, 2), {}, facts)).toBe(
      '2150.0000 0 1150 Left: Where were you\n2250.0000 500 1250 Right: I was\n',
    )
  })

  it('have a name in which nothing is doubtful', () => {
    const [word] = said('Left')
    const event = final([{ begin: 0, end: 1, ...word, text: ' Left', isDoubtful: true }])
    expect(written('lines', [of('Left', event)], {}, facts)).toMatch(/ Left: \[Left\?\]\n$/)
  })

  it('have paragraphs of whole sentences', () => {
    expect(written('txt', TALK, {}, facts)).toBe(
      'Left: Where were you on Monday?\n\nRight: I was at home.\n\nChannel 3: So was I.\n\nRight: Good.\n',
    )
  })

  it('do not wait for the end of a sentence that somebody left open', () => {
    const events = [says('Left', 'And so', 0), says('Right', 'Well.', 0.5)]
    expect(written('txt', events, {}, facts)).toBe('')
    const later = [...events, of('Left', reached(3)), of('Left', reached(7))]
    expect(written('txt', later, {}, facts)).toBe('Left: And so\n\nRight: Well.\n')
  })

  it('have a column in tables, which others do not have', () => {
    const rows = written('csv', TALK, {}, facts).split('\n')
    expect(rows.slice(0, 2)).toEqual(['start,end,channel,text', '0,1150,"Left","Where were you"'])
    const words = written('tsv', TALK, { wordTimestamps: true }, facts).split('\n')
    expect(words.slice(0, 2)).toEqual(['start\tend\tchannel\ttext\tprobability', '0\t350\tLeft\tWhere\t'])
    expect(written('csv', [final(said('So'))])).toBe('start,end,text\n0,350,"So"\n')
  })

  it('have names in subtitles, in order of time', async () => {
    const text = written('srt', TALK, {}, facts)
    const cues = srtCues(text)
    expect(cues.map(({ lines }) => lines.join(' '))).toEqual([
      'Left: Where were you on Monday?',
      'Right: I was at home.',
      'Channel 3: So was I.',
      'Right: Good.',
    ])
    expect(await readAgain(text, 'srt')).toHaveLength(4)
  })

  it('have lines in subtitles that are no longer with the name', () => {
    const long = said('we have to talk about the things that happened to all of us on the way to the harbor')
    const cues = srtCues(written('srt', [of('Channel 3', final(long)), END], { maxLineLength: 30 }, facts))
    const lengths = cues.flatMap(({ lines }) => lines.map(({ length }) => length))
    expect(lengths.length).toBeGreaterThan(2)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(30)
  })

  it.each([false, true])('are voices in WebVTT, in order of time (times of words: %s)', (wordTimestamps) => {
    // A word that is found late does not put cues in another order.
    const late = [...TALK.slice(0, 6), of('Channel 3', reached(12)), says('Left', 'Late.', 2), ...TALK.slice(6)]
    const { cues, errors } = checkedVtt(written('vtt', late, { wordTimestamps }, facts))
    expect(errors).toEqual([])
    expect(cues.map(({ text }) => /^<v (.+?)>/.exec(text)?.[1])).toEqual([
      ...['Left', 'Right', 'Channel 3'],
      ...['Left', 'Right'],
    ])
  })

  it('are written to the end when a stream ends without its last event', async () => {
    const { createFormat } = await import('../../src/output/formats/registry.js')
    const format = createFormat('txt', { separator: '', language: null, hasChannels: true })
    const text = format.take(says('Left', 'And so', 0)) + format.take(says('Right', 'well', 0.2)) + format.rest()
    expect(text).toBe('Left: And so\n\nRight: well\n')
  })

  it('have numbers of their own in JSON', () => {
    const lines = written('jsonl', TALK, {}, facts)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    const named = lines.map(({ seq, channel, id, text }) => [seq, channel, id, text])
    expect(named.slice(0, 4)).toEqual([
      [1, 'Left', 's1', ' Where were you'],
      [2, 'Right', 's1', ' I was'],
      [3, 'Right', 's2', ' at home.'],
      [4, 'Left', 's2', ' on Monday?'],
    ])
    expect(lines.slice(-3).map(({ type, channel, segments }) => [type, channel, segments])).toEqual([
      ['end', 'Left', 2],
      ['end', 'Right', 3],
      ['end', 'Channel 3', 1],
    ])
  })
})
