import { describe, expect, it } from 'vitest'
import { recognizer, tone } from '../../helpers/openai-api.js'
import { KEY, transcriptionService } from '../../helpers/transcription-service.js'

const service = transcriptionService()

const texts = (words: readonly { readonly text: string }[]) => words.map(({ text }) => text)

describe('a request', () => {
  it('is what the API reference says', async () => {
    const visitor = service('verbose')
    const { hear } = recognizer(visitor.baseUrl, { language: 'de', temperature: 0.2 })
    await hear(2.5, { prompt: ' said "before" — ja?\n' })
    const [request] = await visitor.seen()
    expect(request).toEqual({
      task: 'transcriptions',
      fields: [
        ['model', 'whisper-1'],
        ['response_format', 'verbose_json'],
        ['temperature', '0.2'],
        ['prompt', ' said "before" — ja?\r\n'],
        ['language', 'de'],
        ['timestamp_granularities[]', 'word'],
        ['timestamp_granularities[]', 'segment'],
      ],
      ...{ seconds: 2.5, name: 'audio.wav', type: 'audio/wav', authorization: `Bearer ${KEY}` },
    })
  })

  it('to translate has neither a language nor times of words, which that endpoint does not know', async () => {
    const visitor = service('segments-only')
    const { asr, hear } = recognizer(visitor.baseUrl, { language: 'de' })
    asr.setTranslateTask()
    const session = await asr.session()
    expect((await hear()).length).toBeGreaterThan(5)
    await session.transcribe(tone(1), { prompt: '' })
    const names = (await visitor.seen()).map(({ task, fields }) => [task, ...fields.map(([name]) => name)])
    const wanted = ['translations', 'model', 'response_format', 'temperature']
    expect(names).toEqual([wanted, wanted])
  })

  it('leaves out the prompt, the language and the key where they are not wanted', async () => {
    const visitor = service('open')
    await recognizer(visitor.baseUrl, { key: null, sendPrompt: false }).hear(1, { prompt: 'before' })
    const [request] = await visitor.seen()
    expect(request?.authorization).toBeNull()
    expect(request?.fields.map(([name]) => name)).not.toContain('prompt')
    expect(request?.fields.map(([name]) => name)).not.toContain('language')
  })

  it.each([
    ['signs that are none', '\u0000\u0007'],
    ['half a character', '\ud800'],
    ['what looks like a field', '--x\r\nContent-Disposition: form-data; name="model"\r\n\r\ny'],
    ['another script', 'ありがとう'],
    ['very much', 'x'.repeat(9000)],
  ])('takes any prompt: %s', async (_, prompt) => {
    const visitor = service('verbose')
    expect(await recognizer(visitor.baseUrl).hear(8, { prompt })).toHaveLength(14)
    expect((await visitor.seen())[0]?.fields.filter(([name]) => name === 'model')).toHaveLength(1)
  })

  it('is not made for nothing, for too little, and for silence', async () => {
    const visitor = service('verbose')
    const { asr } = recognizer(visitor.baseUrl)
    for (const audio of [
      new Float32Array(0),
      tone(0.05),
      new Float32Array(16_000),
      new Float32Array(16_000).fill(5e-5),
    ]) {
      const result = await asr.transcribe(audio, { prompt: '' })
      expect([asr.tsWords(result), asr.segmentsEndTs(result)]).toEqual([[], []])
    }
    expect(await visitor.seen()).toEqual([])
    expect(asr.sentSec).toBe(0)
  })

  it('is one of several at once', async () => {
    const visitor = service('verbose')
    const { hear } = recognizer(visitor.baseUrl)
    const all = await Promise.all([2, 4, 6, 8].map((seconds) => hear(seconds)))
    expect(all.every((words, i) => words.every(({ end }) => end <= 2 * (i + 1)))).toBe(true)
  })
})

