import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { LoadedModel, ModelLoader } from '../../src/backends/contract.js'
import {
  availabilityOf,
  createRegistry,
  getLoader,
  listLoaders,
  loadBackend,
  registerLoader,
} from '../../src/backends/registry.js'
import { parseConfig } from '../../src/config/config.js'
import { AsrStreamError, BackendError, ModelError, UsageError } from '../../src/core/errors.js'
import { rememberingLog } from '../helpers/logs.js'

const metadata = { separator: '', modelType: 't', modelSize: 's', language: null }
const complete = { sep: '', transcribe: async () => [], tsWords: () => [], segmentsEndTs: () => [] }
const context = () => ({ log: rememberingLog(), progress: () => {} })
const loaderOf = (load: ModelLoader['load'], rest: Partial<ModelLoader> = {}): ModelLoader => ({
  description: 'a test',
  load,
  ...rest,
})
const giving = (loaded: unknown) => loaderOf(async () => loaded as LoadedModel)

describe('a registry', () => {
  it('has the built-in backends, imported when they are asked for', async () => {
    const registry = createRegistry()
    expect(registry.listLoaders()).toEqual([
      { name: 'onnx-whisper', origin: 'built in' },
      { name: 'openai-api', origin: 'built in' },
      { name: 'scripted', origin: 'built in' },
      { name: 'transformers', origin: 'built in' },
    ])
    vi.stubEnv('OPENAI_API_KEY', 'a-key')
    onTestFinished(() => void vi.unstubAllEnvs())
    for (const { name } of registry.listLoaders()) {
      const loader = await registry.getLoader(name)
      expect(loader.description).not.toBe('')
      expect(await availabilityOf(loader)).toEqual({ available: true })
    }
  })

  it('takes further ones, each name once', async () => {
    const registry = createRegistry()
    const mine = giving({})
    registry.registerLoader('mine', mine, './mine.mjs')
    expect(await registry.getLoader('mine')).toBe(mine)
    expect(registry.listLoaders().at(-1)).toEqual({ name: 'mine', origin: './mine.mjs' })
    expect(() => registry.registerLoader('mine', giving({}))).toThrow('"mine" of registered is taken (./mine.mjs)')
    expect(() => registry.registerLoader('scripted', giving({}))).toThrow(BackendError)
  })

  it('says which there are when it has none of a name', async () => {
    const registry = createRegistry()
    registry.registerLoader('vosk', giving({}))
    const attempt = registry.getLoader('kaldi')
    await expect(attempt).rejects.toBeInstanceOf(UsageError)
    await expect(attempt).rejects.toMatchObject({
      hint: 'there are: onnx-whisper, openai-api, scripted, transformers, vosk',
    })
  })

  it('does not know what another one was given; the shared one is one', async () => {
    const mine = giving({})
    registerLoader('only-shared', mine)
    expect(await getLoader('only-shared')).toBe(mine)
    expect(listLoaders().map(({ name }) => name)).toContain('only-shared')
    expect(
      createRegistry()
        .listLoaders()
        .map(({ name }) => name),
    ).not.toContain('only-shared')
  })
})

