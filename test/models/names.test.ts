import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { chooseFiles, missingFiles, type Precision } from '../../src/models/files.js'
import { EMBEDDED_MODEL_FOLDER, findLocalModel } from '../../src/models/local.js'
import { MODEL_NAMES, nameOf, repositoryOf } from '../../src/models/names.js'
import { hubSettings } from '../../src/models/settings.js'
import { temporaryFolder } from '../helpers/program.js'

describe('names of models', () => {
  it.each(MODEL_NAMES)('%s stands for a repository, which has that name', (name) => {
    expect(repositoryOf(name)).toMatch(/^[\w-]+\/[\w.-]+$/)
    expect(nameOf(repositoryOf(name))).toBe(name)
  })

  it('are of the languages that they say', () => {
    for (const name of MODEL_NAMES) expect(repositoryOf(name).includes('.en')).toBe(name.endsWith('.en'))
  })

  it('may be ids of the Hub', () => {
    expect(repositoryOf('Owner/name_1.0-x')).toBe('Owner/name_1.0-x')
    expect(repositoryOf('turbo')).toBe(repositoryOf('large-v3-turbo'))
  })

  it.each(['', 'a/b/c', '../b', 'a/..', '/a', 'a/', '.a/b', 'a b/c', 'constructor', 'toString'])(
    'are not "%s"',
    (name) => {
      expect(() => repositoryOf(name)).toThrow('there is no model')
    },
  )

  it('stand for a folder of that name where there is one', async () => {
    const cache = temporaryFolder()
    mkdirSync(join(cache, 'whisper-small'))
    mkdirSync(join(cache, 'owner', 'name'), { recursive: true })
    expect(await findLocalModel('small', cache)).toBe(join(cache, 'whisper-small'))
    expect(await findLocalModel('owner/name', cache)).toBe(join(cache, 'owner/name'))
    expect(await findLocalModel('base', cache)).toBeNull()
    expect(await findLocalModel('tiny.en', cache)).toBe(EMBEDDED_MODEL_FOLDER)
  })
})

describe('the files of a model', () => {
  const SUFFIX: Readonly<Record<Precision, string>> = { fp32: '', fp16: '_fp16', q8: '_quantized', q4: '_q4' }
  const described = ['config.json', 'generation_config.json', 'tokenizer.json']
  const graphs = (precision: Precision) => [
    `onnx/encoder_model${SUFFIX[precision]}.onnx`,
    `onnx/decoder_model_merged${SUFFIX[precision]}.onnx`,
  ]
  const precisions = ['fp32', 'fp16', 'q8', 'q4'] as const

  it('are those of the precision that is wanted, or of one that is there; nothing else', () => {
    fc.assert(
      fc.property(fc.subarray([...precisions], { minLength: 1 }), fc.constantFrom(...precisions), (there, wanted) => {
        const all = [...described, ...there.flatMap(graphs), 'README.md', 'onnx/decoder_with_past_model.onnx']
        const files = chooseFiles(all, wanted)
        expect(there).toContain(files?.precision)
        if (there.includes(wanted)) expect(files?.precision).toBe(wanted)
        expect(files?.paths).toEqual([...described, ...graphs(files?.precision ?? wanted)])
        expect(missingFiles(all, wanted)).toEqual(there.includes(wanted) ? [] : graphs(wanted))
      }),
    )
  })

  it('are none when a description or a graph is missing', () => {
    const all = [...described, ...graphs('q8')]
    for (const path of all) expect(chooseFiles(all.toSpliced(all.indexOf(path), 1), 'q8')).toBeNull()
  })

  it('have their weights beside them', () => {
    const weights = ['onnx/encoder_model.onnx_data', 'onnx/encoder_model.onnx_data_1']
    const all = [...described, ...graphs('fp32'), ...graphs('q8'), ...weights]
    expect(chooseFiles(all, 'fp32')?.paths).toEqual([...described, ...graphs('fp32'), ...weights])
    expect(chooseFiles(all, 'q8')?.paths).toEqual([...described, ...graphs('q8')])
  })
})

describe('where models come from', () => {
  const config = parseConfig({})
  const options = parseConfig({ modelCacheDir: '/cache', offlineModels: true, revision: 'v2' })

  it('is said by options, then by the environment', () => {
    expect(hubSettings(options, { HF_HUB_CACHE: '/other' })).toMatchObject({
      cacheDir: '/cache',
      offline: true,
      revision: 'v2',
      endpoint: 'https://huggingface.co',
      token: undefined,
    })
    expect(hubSettings(config, { HF_HUB_CACHE: '/c', HF_TOKEN: ' t\n', HF_ENDPOINT: 'http://h:1/' })).toMatchObject({
      cacheDir: '/c',
      token: 't',
      endpoint: 'http://h:1',
      offline: false,
    })
  })

  it.each([
    [{ HF_HOME: '/home' }, join('/home', 'hub')],
    [{ XDG_CACHE_HOME: '/x' }, join('/x', 'huggingface', 'hub')],
    [{ HF_HUB_CACHE: '/c', HF_HOME: '/home' }, '/c'],
  ])('caches as other programs do with %j', (env, folder) => {
    expect(hubSettings(config, env).cacheDir).toBe(folder)
  })

  it.each([
    ['1', true],
    ['true', true],
    ['0', false],
    ['', false],
  ])('takes HF_HUB_OFFLINE=%s for %s', (value, offline) => {
    expect(hubSettings(config, { HF_HUB_OFFLINE: value }).offline).toBe(offline)
  })

  it('refuses an endpoint that is not a valid URL', () => {
    expect(() => hubSettings(config, { HF_ENDPOINT: 'huggingface' })).toThrow(
      'HF_ENDPOINT "huggingface" is not a valid URL',
    )
  })
})