describe('an answer', () => {
  it('gives words with the punctuation of the text, and ends of segments', async () => {
    const { asr, said } = recognizer(service('verbose').baseUrl)
    const result = await asr.transcribe(tone(8), { prompt: '' })
    const words = asr.tsWords(result)
    expect(texts(words).join(asr.sep)).toBe(' The old mill, its wheel long gone, still hums. It cost $5,000 in 1990!')
    expect(words[2]).toEqual({ begin: 0.5, end: 0.98, text: ' mill,' })
    expect(words[11]).toEqual({ begin: 4.7, end: 5.3, text: ' $5,000' })
    expect(asr.segmentsEndTs(result)).toEqual([3.68, 6.24])
    expect(said.warn).toEqual([])
  })

  it('loses the segments in which nobody speaks', async () => {
    const words = await recognizer(service('no-speech').baseUrl).hear()
    expect(words.at(-1)?.text).toBe(' 1990!')
    expect(texts(words)).not.toContain(' Thank')
  })

  it('may have words without segments: sentences end them', async () => {
    const { asr } = recognizer(service('words-only').baseUrl)
    const result = await asr.transcribe(tone(8), { prompt: '' })
    expect(texts(asr.tsWords(result)).slice(-2)).toEqual([' in', ' 1990!'])
    expect(asr.segmentsEndTs(result)).toEqual([3.6, 6.2])
  })

  it('may have segments without words: they share the time, and it is said once', async () => {
    const { asr, hear, said } = recognizer(service('segments-only').baseUrl)
    const words = await hear()
    await hear()
    const session = await asr.session()
    await session.transcribe(tone(8), { prompt: '' })
    expect(texts(words).slice(7, 11)).toEqual([' still', ' hums.', ' It', ' cost'])
    expect([words[0]?.begin, words[8]?.end, words[9]?.begin, words.at(-1)?.end]).toEqual([0, 3.68, 4.1, 6.24])
    expect(said.warn).toEqual(['the service gives times for segments only: the times of words are coarse'])
  })

  it('may be a text alone: its words share the audio, and it is said once', async () => {
    const { hear, said } = recognizer(service('text-only').baseUrl)
    const words = await hear()
    await hear()
    expect([words[0]?.begin, words.at(-1)?.end, words.length]).toEqual([0, 8, 14])
    expect(said.warn).toEqual(['the service gives text without times: the times of words are coarse'])
  })

  it('may say nothing', async () => {
    const { hear, said } = recognizer(service('silent').baseUrl)
    expect(await hear()).toEqual([])
    expect(said.warn).toEqual([])
  })

  it('may have its words within the segments, token by token', async () => {
    expect(await recognizer(service('nested-words').baseUrl).hear()).toEqual([
      { begin: 0, end: 0.8, text: ' Unbelievable,', probability: 0.8 },
      { begin: 1, end: 1.2, text: ' he', probability: 0.8 },
      { begin: 1.2, end: 1.7, text: ' said.', probability: 0.95 },
    ])
  })

  it('may have words with signs and spaces of their own', async () => {
    const words = await recognizer(service('spaced-words').baseUrl).hear()
    expect(texts(words)).toEqual([' When', ' you', ' call,', ' she', ' answers.'])
    expect(words[0]).toEqual({ begin: 0.82, end: 1.34, text: ' When', probability: 0.72 })
  })

  it('may be in a language without spaces', async () => {
    const words = await recognizer(service('japanese').baseUrl).hear()
    expect(texts(words)).toEqual(['今日', 'は、', 'いい', '天気', 'です。', '「はい」'])
  })

  it('is put into the audio and into order', async () => {
    const { asr } = recognizer(service('odd-times').baseUrl)
    const result = await asr.transcribe(tone(8), { prompt: '' })
    const words = asr.tsWords(result)
    expect(texts(words)).toEqual([' One', ' two', ' three', ' four', ' five.'])
    expect(words.map(({ begin }) => begin)).toEqual([0, 0.3, 8, 8, 8])
    expect(words.every(({ begin, end }) => begin <= end && end <= 8)).toBe(true)
    expect(asr.segmentsEndTs(result)).toEqual([8])
  })

  it('is believed in its text where its words differ', async () => {
    const words = await recognizer(service('other-words').baseUrl).hear()
    expect(texts(words).join('')).toBe(' Well, twenty-one people uh came in, really.')
    expect(words.find(({ text }) => text === ' twenty-one')).toEqual({ begin: 0.5, end: 1.2, text: ' twenty-one' })
    expect(words.find(({ text }) => text === ' in,')).toMatchObject({ begin: 2.4, end: 3 })
  })
})

describe('what is sent', () => {
  it('is counted, sessions and attempts included, and told at the end, once', async () => {
    const { asr, hear, said } = recognizer(service('trouble-twice').baseUrl)
    await hear(2)
    const session = await asr.session()
    await session.transcribe(tone(1.5), { prompt: '' })
    expect([asr.sentSec, session.sentSec]).toEqual([7.5, 1.5])
    expect(asr.timings()).toEqual([{ stage: 'requests, 7.5 s of audio', seconds: expect.any(Number), calls: 4 }])
    said.info.length = 0
    await session.close()
    await asr.close()
    await asr.close()
    expect(said.info).toEqual([
      expect.stringMatching(/^1\.5 s of audio went to 127\.0\.0\.1:\d+ in 1 request$/),
      expect.stringMatching(/^7\.5 s of audio went to 127\.0\.0\.1:\d+ in 4 requests$/),
    ])
  })
})
