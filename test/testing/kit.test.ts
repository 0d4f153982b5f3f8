import { describe, expect, it } from 'vitest'
import type { LoadedModel, ModelLoader } from '../../src/backends/contract.js'
import { BackendError } from '../../src/core/errors.js'
import type { Capabilities } from '../../src/core/types.js'
import { type BackendTestOptions, backendRules, checkBackend } from '../../src/testing/index.js'
import { wordErrorRate } from '../../src/testing/speech-rule.js'
import { GoodProcessor, GoodRecognizer, METADATA } from './made-up.js'

const RECOGNISER = async (): Promise<LoadedModel> => ({ asr: new GoodRecognizer(), metadata: METADATA })
const PROCESSOR = async (): Promise<LoadedModel> => ({ processor: new GoodProcessor(), metadata: METADATA })
const CAPABILITIES: Capabilities = {
  wordTimes: 'words',
  prompts: true,
  languages: ['en'],
  translation: true,
  streaming: false,
}
const loader = (changes: object = {}): ModelLoader => ({ description: 'made up', load: RECOGNISER, ...changes })

async function breachOf(source: Parameters<typeof checkBackend>[0], options: BackendTestOptions = {}) {
  const broken = (await checkBackend(source, options)).filter(({ verdict }) => verdict === 'broken')
  return broken.map(({ rule, message }) => `${rule.id}: ${message}`).join('\n')
}

describe('what a loader tells', () => {
  it.each<readonly [string, object, string]>([
    ['no description', { description: undefined }, 'loader: description is undefined; it is one line'],
    ['two lines', { description: 'a\nb' }, 'loader: description is a string (a\nb); it is one line'],
    [
      'odd word times',
      { capabilities: { ...CAPABILITIES, wordTimes: true } },
      'loader: capabilities.wordTimes is a boolean (true)',
    ],
    [
      'odd prompts',
      { capabilities: { ...CAPABILITIES, prompts: 'yes' } },
      'loader: capabilities.prompts is a string (yes)',
    ],
    [
      'one language as text',
      { capabilities: { ...CAPABILITIES, languages: 'en' } },
      'loader: capabilities.languages is a string (en)',
    ],
    [
      'a stream that is none',
      { capabilities: { ...CAPABILITIES, streaming: true } },
      'loader: the loader gives a recognizer and capabilities.streaming is true',
    ],
  ])('%s breaks the rule', async (_, changes, message) => {
    expect(await breachOf(loader(changes))).toContain(message)
  })

  it('is good when it is true', async () => {
    expect(await breachOf(loader({ capabilities: CAPABILITIES }))).toBe('')
    expect(await breachOf(loader({ capabilities: { ...CAPABILITIES, streaming: true }, load: PROCESSOR }))).toBe('')
  })

  it('has metadata that fit', async () => {
    const withMetadata = (metadata: object) => async () => ({ ...(await RECOGNISER()), metadata }) as LoadedModel
    expect(await breachOf(withMetadata({ ...METADATA, separator: '' }))).toBe(
      'metadata: metadata.separator is "" and sep is " "; they are the same',
    )
    expect(await breachOf(withMetadata({ ...METADATA, language: undefined }))).toContain(
      'metadata.language is undefined',
    )
    expect(await breachOf(withMetadata({ separator: ' ' }))).toContain('metadata.modelType is undefined')
  })
})

describe('speech', () => {
  const audio = new Float32Array(16_000)

  it('must give words', async () => {
    const nothing = { audio: audio.subarray(0, 100) }
    expect(await breachOf(RECOGNISER, { speech: nothing })).toBe(
      'speech: the speech gives no text; a recognizer finds words in speech',
    )
    expect(await breachOf(PROCESSOR, { speech: nothing })).toContain('speech: the speech gives no text')
    expect(await breachOf(RECOGNISER, { speech: { audio } })).toBe('')
  })

  it('must give roughly the right words, where the caller says which', async () => {
    const speech = { audio, words: 'Hello, world.' }
    expect(await breachOf(RECOGNISER, { speech })).toBe(
      'speech: 100 % of the words are wrong: said was "Hello, world.", recognized was "0.0 0.0"; ' +
        'at most 50 % may be (maxWordErrors)',
    )
    expect(
      await breachOf(RECOGNISER, { speech: { ...speech, words: ['0.0', { text: '0.0!' }], maxWordErrors: 0 } }),
    ).toBe('')
    expect(await breachOf(RECOGNISER, { speech: { ...speech, maxWordErrors: 1 } })).toBe('')
  })

  it.each([
    ['And so, my fellow Americans', 'and so my fellow americans', 0],
    ['one two three four', 'one too three', 0.5],
    ['吾輩は猫である', '吾輩は猫である。', 0],
    ['a', '', 1],
    ['', '', 0],
  ])('"%s" for "%s" has a word error rate of %d', (said, recognized, rate) => {
    expect(wordErrorRate(said, recognized)).toBe(rate)
  })
})

describe('the kit', () => {
  it('loads as the program does, with options', async () => {
    const options = (zod: typeof import('zod').z) => zod.object({ words: zod.int().default(3) })
    const seen: unknown[] = []
    const load = async (config: { readonly words?: number; readonly lan: string }) => {
      seen.push(config.words, config.lan)
      return RECOGNISER()
    }
    const made = loader({ options, load })
    expect(await breachOf(made, { config: { words: 5, lan: 'cs' } })).toBe('')
    expect(new Set(seen)).toEqual(new Set([5, 'cs']))
    await expect(checkBackend(made, { config: { word: 5 } })).rejects.toThrow('unknown key "word"')
  })

  it('tells why nothing can be checked', async () => {
    const unavailable = loader({ availability: async () => ({ available: false, reason: 'no gpu' }) })
    await expect(checkBackend(unavailable)).rejects.toThrow('is not available: no gpu')
    const failing = loader({ load: () => Promise.reject(new BackendError('no model')) })
    await expect(checkBackend(failing)).rejects.toThrow('loading the backend fails: no model')
    await expect(checkBackend(() => new Promise(() => {}), { withinSec: 0.01 })).rejects.toThrow(
      'loading the backend has not ended after 0.01 s',
    )
  })

  it('leaves out what the caller excepts, and says so', async () => {
    const [first, ...others] = await checkBackend(RECOGNISER, { except: { metadata: 'it is old' } })
    expect(first).toMatchObject({ rule: { id: 'metadata' }, verdict: 'excepted', message: 'it is old' })
    expect(others.filter(({ verdict }) => verdict !== 'kept')).toEqual([])
    await expect(checkBackend(RECOGNISER, { except: { metadatas: 'x' } })).rejects.toThrow(
      'there is no rule "metadatas"',
    )
  })

  it('has rules with names of their own', () => {
    for (const kind of ['recognizer', 'processor']) {
      const ids = backendRules.filter(({ of }) => of === 'all' || of === kind).map(({ id }) => id)
      expect(ids).toEqual([...new Set(ids)])
    }
  })
})
