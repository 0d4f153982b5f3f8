import { describe, expect, it } from 'vitest'
import { FORMATS, PROFILES } from '../../src/config/options/choices.js'
import type { TranscriptEvent } from '../../src/core/events.js'
import { FORMAT_NAMES, formatOfPath } from '../../src/output/formats/names.js'
import { planOutputs } from '../../src/output/plan-outputs.js'
import { SUBTITLE_PROFILES } from '../../src/output/subtitles/profiles.js'
import { endsSentence } from '../../src/output/text/sentence-ends.js'
import { gatherSentences } from '../../src/output/text/sentences.js'
import { END, final, said, talk, written } from '../helpers/transcripts.js'

const TALK = said('Mr. J. Smith came at 5 p.m. on Monday. He stayed! Why? Nobody knows')

describe('plain text', () => {
  it('has a line for each sentence, whatever was final at once', () => {
    const text = 'Mr. J. Smith came at 5 p.m. on Monday.\nHe stayed!\nWhy?\nNobody knows\n'
    for (const atOnce of [1, 2, 5, 99]) expect(written('txt', talk(TALK, atOnce))).toBe(text)
  })

  it('grows by every final word, and a pause or a gap ends its line', () => {
    const words = said('and then')
    expect(written('txt', [final(words.slice(0, 1))])).toBe('and')
    expect(written('txt', [final(words)])).toBe('and then')
    expect(written('txt', [final([...words, ...said('much later', { from: 9 })]), END])).toBe('and then\nmuch later\n')
    const gap = { type: 'gap', begin: 1, end: 2, cause: 'failure', reason: 'x' } as const
    expect(written('txt', [final(words), gap, final(said('more', { from: 2 })), END])).toBe('and then\nmore\n')
  })

  it('joins words as their backend says, and scripts without spaces', () => {
    const parted = said('one two. Three').map((word) => ({ ...word, text: word.text.trim() }))
    expect(written('txt', talk(parted, 1, ' '), {}, { separator: ' ' })).toBe('one two.\nThree\n')
    const chinese = ['今', '天', '好。', '明', '天', '呢？'].map((text, at) => ({ begin: at, end: at + 1, text }))
    expect(written('txt', talk(chinese, 2))).toBe('今天好。\n明天呢？\n')
  })

  it('shows what would move the cursor, and has no line breaks of its own', () => {
    expect(written('txt', [final([{ begin: 0, end: 1, text: ' a\u001b[2J\nb' }]), END])).toBe('a\\x1b[2J b\n')
  })
})

describe('tables', () => {
  const words = [
    { begin: 0.0004, end: 0.5, text: ' say', probability: 0.87654 },
    { begin: 0.5, end: 1.25, text: ' "a,\tb"' },
  ]

  it('have milliseconds and text in a row', () => {
    expect(written('tsv', talk(words, 9))).toBe('start\tend\ttext\n0\t1250\tsay "a, b"\n')
    expect(written('csv', talk(words, 9))).toBe('start,end,text\n0,1250,"say ""a, b"""\n')
  })

  it('have a row for each word, with its probability where the model gives one', () => {
    const options = { wordTimestamps: true }
    expect(written('tsv', talk(words, 9), options)).toBe(
      'start\tend\ttext\tprobability\n0\t500\tsay\t0.877\n500\t1250\t"a, b"\t\n',
    )
    expect(written('csv', talk(words, 9), options)).toBe(
      'start,end,text,probability\n0,500,"say",0.877\n500,1250,"""a, b""",\n',
    )
  })
})

describe('doubtful words', () => {
  const words = said('ask what your country, can do').map((word, at) =>
    at === 3 ? { ...word, isDoubtful: true } : word,
  )

  it.each(['lines', 'srt', 'vtt', 'txt', 'tsv', 'csv'] as const)(
    'are marked in %s, with times of words too',
    (name) => {
      for (const wordTimestamps of [false, true]) {
        expect(written(name, talk(words, 9), { wordTimestamps })).toContain('[country?],')
      }
    },
  )

  it('are told in JSON', () => {
    expect(written('jsonl', talk(words, 9))).toContain('"text":" country,","isDoubtful":true')
  })
})

describe('lines', () => {
  it('have a line for each word with times of words', () => {
    expect(written('lines', talk(said('one two'), 9), { wordTimestamps: true })).toBe(
      '1750.0000 0 350  one\n1750.0000 400 750  two\n',
    )
  })
})

describe('sentences', () => {
  const gathered = (events: readonly TranscriptEvent[]) => {
    const gatherer = gatherSentences('', 'en')
    return events.flatMap((event) => gatherer.take(event))
  }
  const texts = (events: readonly TranscriptEvent[]) =>
    events.flatMap((event) => (event.type === 'text-final' ? [event.segment.text.trim()] : []))

  it('are gathered whatever was final at once, and lose no word', () => {
    const sentences = ['Mr. J. Smith came at 5 p.m. on Monday.', 'He stayed!', 'Why?', 'Nobody knows']
    for (const atOnce of [1, 3, 99]) expect(texts(gathered(talk(TALK, atOnce)))).toEqual(sentences)
  })

  it('end with their utterance, with a gap, and after a pause', () => {
    const begun = final(said('he said'))
    expect(texts(gathered([begun, { type: 'utterance-end', at: 2 }]))).toEqual(['he said'])
    expect(texts(gathered([begun]))).toEqual([])
    expect(texts(gathered([begun, final(said('later on.', { from: 8 }))]))).toEqual(['he said', 'later on.'])
  })

  it('that are not complete come before the partial text', () => {
    const [partial] = gathered([
      final(said('he said')),
      { type: 'text-partial', segment: { begin: 1, end: 2, text: ' that', words: said('that', { from: 1 }) } },
    ]).slice(-1)
    expect(partial).toMatchObject({ segment: { begin: 0, text: ' he said that' } })
  })

  it.each([
    ['Monday.', 'en', true],
    ['went!"', 'en', true],
    ['好。', null, true],
    ['Mr.', 'en', false],
    ['J.', 'en', false],
    ['z.B.', 'de', false],
    ['1984.', 'en', true],
    ['3.', 'de', false],
    ['word', 'en', false],
    ['wait…', 'en', true],
  ])('%s in %s: %s', (word, language, ends) => {
    expect(endsSentence(word, language)).toBe(ends)
  })
})

describe('the formats of outputs', () => {
  it('are told by their names, and by --format where names do not tell', () => {
    const formats = (paths: readonly string[], format?: (typeof FORMATS)[number]) =>
      planOutputs(paths, format).map((one) => `${one.path} ${one.format}`)
    expect(formats([])).toEqual(['- lines'])
    expect(formats([], 'vtt')).toEqual(['- vtt'])
    expect(formats(['a.SRT', 'b.jsonl', 'c', 'd.log', '-'])).toEqual([
      'a.SRT srt',
      'b.jsonl jsonl',
      'c lines',
      'd.log lines',
      '- lines',
    ])
    expect(formats(['a.srt', '-'], 'txt')).toEqual(['a.srt srt', '- txt'])
    expect(formats(['a.txt'], 'lines')).toEqual(['a.txt lines'])
    expect(['.srt', 'dir.srt/x', 'a.srt.gz'].map(formatOfPath)).toEqual([null, null, null])
  })

  it('and the profiles are those of the table of options', () => {
    expect(FORMATS).toEqual(FORMAT_NAMES)
    expect(PROFILES).toEqual(Object.keys(SUBTITLE_PROFILES))
  })
})
