import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAnswer, type ServiceAnswer } from '../../../src/backends/openai-api/answer.js'
import { spread, wordsOf } from '../../../src/backends/openai-api/pieces.js'
import { timedText } from '../../../src/backends/openai-api/timed-text.js'
import { transcript } from '../../../src/backends/openai-api/transcript.js'

/** Words of a second each. */
const each = (...texts: readonly string[]) => texts.map((text, index) => ({ begin: index, end: index + 1, text }))
const squeezed = (text: string) => text.replace(/\p{White_Space}+/gu, ' ').trim()

describe('a text with the times of its words', () => {
  it.each([
    ['Hello, world!', ['hello', 'World'], [' Hello,', ' world!']],
    [' “Yes” — he said (twice).', ['Yes', 'he', 'said', 'twice'], [' “Yes”', ' — he', ' said', ' (twice).']],
    ['a well-known state-of-the-art thing', ['a', 'well', 'known', 'state-of-the-art', 'thing'], 4],
    ['It’s $5,000.', ["It's", '5', '000'], [' It’s', ' $5,000.']],
    ['¿Qué? ¡No!', ['qué', 'no'], [' ¿Qué?', ' ¡No!']],
    ['今日はOpenAIの日。', ['今日', 'は', 'OpenAI', 'の', '日'], ['今日', 'は', 'OpenAI', 'の', '日。']],
    ['สวัสดีครับ คุณ', ['สวัสดี', 'ครับ', 'คุณ'], ['สวัสดี', 'ครับ', ' คุณ']],
    ['שלום, עולם.', ['שלום', 'עולם'], [' שלום,', ' עולם.']],
    ['ﬁne Straße', ['fine', 'straße'], [' ﬁne', ' Straße']],
    ['Only text', [], 2],
  ])('is spelt as the text: %s', (text, words, expected) => {
    const placed = timedText(text, each(...words))
    if (typeof expected === 'number') expect(placed).toHaveLength(expected)
    else expect(placed.map((word) => word.text)).toEqual(expected)
    expect(squeezed(placed.map((word) => word.text).join(''))).toBe(squeezed(text))
  })

  it('is shared out over the audio where the times of most go back', () => {
    const timed = (...begins: readonly number[]) =>
      begins.map((begin, at) => ({ text: 'abcd'[at]!, begin, end: begin + 0.5 }))
    const heard = (text: string | null, ...begins: readonly number[]) =>
      transcript({ text, words: timed(...begins), segments: null }, 8)
    for (const text of ['a b c d', null]) {
      const { words, coarse } = heard(text, 6, 5, 4, 3)
      expect(words.map((word) => [word.text.trim(), word.begin])).toEqual([
        ['a', 0],
        ['b', 2],
        ['c', 4],
        ['d', 6],
      ])
      expect(coarse).toBe('text')
    }
    expect(heard('a b c d', 0, 0, 0, 0)).toMatchObject({ coarse: 'text', impossible: null })
  })

  it('places a word between its neighbors where its time goes back', () => {
    const words = [0, 2, 1, 3].map((begin, at) => ({ text: 'abcd'[at]!, begin, end: begin + 0.5 }))
    expect(transcript({ text: 'a b c d', words, segments: null }, 8)).toEqual({
      words: [
        { text: ' a', begin: 0, end: 0.5 },
        { text: ' b', begin: 0.5, end: 1 },
        { text: ' c', begin: 1, end: 1.5 },
        { text: ' d', begin: 3, end: 3.5 },
      ],
      segmentEnds: [3.5],
      coarse: null,
      impossible: '"c" lies from 1 to 1.5 s, behind what begins at 2 s',
    })
  })

  it('keeps the words of segments whose order is that of speech and whose times are not', () => {
    const segments = [6, 4, 2].map((begin, at) => ({ text: ` ${'abc'[at]}`, begin, end: begin + 1, noSpeech: 0 }))
    const { words, coarse } = transcript({ text: 'a b c', words: null, segments }, 6)
    expect([words.map(({ text, begin }) => [text, begin]), coarse]).toEqual([
      [
        [' a', 0],
        [' b', 2],
        [' c', 4],
      ],
      'text',
    ])
  })

  it('keeps words that the text does not have, and times those that only it has', () => {
    const placed = timedText('walk over three four five', each('walk', 'er', 'over', 'five'))
    expect(placed).toEqual([
      { begin: 0, end: 1, text: ' walk', offset: 0 },
      { begin: 1, end: 2, text: ' er', offset: null },
      { begin: 2, end: 3, text: ' over', offset: 5 },
      { begin: 3, end: 3, text: ' three', offset: 10 },
      { begin: 3, end: 3, text: ' four', offset: 10 },
      { begin: 3, end: 4, text: ' five', offset: 21 },
    ])
  })

  it('says all of the text, whatever the words are', () => {
    const anyWords = fc.array(fc.string({ unit: 'grapheme', maxLength: 6 }), { maxLength: 12 })
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), anyWords, (text, words) => {
        const placed = timedText(text, each(...words)).filter(({ offset }) => offset !== null)
        const letters = (of: string) => of.replace(/[^\p{L}\p{N}\p{M}]/gu, '')
        expect(letters(placed.map((word) => word.text).join(''))).toBe(letters(text))
      }),
    )
  })

  it('finds every word of a text that is its own', () => {
    const word = fc.stringMatching(/^[a-zé]{1,7}$/)
    const sign = fc.constantFrom('', ',', '.', '!', '…', '"')
    fc.assert(
      fc.property(fc.array(fc.tuple(word, sign), { minLength: 1, maxLength: 30 }), (pairs) => {
        const text = pairs.map((pair) => pair.join('')).join(' ')
        const placed = timedText(text, each(...pairs.map(([bare]) => bare)))
        expect(placed.map((one) => one.text.trim())).toEqual(pairs.map((pair) => pair.join('')))
        expect(placed.map(({ begin }) => begin)).toEqual(pairs.map((_, index) => index))
      }),
    )
  })

  it('finds its way back after words that were heard otherwise', () => {
    const same = ['the', 'river', 'runs', 'below', 'the', 'town', 'and', 'nobody', 'minds']
    const text = `${same.slice(0, 4).join(' ')} quite something else ${same.slice(4).join(' ')}`
    const placed = timedText(text, each(...same.slice(0, 4), 'white', 'thing', ...same.slice(4)))
    expect(placed.find((word) => word.text === ' town')).toMatchObject({ begin: 7, end: 8 })
    expect(placed.find((word) => word.text === ' quite')?.begin).toBe(4)
    expect(placed.find((word) => word.text === ' else')?.end).toBe(6)
  })
})

