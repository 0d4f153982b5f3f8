import { describe, expect, it } from 'vitest'
import type { TranscriptEvent } from '../../src/core/events.js'
import type { Word } from '../../src/core/types.js'
import type { FormatOptions } from '../../src/output/formats/registry.js'
import { END, final, said, srtCues, talk, written } from '../helpers/transcripts.js'

/** The cues as texts with "/" between lines. */
const cuesOf = (events: readonly TranscriptEvent[], options: FormatOptions = {}, language: string | null = 'en') =>
  srtCues(written('srt', events, options, { language })).map(({ lines }) => lines.join(' / '))
const progress = (recognizedSec: number, lagSec = 0): TranscriptEvent => ({
  type: 'progress',
  takenSec: recognizedSec,
  recognizedSec,
  lagSec,
  computingSec: 0,
})
const partial = (words: readonly Word[]): TranscriptEvent => {
  const event = final(words)
  return { type: 'text-partial', segment: event.type === 'text-final' ? event.segment : null }
}

describe('a cue closes, and is written at once,', () => {
  it('when a sentence ends', () => {
    const events = [final(said('This is the first sentence. And the second'))]
    expect(cuesOf(events)).toEqual(['This is the first sentence.'])
  })

  it('before a pause of more than half a second', () => {
    expect(cuesOf([final([...said('he said'), ...said('that they', { from: 1.2 })])])).toEqual([])
    expect(cuesOf([final([...said('he said it'), ...said('that they', { from: 1.7 })])])).toEqual(['he said it'])
  })

  it('when nothing follows, as the position of the stream or the partial text tells', () => {
    const open = final(said('and then he went'))
    expect(cuesOf([open, progress(2.5)])).toEqual([])
    expect(cuesOf([open, progress(3.2)])).toEqual(['and then he went'])
    expect(cuesOf([open, partial(said('home', { from: 1.7 })), progress(4)])).toEqual([])
    expect(cuesOf([open, partial(said('home', { from: 3 })), progress(4)])).toEqual(['and then he went'])
  })

  it.each<TranscriptEvent>([
    { type: 'utterance-end', at: 3 },
    { type: 'gap', begin: 3, end: 4, cause: 'backlog', reason: '' },
    END,
  ])('with an event of the type $type', (event) => {
    expect(cuesOf([final(said('and then he')), event])).toEqual(['and then he'])
  })

  it('when it is full, and when it would be shown for more than seven seconds', () => {
    const long = said(
      'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen',
    )
    expect(cuesOf([final(long.slice(0, 14))])).toEqual([])
    expect(cuesOf([final(long)])).toEqual([
      'one two three four five six seven eight / nine ten eleven twelve thirteen fourteen',
    ])
    const slow = said('one two three four five six seven eight', { stepSec: 1, gapSec: 0 })
    expect(cuesOf([final(slow)])).toEqual(['one two three four five six seven'])
  })

  it('when it has waited for as long as it may, in an update or between', () => {
    const open = { ...final(said('and then')), emittedAt: 2 } as TranscriptEvent
    const options = { maxCueDelay: 2 }
    expect(cuesOf([open], options)).toEqual([])
    expect(cuesOf([open, progress(1, 1.2)], options)).toEqual([])
    expect(cuesOf([open, progress(1, 1.4)], options)).toEqual(['and then'])
    expect(cuesOf([{ ...open, emittedAt: 2.4 } as TranscriptEvent], options)).toEqual(['and then'])
  })
})

describe('the time of a cue', () => {
  const timesOf = (events: readonly TranscriptEvent[], options: FormatOptions = {}) =>
    srtCues(written('srt', events, options)).map(({ begin, end }) => [begin, end])

  it('is that of its words where they take long enough', () => {
    expect(timesOf(talk(said('This is a whole sentence.')))).toEqual([[0, 1.95]])
  })

  it('is longer where reading takes longer, as far as nothing else is said', () => {
    const fast = said('Extraordinarily uncharacteristic misunderstandings.', { stepSec: 0.3 })
    expect(timesOf(talk(fast))).toEqual([[0, 2.55]])
    expect(timesOf(talk([...fast, ...said('And so on it went.', { from: 2 })]))).toEqual([
      [0, 1.916],
      [2, 3.95],
    ])
    expect(timesOf(talk(fast), { maxCps: 10 })).toEqual([[0, 5.1]])
  })

  it('is never less than the least; a short sentence goes together with what follows it at once', () => {
    expect(timesOf(talk(said('No.')))).toEqual([[0, 0.834]])
    expect(cuesOf(talk(said('No. I do not think so.')))).toEqual(['No. I do not think so.'])
    expect(cuesOf(talk([...said('No.'), ...said('I do not think so.', { from: 1.2 })]))).toEqual([
      'No.',
      'I do not think so.',
    ])
  })
})

