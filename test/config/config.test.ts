import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { loadVad } from '../../src/backends/onnx/load-vad.js'
import { getLoader } from '../../src/backends/registry.js'
import { ASR_CONFIG_KEYS, optionName, parseConfig, parseLoaderOptions } from '../../src/config/config.js'
import { AsrStreamError, BackendError, UsageError } from '../../src/core/errors.js'
import { silentLog } from '../../src/core/silent-log.js'
import { boundedLag } from '../../src/transcriber/bounded-lag.js'
import { DoubtfulWords } from '../../src/transcriber/doubtful-words.js'
import { openInput } from '../../src/transcriber/open-input.js'
import { liveInput } from '../../src/transcriber/pacing.js'
import { runProgram } from '../helpers/program.js'
import { fixturePath } from '../helpers/speech.js'
import { createProcessor } from '../helpers/streams.js'

const loaderOptions = z.object({
  device: z.enum(['cpu', 'gpu']).default('cpu'),
  batchSize: z.int().positive().default(8),
  label: z.string().optional(),
  beam_width: z.number().optional(),
  verbose: z.boolean().default(false),
  heads: z.array(z.number()).optional(),
})

const snakeCase = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

describe('parseConfig', () => {
  it('has the defaults of whisper_online.py', () => {
    expect(parseConfig({})).toEqual({
      model: 'tiny.en',
      lan: 'auto',
      languages: [],
      task: 'transcribe',
      backend: 'onnx-whisper',
      policy: 'local-agreement',
      minChunkSize: 1,
      bufferTrimming: 'segment',
      bufferTrimmingSec: 15,
      frameThreshold: 25,
      audioMaxLen: 15,
      maxLag: null,
      hallucinationFilter: true,
      initPrompt: '',
      staticInitPrompt: '',
      keyterms: null,
      hotwords: [],
      fast: false,
      beamSize: null,
      temperature: null,
      minConfidence: null,
      modelCacheDir: null,
      offlineModels: false,
      revision: null,
      precision: 'q8',
      modelDir: null,
      threads: 0,
      startAt: 0,
      offline: false,
      compUnaware: false,
      compat: null,
      vac: false,
      vacChunkSize: 0.04,
      vad: false,
      keepLevel: false,
      vadThreshold: 0.5,
      vadMinSilenceMs: 500,
      vadSpeechPadMs: null,
      maxBacklog: 60,
      channel: 'mix',
      rawRate: 16_000,
      rawChannels: 1,
      rawEncoding: 's16le',
      plugins: [],
      workers: 1,
    })
  })

  it('takes its own results, and keys in snake_case, for what they are', () => {
    const config = parseConfig({ minChunkSize: 0.25, modelDir: 'm', compUnaware: true, compat: 'whisper_online' })
    expect(parseConfig(config)).toEqual(config)
    fc.assert(
      fc.property(fc.subarray([...ASR_CONFIG_KEYS]), (keys) => {
        const values: Record<string, unknown> = config
        const written = Object.fromEntries(keys.map((key) => [snakeCase(key), values[key]]))
        const expected = Object.fromEntries(keys.map((key) => [key, values[key]]))
        expect(parseConfig(written)).toMatchObject(expected)
      }),
    )
  })

  it('takes undefined for absent, and "language" for "lan"', () => {
    expect(parseConfig({ model: undefined, language: 'De' })).toMatchObject({ model: 'tiny.en', lan: 'de' })
  })

  it.each([
    [{ mdoel: 'x' }, 'unknown key "mdoel"', 'did you mean "model"?'],
    [{ min_chunk_sise: 1 }, 'unknown key "min_chunk_sise"', 'minChunkSize'],
    [{ model_dir: 'a', modelDir: 'b' }, 'modelDir is given twice, once as "modelDir"', undefined],
    [{ languages: 'en,cs', lan: 'en' }, 'languages goes with detection, not with lan en', 'leave one of them out'],
    [{ languages: 'en,,cs' }, 'languages.1 must be a text that is not empty, not "en,,cs"', undefined],
    [{ language: 'en', lan: 'en' }, 'lan is given twice, once as "lan"', undefined],
    [{ minChunkSize: 0 }, 'minChunkSize must be at least 0.01, not 0', undefined],
    [{ minChunkSize: '1' }, 'minChunkSize must be a number, not "1"', undefined],
    [{ minChunkSize: Number.NaN }, 'minChunkSize must be a number, not NaN', undefined],
    [{ bufferTrimmingSec: Number.POSITIVE_INFINITY }, 'bufferTrimmingSec must be a number, not Infinity', undefined],
    [{ startAt: -1 }, 'startAt must be at least 0, not -1', undefined],
    [{ threads: 1.5 }, 'threads must be a whole number, not 1.5', undefined],
    [{ threads: 1e11 }, 'threads must be at most 256, not 100000000000', undefined],
    [{ offline: 'yes' }, 'offline must be true or false, not "yes"', undefined],
    [{ lan: '  ' }, 'lan must be a text that is not empty, not "  "', undefined],
    [{ task: 'Translate' }, 'task must be one of transcribe, translate, not "Translate"', 'did you mean "translate"?'],
    [{ plugins: [3] }, 'plugins.0 must be a text, not 3', undefined],
    [{ offline: true, comp_unaware: true }, 'offline and compUnaware exclude each other', 'leave one of them out'],
  ])('refuses %j in a plain sentence', (input, message, hint) => {
    const error = refusal(() => parseConfig(input))
    expect(error).toBeInstanceOf(UsageError)
    expect(error.message).toBe(message)
    if (hint === undefined) expect(error.hint).toBeUndefined()
    else expect(error.hint).toContain(hint)
  })

  it("adds a backend's options, checked by its schema", () => {
    const config = parseConfig({ batch_size: 2, beam_width: 5 }, loaderOptions)
    expect(config).toMatchObject({ batchSize: 2, beam_width: 5, device: 'cpu', verbose: false, model: 'tiny.en' })
    expect(refusal(() => parseConfig({ device: 'cp' }, loaderOptions)).message).toContain('one of cpu, gpu')
    expect(refusal(() => parseConfig({ devise: 'cpu' }, loaderOptions)).hint).toBe('did you mean "device"?')
  })

  it('hands zod to a backend that brings none', () => {
    expect(parseConfig({}, (zod) => zod.object({ beams: zod.number().default(3) }))).toMatchObject({ beams: 3 })
  })

  it.each([
    [z.object({ threads: z.number() }), 'the option "threads" of the backend "b" has the name of a general option'],
    [{ a: 1 }, 'the options of the backend "b" are an object'],
    [5, 'the options of the backend "b" are a number (5)'],
    [() => undefined, 'the options of the backend "b" are a function that gives undefined'],
    [() => z.string(), 'the options of the backend "b" are a function that gives an object'],
    [() => JSON.parse('{'), /^the options of the backend "b" cannot be made: .*JSON/],
  ])('refuses a backend whose options are wrong, with its name: %#', (options, message) => {
    for (const read of [
      () => parseConfig({ backend: 'b' }, options as never),
      () => parseLoaderOptions(['a=1'], 'b', options as never),
    ]) {
      expect(read).toThrow(BackendError)
      expect(read).toThrow(message)
    }
  })
})

