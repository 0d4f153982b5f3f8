import { readFileSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/core/errors.js'
import { runProgram, temporaryFolder, wordsOf } from '../../helpers/program.js'
import { joined, wavOf } from '../../helpers/recordings.js'
import { hear, load, loadTiny, spelled, TINY_MODELS, tones } from './tiny-models.js'

const LOW_HZ = 400
const HIGH_HZ = 5000

describe('CTC models', () => {
  it('say words with the times of their letters, and letters that come twice', async () => {
    const { asr, metadata, log } = await loadTiny('wav2vec2')
    const audio = joined([tones([[0, 0.5]]), spelled('HELLO WORLD'), tones([[0, 0.4]])])
    const words = await hear(asr, audio)
    expect(words).toEqual([
      { begin: 0.5, end: 1.1, text: ' HELLO' },
      { begin: 1.6, end: 2.1, text: ' WORLD' },
    ])
    expect(asr.segmentsEndTs(await asr.transcribe(audio, { prompt: '' }))).toHaveLength(2)
    expect(metadata).toEqual({ separator: '', modelType: 'wav2vec2', modelSize: 'wav2vec2', language: null })
    expect(log.warnings).toEqual([])
  })

  it('tell how likely words are', async () => {
    const { asr } = await loadTiny('wav2vec2')
    const [word] = asr.tsWords(await asr.transcribe(spelled('OLD'), { prompt: '' }))
    expect(word?.probability).toBeGreaterThan(0.9)
    expect(word?.probability).toBeLessThanOrEqual(1)
  })

  it('hear audio of any length, and cut it in the pauses', async () => {
    const { asr } = await loadTiny('wav2vec2')
    const words = await hear(asr, spelled('HELLO WORLD '.repeat(25)))
    expect(words.map(({ text }) => text).join('')).toBe(' HELLO WORLD'.repeat(25))
    for (const [index, { begin }] of words.entries()) {
      expect(begin).toBeCloseTo(Math.floor(index / 2) * 2.1 + (index % 2) * 1.1, 1)
    }
  })

  it('take any language and cannot translate', async () => {
    const { asr } = await loadTiny('wav2vec2', { lan: 'de' })
    expect(asr.originalLanguage).toBe('de')
    expect(() => asr.setTranslateTask?.()).toThrow(UsageError)
    await expect(loadTiny('wav2vec2', { task: 'translate' })).rejects.toThrow('cannot translate')
  })
})

describe('Moonshine', () => {
  const SPEECH = tones([
    [0, 0.5],
    [LOW_HZ, 0.5],
    [0, 0.5],
    [LOW_HZ, 1],
    [0, 0.6],
  ])

  it('says words that are spread over what is loud, and warns once', async () => {
    const { asr, log } = await loadTiny('moonshine')
    const words = await hear(asr, SPEECH)
    await hear(asr, SPEECH)
    expect(words.map(({ text }) => text)).toEqual([' One', ' two', ' three'])
    expect(words[0]?.begin).toBeCloseTo(0.5, 1)
    expect(words.at(-1)?.end).toBeCloseTo(2.5, 1)
    expect(log.warnings).toEqual(['times of words are coarse: a moonshine model gives text only'])
  })

  it('keeps the times of words when audio is appended, and when its start is cut off', async () => {
    const { asr } = await loadTiny('moonshine')
    const first = await hear(asr, SPEECH, 0)
    const longer = await hear(asr, joined([SPEECH, tones([[LOW_HZ, 1]])]), 0)
    expect(longer.slice(0, 3)).toEqual(first)
    expect(longer.slice(3).map(({ text }) => text)).toEqual([' four.', ' Five'])
    expect(longer[3]?.begin).toBeGreaterThanOrEqual(3.1)
  })

  it('ends segments at sentences', async () => {
    const { asr } = await loadTiny('moonshine')
    const result = await asr.transcribe(tones([[LOW_HZ, 3]]), { prompt: '' })
    const words = asr.tsWords(result)
    expect(asr.segmentsEndTs(result)).toEqual([words[3]?.end, words.at(-1)?.end])
  })
})

describe('Whisper', () => {
  const speech = (hertz: number) =>
    tones([
      [0, 1],
      [hertz, 2],
      [0, 2],
      [hertz, 1],
      [0, 1],
    ])

  it('says words with the times of its attention', async () => {
    const { asr, log, metadata } = await loadTiny('whisper', { lan: 'en' })
    expect(await hear(asr, speech(LOW_HZ))).toEqual([
      { begin: 1, end: expect.closeTo(2, 1), text: ' one' },
      { begin: expect.closeTo(2, 1), end: 3, text: ' two' },
      { begin: 5, end: expect.closeTo(6, 1), text: ' three' },
    ])
    expect(metadata).toMatchObject({ modelType: 'whisper', language: 'en' })
    expect(log.warnings).toEqual([])
  })

  it('detects the language, is told it, and translates', async () => {
    const texts = async (options: object, hertz: number) => {
      const { asr } = await loadTiny('whisper', { ...options })
      return (await hear(asr, speech(hertz))).map(({ text }) => text).join('')
    }
    expect(await texts({}, LOW_HZ)).toBe(' one two three')
    expect(await texts({}, HIGH_HZ)).toBe(' eins zwei drei')
    expect(await texts({ lan: 'de' }, LOW_HZ)).toBe(' eins zwei drei')
    expect(await texts({ lan: 'de', task: 'translate' }, LOW_HZ)).toBe(' one two three')
  })

  it('refuses a language that the model does not have', async () => {
    await expect(loadTiny('whisper', { lan: 'fr' })).rejects.toMatchObject({
      message: 'this whisper model does not know the language "fr"',
      hint: 'it knows en, de',
    })
  })

  it('spreads the words of a segment where there are no cross attentions, and says so', async () => {
    const modelDir = temporaryFolder()
    const source = join(TINY_MODELS, 'whisper')
    await cp(source, modelDir, { recursive: true, filter: (file) => !file.endsWith('generation_config.json') })
    const { alignment_heads, ...config } = JSON.parse(readFileSync(join(source, 'generation_config.json'), 'utf8'))
    writeFileSync(join(modelDir, 'generation_config.json'), JSON.stringify(config))
    expect(alignment_heads).toEqual([[0, 0]])
    const { asr, log } = await load({ modelDir, lan: 'en' })
    const words = await hear(asr, speech(LOW_HZ))
    expect(words.map(({ text }) => text)).toEqual([' one', ' two', ' three'])
    expect(words[0]?.begin).toBeCloseTo(1, 1)
    expect(words.at(-1)?.end).toBeCloseTo(6, 1)
    expect(log.warnings[0]).toMatch(/coarse: this Whisper model has no cross attentions/)
  })

  it('hears audio that is longer than its window', async () => {
    const { asr } = await loadTiny('whisper', { lan: 'en' })
    const words = await hear(asr, joined([speech(LOW_HZ), tones([[0, 25]]), speech(LOW_HZ)]))
    expect(words.map(({ text }) => text)).toEqual([' one', ' two', ' three', ' one', ' two', ' three'])
    expect(words[3]?.begin).toBeCloseTo(33, 0)
  })
})

describe('the command line', () => {
  it('transcribes with a model from a folder', async () => {
    const folder = temporaryFolder()
    const wav = join(folder, 'hello.wav')
    writeFileSync(wav, wavOf(joined([spelled('HELLO WORLD  OLD HERO '), tones([[0, 1]])])))
    const { code, stdout, stderr } = await runProgram([
      '--backend',
      'transformers',
      '--model_dir',
      join(TINY_MODELS, 'wav2vec2'),
      wav,
      '--comp-unaware',
    ])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(wordsOf(stdout).filter((word) => word !== '')).toEqual(['HELLO', 'WORLD', 'OLD', 'HERO'])
  })

  it('lists the backend', async () => {
    const { stdout } = await runProgram(['backends'])
    expect(stdout).toContain('transformers')
  })
})
