import { describe, expect, it } from 'vitest'
import { readManifest } from '../../src/evaluation/references/manifest.js'
import { readReference } from '../../src/evaluation/references/reference.js'

describe('readReference', () => {
  it('reads words with times, and finds utterances', () => {
    const words = [
      { word: 'Yes.', start: 0, end: 0.5 },
      { word: 'It', start: 0.6, end: 0.8 },
      { word: 'is', start: 2.5, end: 2.8 },
    ]
    const spoken = readReference('a.ref.json', JSON.stringify({ language: 'en', duration: 3, words }))
    expect(spoken).toMatchObject({ language: 'en', text: 'Yes. It is', words })
    expect(spoken.utterances.map(({ text }) => text)).toEqual(['Yes.', 'It', 'is'])
  })

  it('reads text alone', () => {
    expect(readReference('a.txt', '\ufeffIt is.\n')).toEqual({
      language: null,
      text: 'It is.',
      words: [],
      utterances: [],
    })
  })

  it.each(['a.ref.json', 'a.stm', 'a.ctm'])(
    'reads %s with a mark of the order of bytes and Windows line ends',
    (name) => {
      const content = name.endsWith('json')
        ? '{"words":\r\n[{"word":"it","start":0.5,"end":1}]}'
        : name.endsWith('stm')
          ? 'talk 1 anna 0.5 1 it\r\n'
          : ' talk 1 0.5 0.5 it\r\n'
      expect(readReference(name, `\ufeff${content}`)).toMatchObject({
        text: 'it',
        utterances: [{ text: 'it', start: 0.5, end: 1 }],
      })
    },
  )

  it.each([
    ['English', 'en'],
    ['EN', 'en'],
    ['en_GB', 'en'],
    ['eng', 'en'],
    ['yue', 'yue'],
    ['zh-CN', 'zh'],
    ['zxx', 'zxx'],
    ['', null],
    ['Klingonese', 'klingonese'],
  ])('knows the language "%s" as %s', (language, code) => {
    expect(readReference('a.ref.json', JSON.stringify({ language, text: 'it' })).language).toBe(code)
    expect(readManifest('a.csv', `path,text,locale\na.wav,it,${language}\n`)[0]?.spoken.language).toBe(code)
  })

  it.each([
    ['a.stm', 'a 1 speaker 1.2.3 4 it', /line 1 is not STM/],
    ['a.stm', 'a 1 speaker 5 4 it', /line 1 is not STM/],
    ['a.ref.json', '{', /is not JSON/],
    ['a.ref.json', '{}', /neither text nor words/],
    ['a.ref.json', '{"words": [{"word": "a"}]}', /word 0 has no word, start and end/],
    ['a.stm', 'a 1 speaker 0.0', /line 1 is not STM/],
    ['a.ctm', 'a 1 x', /line 1 is not CTM/],
  ])('says what is wrong with %s %s', (name, text, message) => {
    expect(() => readReference(name, text)).toThrow(message)
  })
})

describe('readManifest', () => {
  it('reads STM: utterances in order, comments and what is not scored left out', () => {
    const text = [
      ';; comment',
      'talk 1 anna 2.5 4.0 <o,f0,female> and so on',
      'talk 1 anna 0.0 2.0 it was',
      'talk 1 inter 4.0 5.0 ignore_time_segment_in_scoring',
      'other 1 ben 0 1 yes',
    ].join('\n')
    const entries = readManifest('all.stm', text)
    expect(entries.map(({ audio }) => audio)).toEqual(['talk', 'other'])
    expect(entries[0]?.spoken).toMatchObject({
      text: 'it was and so on',
      utterances: [
        { text: 'it was', start: 0, end: 2 },
        { text: 'and so on', start: 2.5, end: 4 },
      ],
    })
  })

  it('reads CTM: words with times', () => {
    const [entry] = readManifest('all.ctm', 'talk A 0.5 0.25 it 0.9\ntalk A 1.0 0.5 was')
    expect(entry?.spoken.words).toEqual([
      { word: 'it', start: 0.5, end: 0.75 },
      { word: 'was', start: 1, end: 1.5 },
    ])
  })

  it("reads Hugging Face's metadata.csv with quotes in it", () => {
    const csv = 'file_name,transcription,language\r\na.wav,"He said ""no"",\r\nand left",en-US\r\n'
    expect(readManifest('metadata.csv', csv)).toEqual([
      { audio: 'a.wav', spoken: { language: 'en', text: 'He said "no",\r\nand left', words: [], utterances: [] } },
    ])
  })

  it("reads Common Voice's TSV, and tables without a head", () => {
    const [entry] = readManifest('cv.tsv', 'client_id\tpath\tsentence\nx\ta.mp3\t"Quoted" as it is\n')
    expect(entry).toMatchObject({ audio: 'a.mp3', spoken: { text: '"Quoted" as it is' } })
    expect(readManifest('two.tsv', 'a.wav\tit was\nb.wav\tthe best\n').map(({ audio }) => audio)).toEqual([
      'a.wav',
      'b.wav',
    ])
  })

  it('says which column is missing', () => {
    expect(() => readManifest('x.csv', 'name,audio,length\na,b.wav,3')).toThrow(
      /no column for text: name, audio, length/,
    )
    expect(() => readManifest('x.csv', 'audio,text,x\nb.wav')).toThrow(/row 2: audio or text is missing/)
  })
})