describe('parseLoaderOptions', () => {
  it.each([
    ['batchSize=16', { batchSize: 16 }],
    ['batch_size=16', { batchSize: 16 }],
    ['batch-size=16', { batchSize: 16 }],
    ['label=16', { label: '16' }],
    ['label=a=b', { label: 'a=b' }],
    ['label=', { label: '' }],
    ['verbose=true', { verbose: true }],
    ['heads=[1,2]', { heads: [1, 2] }],
    ['beam_width=0.5', { beam_width: 0.5 }],
  ])('reads %s as the schema wants it', (pair, expected) => {
    expect(parseLoaderOptions([pair], 'b', loaderOptions)).toEqual(expected)
  })

  it('leaves what does not fit to the schema, which says what would', () => {
    const values = parseLoaderOptions(['batchSize=many'], 'b', loaderOptions)
    const error = refusal(() => parseConfig(values, loaderOptions, optionName))
    expect(error.message).toBe('--option batchSize must be a number, not "many"')
  })

  it.each([
    [['batchSize'], '--option "batchSize" gives no value', 'write --option key=value'],
    [['=3'], '--option "=3" gives no value', 'write --option key=value'],
    [['batchSise=3'], 'the backend "b" has no option "batchSise"', 'did you mean "batchSize"?'],
    [['model=x'], 'the backend "b" has no option "model"', '--model sets it'],
    [['label=a', 'label=b'], '--option label is given twice', undefined],
  ])('refuses %j', (pairs, message, hint) => {
    const error = refusal(() => parseLoaderOptions(pairs, 'b', loaderOptions))
    expect(error.message).toBe(message)
    expect(error.hint).toBe(hint)
  })

  it('says so when a backend has no options at all', () => {
    expect(refusal(() => parseLoaderOptions(['a=1'], 'b')).hint).toBe('there are none')
  })
})