describe('loading a backend', () => {
  const config = parseConfig({ backend: 'mine' })

  it('gives what the loader gives', async () => {
    const loaded = { asr: complete, metadata }
    expect(await loadBackend(giving(loaded), config, context())).toBe(loaded)
  })

  it.each([
    [{ asr: complete }, 'metadata'],
    [{ metadata }, 'asr or processor'],
    [{}, 'metadata, asr or processor'],
    [{ metadata, asr: { ...complete, sep: undefined } }, 'sep'],
    [{ metadata, asr: { sep: ' ' } }, 'transcribe(), tsWords(), segmentsEndTs()'],
    [{ metadata, processor: { init() {}, processIter() {} } }, 'insertAudioChunk(), finish()'],
  ])('says what is missing in %j', async (loaded, missing) => {
    const attempt = loadBackend(giving(loaded), config, context())
    await expect(attempt).rejects.toThrow(`the backend "mine" is incomplete: it has no ${missing}`)
  })

  it.each([
    ['maxAudioSec', 0, 'a number (0)'],
    ['maxAudioSec', Number.NaN, 'a number (NaN)'],
    ['maxAudioSec', 1e-9, 'a number (1e-9)'],
    ['maxAudioSec', '30', 'a string (30)'],
    ['wordDelaySec', 'x', 'a string (x)'],
    ['wordDelaySec', Number.NaN, 'a number (NaN)'],
    ['wordDelaySec', Number.POSITIVE_INFINITY, 'a number (Infinity)'],
  ])('says which number makes no sense: %s %s', async (key, value, came) => {
    const attempt = loadBackend(giving({ metadata, asr: { ...complete, [key]: value } }), config, context())
    await expect(attempt).rejects.toMatchObject({
      code: 'ASR_BACKEND',
      message: `the backend "mine": ${key} is ${came}`,
      hint: expect.stringMatching(/^it is a .*number of seconds/),
    })
  })

  it('takes numbers that make sense', async () => {
    for (const numbers of [{ maxAudioSec: Number.POSITIVE_INFINITY }, { maxAudioSec: 0.5, wordDelaySec: -0.1 }]) {
      const loaded = { metadata, asr: { ...complete, ...numbers } }
      expect(await loadBackend(giving(loaded), config, context())).toBe(loaded)
    }
  })

  it('tells errors of this program as they are, and others with the name of the backend', async () => {
    const own = new ModelError('a file is damaged', { hint: 'fetch it again' })
    await expect(
      loadBackend(
        loaderOf(() => Promise.reject(own)),
        config,
        context(),
      ),
    ).rejects.toBe(own)
    const other = loadBackend(
      loaderOf(() => Promise.reject(new TypeError('x is not a function'))),
      config,
      context(),
    )
    await expect(other).rejects.toThrow('the backend "mine" cannot be loaded: x is not a function')
    await expect(other).rejects.toBeInstanceOf(AsrStreamError)
  })

  it('does not load what is not available', async () => {
    const loader = loaderOf(() => Promise.reject(new Error('must not be called')), {
      availability: async () => ({ available: false, reason: 'no package', install: 'npm i it' }),
    })
    await expect(loadBackend(loader, config, context())).rejects.toMatchObject({
      message: 'the backend "mine" is not available: no package',
      hint: 'to use it: npm i it',
    })
  })

  it('takes an availability that fails for an answer', async () => {
    const loader = loaderOf(async () => ({}) as LoadedModel, { availability: () => Promise.reject(new Error('odd')) })
    expect(await availabilityOf(loader)).toEqual({ available: false, reason: 'odd' })
  })

  it.each([
    [true, 'gave a boolean (true)'],
    ['yes', 'gave a string (yes)'],
    [{}, 'gave an object whose available is undefined'],
    [{ available: 'no' }, 'gave an object whose available is a string (no)'],
    [{ available: false }, 'gave no reason'],
    [{ available: false, reason: 5 }, 'gave no reason'],
  ])('says what an availability must be, of %j', async (answer, gave) => {
    const loader = loaderOf(async () => ({}) as LoadedModel, { availability: async () => answer as never })
    const form = 'its availability() must give { available: true } or { available: false, reason }'
    expect(await availabilityOf(loader)).toEqual({ available: false, reason: `${form}, ${gave}` })
  })

  it('ends with the reason when it is not wanted any more', async () => {
    const abort = new AbortController()
    const loader = loaderOf(async () => {
      abort.abort(new Error('enough'))
      throw new Error('torn connection')
    })
    await expect(loadBackend(loader, config, { ...context(), signal: abort.signal })).rejects.toThrow('enough')
  })
})

describe('a backend that keeps everybody waiting', () => {
  const never = () => new Promise<never>(() => {})
  const waited = () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
  }

  it('is told once while it loads, unless it tells what it does', async () => {
    waited()
    const config = parseConfig({ backend: 'mine' })
    const silent = context()
    void loadBackend(loaderOf(never), config, silent)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(silent.log.warnings).toEqual(['the backend "mine" is still loading, and has said nothing for 15 s'])

    const telling = context()
    const loads: ModelLoader['load'] = async (_, { progress }) => {
      for (let part = 0; part < 10; part++) {
        await new Promise((resolve) => setTimeout(resolve, 10_000))
        progress(`downloading, ${part}0 %`)
      }
      return { asr: complete, metadata } as unknown as LoadedModel
    }
    const loaded = loadBackend(loaderOf(loads), config, telling)
    await vi.advanceTimersByTimeAsync(200_000)
    expect(await loaded).toMatchObject({ asr: complete })
    expect(telling.log.warnings).toEqual([])
  })

  it('is not available when it does not say whether it is', async () => {
    waited()
    const answer = availabilityOf(loaderOf(never, { availability: never }))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await answer).toEqual({ available: false, reason: 'its availability() has not answered within 10 s' })
  })
})