describe('lines', () => {
  const one = (text: string, options: FormatOptions = {}, language = 'en') =>
    cuesOf(talk(said(text, { stepSec: 0.25 })), options, language)

  it('are broken after punctuation, before conjunctions and prepositions of the language', () => {
    expect(one('we had everything before us, we had nothing before us')).toEqual([
      'we had everything before us, / we had nothing before us',
    ])
    expect(one('the report that she gave was clear and everybody liked it')).toEqual([
      'the report that she gave was clear / and everybody liked it',
    ])
    expect(one('er wollte nach dem Essen schlafen weil er sehr müde war', {}, 'de')).toEqual([
      'er wollte nach dem Essen schlafen / weil er sehr müde war',
    ])
  })

  it('are broken as the language wants that was heard, whatever was asked for', () => {
    const words = final(said('Wir kommen am 3. Mai zu dir'))
    const german = { ...words, language: 'de' } as TranscriptEvent
    expect(cuesOf([german, END], {}, null)).toEqual(['Wir kommen am 3. Mai zu dir'])
    expect(cuesOf([german, END])).toEqual(['Wir kommen am 3. Mai zu dir'])
    expect(cuesOf([words, END])).toEqual(['Wir kommen am 3.', 'Mai zu dir'])
  })

  it('are not broken inside of initials and their name, a title and its name, a number and its unit', () => {
    const limits = { maxLineLength: 20 }
    for (const [text, whole] of [
      ['a book by the great J. R. R. Tolkien', 'J. R. R. Tolkien'],
      ['we have met good old Dr. Watson', 'Dr. Watson'],
      ['they were about some 10 000 people', '10 000'],
      ['it has become more by 25 % today', '25 %'],
    ] as const) {
      expect(one(text, limits).join(' / ')).toContain(whole)
    }
  })

  it('of East Asia have half as many characters, and none begins with closing marks', () => {
    const text =
      '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所でニャーニャー泣いていた事だけは記憶している。'
    const words = Array.from(text, (character, at) => ({ begin: at * 0.15, end: at * 0.15 + 0.15, text: character }))
    const cues = srtCues(written('srt', talk(words, 7), {}, { language: 'ja' }))
    const lines = cues.flatMap((cue) => cue.lines)
    expect(lines.join('')).toBe(text)
    for (const line of lines) {
      expect(Array.from(line).length).toBeLessThanOrEqual(21)
      expect(line).not.toMatch(/^[。、ー]/)
    }
    expect(cues[0]?.lines).toEqual(['吾輩は猫である。'])
  })

  it('of Thai are broken between words, although no spaces are there', () => {
    const text = 'ภาษาไทยเป็นภาษาที่มีระดับเสียงของคำแน่นอนหรือวรรณยุกต์เช่นเดียวกับภาษาจีน'
    const cues = srtCues(written('srt', talk([{ begin: 0, end: 5, text }]), { maxLineLength: 30 }, { language: 'th' }))
    const lines = cues.flatMap((cue) => cue.lines)
    expect(lines.join('')).toBe(text)
    const borders = Array.from(new Intl.Segmenter('th', { granularity: 'word' }).segment(text), ({ index }) => index)
    let at = 0
    for (const line of lines) {
      expect(borders).toContain(at)
      at += line.length
    }
    expect(lines.length).toBeGreaterThan(1)
  })

  it('from right to left stay in the order in which they are said', () => {
    const text = 'כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם כולם חוננו בתבונה ובמצפון'
    expect(one(text, {}, 'he').join(' / ').replaceAll(' / ', ' ')).toBe(text)
  })
})

describe('times of words', () => {
  it('stand in the text of WebVTT, before each word but the first', () => {
    expect(written('vtt', talk(said('Ask not & wait.')), { wordTimestamps: true })).toBe(
      'WEBVTT\n\n00:00:00.000 --> 00:00:01.550\nAsk <00:00:00.400>not <00:00:00.800>&amp; <00:00:01.200>wait.\n\n',
    )
  })

  it('make a cue of each word in SubRip', () => {
    const cues = srtCues(written('srt', talk(said('Ask not.')), { wordTimestamps: true }))
    expect(cues).toEqual([
      { begin: 0, end: 0.4, lines: ['Ask'] },
      { begin: 0.4, end: 0.834, lines: ['not.'] },
    ])
  })
})