describe('words of a text', () => {
  it.each([
    ['One, two.', [' One,', ' two.']],
    ['  spaced \n out ', [' spaced', ' out']],
    ['「はい」と言う。', ['「はい」', 'と', '言う。']],
    ['Say はい!', [' Say', ' はい!']],
    ['', []],
  ])('bring their spaces: %j', (text, expected) => expect(wordsOf(text)).toEqual(expected))

  it('share the time by their characters', () => {
    expect(spread('ab cdef', 1, 4)).toEqual([
      { begin: 1, end: 2, text: ' ab' },
      { begin: 2, end: 4, text: ' cdef' },
    ])
  })
})

describe('what is heard', () => {
  const seconds = fc.double({ min: -5, max: 40, noNaN: true })
  const times = fc.record({ start: seconds, end: seconds })
  const word = fc.tuple(times, fc.string({ maxLength: 8 })).map(([time, text]) => ({ ...time, word: text }))
  const segment = fc
    .tuple(times, fc.string({ maxLength: 20 }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([time, text, no_speech_prob]) => ({ ...time, text, no_speech_prob }))
  const answers = fc.record(
    { text: fc.string({ maxLength: 40 }), words: fc.array(word), segments: fc.array(segment) },
    { requiredKeys: [] },
  )

  it('is in order and within the audio, whatever was answered', () => {
    fc.assert(
      fc.property(answers, fc.double({ min: 0.1, max: 30, noNaN: true }), (json, audioSec) => {
        const answer = parseAnswer(JSON.stringify(json))
        if (answer === null) return
        const { words, segmentEnds } = transcript(answer, audioSec)
        const all = words.flatMap(({ begin, end }) => [begin, end])
        expect(all).toEqual([...all].sort((a, b) => a - b))
        expect(all.concat(segmentEnds).every((time) => time >= 0 && time <= audioSec)).toBe(true)
        expect(segmentEnds).toEqual([...segmentEnds].sort((a, b) => a - b))
        expect(words.every(({ text }) => text.trim() !== '')).toBe(true)
      }),
    )
  })

  it('keeps apart segments that the server trimmed', () => {
    const segments = [
      { begin: 0, end: 1, text: 'First.', noSpeech: 0 },
      { begin: 1, end: 2, text: 'Second.', noSpeech: 0 },
    ]
    const answer: ServiceAnswer = { text: 'First. Second.', words: each('First', 'Second'), segments }
    expect(transcript(answer, 2).words.map(({ text }) => text)).toEqual([' First.', ' Second.'])
  })

  it('leaves out words by the segment that has their text, not by their times', () => {
    const segments = [
      { begin: 0, end: 1, text: ' Real.', noSpeech: 0.1 },
      { begin: 1, end: 9, text: ' Made up.', noSpeech: 0.9 },
      { begin: 9, end: 10, text: ' Real too.', noSpeech: 0.8 },
    ]
    const words = [
      { begin: 0.9, end: 1.2, text: 'Real' },
      { begin: 1.2, end: 2, text: 'Made' },
      { begin: 2, end: 3, text: 'up' },
      { begin: 8.9, end: 9.4, text: 'Real' },
      { begin: 9.4, end: 9.9, text: 'too' },
    ]
    const { words: heard, segmentEnds } = transcript({ text: null, words, segments }, 10)
    expect(heard.map(({ text }) => text)).toEqual([' Real.', ' Real', ' too.'])
    expect(segmentEnds).toEqual([1, 9, 10])
  })
})

describe('an answer is read', () => {
  it.each([
    ['[]', null],
    ['{}', null],
    ['"text"', null],
    ['{"text": null, "words": null}', null],
    ['{"text": "a", "words": "none", "segments": 3}', { text: 'a', words: null, segments: null }],
    ['{"text": "a", "words": [], "segments": []}', { text: 'a', words: null, segments: null }],
    ['{"text": "", "words": [], "segments": []}', { text: '', words: [], segments: [] }],
    [
      '{"words": [{"word": "a", "start": 1, "end": 0.5}]}',
      { text: null, words: [{ begin: 1, end: 1, text: 'a' }], segments: null },
    ],
  ])('as far as it can be: %s', (body, expected) => expect(parseAnswer(body)).toEqual(expected))
})