describe('options of policies and of the search', () => {
  it.each([
    ['0,0.2, 0.4', [0, 0.2, 0.4]],
    [0.5, [0.5]],
    [
      [0, 1],
      [0, 1],
    ],
  ])('read the temperatures %j', (temperature, list) => {
    expect(parseConfig({ offline: true, temperature }).temperature).toEqual(list)
  })

  it.each([
    [{ offline: true, temperature: '0,warm' }, 'temperature must be a list, not "0,warm"'],
    [{ offline: true, temperature: '0,7' }, 'temperature.1 must be at most 2, not "0,7"'],
    [{ beamSize: 5 }, 'beamSize goes with offline or maxLag only'],
    [{ beamSize: 5, maxLag: 1, policy: 'alignatt' }, 'beamSize does not go with policy alignatt in a stream'],
    [
      { beamSize: 5, maxLag: 1, compat: 'whisper_online' },
      'beamSize does not go with compat whisper_online in a stream',
    ],
    [{ offline: true, fast: true, beamSize: 2 }, 'fast and beamSize 2 exclude each other'],
    [{ temperature: 0.2 }, 'temperature goes with offline only'],
    [{ fast: true }, 'fast goes with offline only'],
    [{ offline: true, fast: true, temperature: [0, 0.4] }, 'fast and temperature 0,0.4 exclude each other'],
    [{ policy: 'alignatt', offline: true }, 'offline goes with the policy local-agreement only'],
    [{ policy: 'alignatt', compat: 'whisper_online' }, 'compat goes with the policy local-agreement only'],
    [{ policy: 'alignatt', audioMaxLen: 1 }, 'audioMaxLen must be at least 2, not 1'],
    [{ policy: 'alignatt', frameThreshold: 0 }, 'frameThreshold must be at least 1, not 0'],
  ])('refuse %j', (input, message) => {
    expect(refusal(() => parseConfig(input)).message).toBe(message)
  })
})

describe('beams', () => {
  it.each([
    { beamSize: 5, maxLag: 1 },
    { beamSize: 5, offline: true },
    { beamSize: 1, policy: 'alignatt' },
  ])('are taken as %j', (input) => {
    expect(parseConfig(input)).toMatchObject(input)
  })
})

describe('the command line and the configuration', () => {
  it('have the same keys and defaults', async () => {
    const helps = await Promise.all([runProgram(['--help']), runProgram(['listen', '--help'])])
    const blocksOf = (help: string) => help.split(/\n(?= {2}-|\n)/).map((block) => block.replace(/\s+/g, ' '))
    const blocks = helps.flatMap(({ stdout }) => blocksOf(stdout))
    const defaults: Record<string, unknown> = parseConfig({})
    for (const key of ASR_CONFIG_KEYS) {
      const option = optionName(key)
      const about = blocks.find((block) => block.split(' ').includes(option) || block.includes(` ${option}, `))
      expect(about, option).toBeDefined()
      const value = defaults[key]
      if (typeof value === 'number' || (typeof value === 'string' && value !== ''))
        expect(about).toContain(`(default: ${value})`)
    }
  })

  it('are read by what runs: no key is without effect', async () => {
    const read = new Set<string>()
    const watched = (input: Record<string, unknown>) =>
      new Proxy(parseConfig(input), {
        get(config, key) {
          read.add(String(key))
          return Reflect.get(config, key) as unknown
        },
        ownKeys: () => {
          throw new Error('whoever takes all keys reads none')
        },
      })
    const context = { log: silentLog, progress: () => {} }
    const loader = await getLoader('onnx-whisper')
    const loaded = await loader.load(watched({}), context)
    const vad = await loadVad()
    for (const input of [{}, { policy: 'alignatt' }, { vac: true }]) {
      await createProcessor(watched(input), loaded, silentLog, { vad })
    }
    const processor = await createProcessor(parseConfig({}), loaded, silentLog)
    new DoubtfulWords(watched({}), silentLog)
    await loaded.asr?.close?.()
    await vad.close()
    const audio = fixturePath('jfk')
    await (await openInput({ audio, mic: false }, watched({ vac: true }), context)).close()
    const silence = { name: 'silence', read: async function* () {} }
    const { pacer, close } = liveInput(silence, watched({}), { log: silentLog, whenFull: 'wait' })
    await close()
    boundedLag(watched({}), { pacer, processor, log: silentLog })
    // The command reads these two itself, to find the loader.
    const unread = ASR_CONFIG_KEYS.filter((key) => !read.has(key) && !['backend', 'plugins'].includes(key))
    expect(unread).toEqual([])
  })
})

function refusal(attempt: () => unknown): AsrStreamError {
  try {
    attempt()
  } catch (error) {
    if (error instanceof AsrStreamError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
