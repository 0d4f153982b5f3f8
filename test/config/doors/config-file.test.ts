import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readConfigFile } from '../../../src/config/doors/config-file.js'
import { jsonKeys } from '../../../src/config/doors/json-keys.js'
import { configJsonSchema } from '../../../src/config/doors/json-schema.js'
import { AsrStreamError } from '../../../src/core/errors.js'
import { temporaryFolder } from '../../helpers/program.js'
import { throughDoors, writeConfig } from './run-doors.js'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** A file of some name and content in a folder of its own. */
function fileWith(content: string, name = 'asr.yaml'): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, content)
  return path
}

async function valuesOf(path: string): Promise<Record<string, unknown>> {
  return Object.fromEntries([...(await readConfigFile(path))].map(([key, { value }]) => [key, value]))
}

async function refusal(path: string): Promise<string> {
  const error: unknown = await readConfigFile(path).then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof AsrStreamError)) throw new Error(`nothing was refused in ${path}`)
  expect(error.exitCode).toBe(2)
  return `${error.message}; ${error.hint}`.replaceAll(path, 'FILE')
}

describe('a configuration file', () => {
  it('is refused in plain words when it contains itself, or is several documents', async () => {
    for (const text of ['option: &a {b: *a}\n', 'languages: &a [*a]\n', 'lan: &a {b: {c: *a}}\n']) {
      expect(await refusal(fileWith(text))).toMatch(/^FILE cannot be read: it contains itself; write values out/)
    }
    expect(await refusal(fileWith('lan: en\n---\nlan: de\n'))).toMatch(/^FILE:2 starts a second document; write one/)
  })

  it('has keys as in Python, as in the library, and by other names', async () => {
    const text = 'min_chunk_size: 0.5\nbufferTrimming: sentence\nlanguage: DE\nplugin: [pkg]\nlog_level: debug\n'
    expect(await valuesOf(fileWith(text))).toEqual({
      minChunkSize: 0.5,
      bufferTrimming: 'sentence',
      lan: 'de',
      plugins: ['pkg'],
      logLevel: 'DEBUG',
    })
  })

  it('may be empty, begin with a byte order mark, name its schema, and leave keys open', async () => {
    expect(await valuesOf(fileWith('# nothing\n'))).toEqual({})
    expect(await valuesOf(fileWith('{}', 'asr.json'))).toEqual({})
    expect(await valuesOf(fileWith('\uFEFF{"vad": true}', 'asr.json'))).toEqual({ vad: true })
    expect(await valuesOf(fileWith('{"$schema": "x", "model_dir": null}', 'asr.json'))).toEqual({})
    expect(await valuesOf(fileWith('model:\nlan: no\n', 'asr.yml'))).toEqual({ lan: 'no' })
  })

  it('takes lists in both forms, and options of the backend as keys and values', async () => {
    const lists = 'languages: [EN, cs]\ntemperature: 0.2\noption: { script: words.json, heads: [1, 2], loud: true }\n'
    expect(await valuesOf(fileWith(lists))).toEqual({
      languages: ['en', 'cs'],
      temperature: [0.2],
      option: ['script=words.json', 'heads=[1,2]', 'loud=true'],
    })
    expect(await valuesOf(fileWith('{"languages": "en,cs", "option": ["a=1"]}', 'asr.json'))).toEqual({
      languages: ['en', 'cs'],
      option: ['a=1'],
    })
  })

  it('sees paths from where it lies', async () => {
    const path = fileWith('model_dir: models/tiny\noutput: /abs/text.txt\nplugins: [./a.mjs, b.mjs, pkg]\n')
    const folder = join(path, '..')
    writeFileSync(join(folder, 'b.mjs'), '')
    mkdirSync(join(folder, 'models'))
    expect(await valuesOf(path)).toEqual({
      modelDir: join(folder, 'models', 'tiny'),
      output: ['/abs/text.txt'],
      plugins: [join(folder, 'a.mjs'), join(folder, 'b.mjs'), 'pkg'],
    })
  })

  it.each([
    ['asr.json', '{\n "modle": "x"}', 'unknown key "modle" in FILE:2; did you mean "model"?'],
    ['asr.yaml', 'a: 1', 'unknown key "a" in FILE:1; docs/configuration.md lists all; options of the backend'],
    ['asr.yaml', 'no_live: true', 'unknown key "no_live" in FILE:1; did you mean "live: false"?'],
    ['asr.yaml', 'config: b.yaml', 'unknown key "config" in FILE:1'],
    ['asr.yaml', 'warmup_file: b.wav', 'unknown key "warmup_file" in FILE:1'],
    ['asr.json', '{"__proto__": {"vad": true}}', 'unknown key "__proto__" in FILE:1'],
    ['asr.yaml', '\nvad: yes', 'vad (FILE:2) must be true or false, not "yes"'],
    ['asr.yaml', 'min_chunk_size: 0', 'min_chunk_size (FILE:1) must be at least 0.01, not 0'],
    ['asr.yaml', 'task: translat', 'task (FILE:1) must be one of transcribe, translate, not "translat"; did you mean'],
    ['asr.yaml', 'languages: [en, 3]', 'languages.1 (FILE:1) must be a text, not 3'],
    ['asr.yaml', 'lan: de\nlanguage: en', 'language (FILE:2) and lan (FILE:1) set the same option; leave one'],
    ['asr.json', '{"vad": true,\n\n"vad": false}', 'FILE:3 has the key "vad" again; leave one'],
    ['asr.yaml', 'vad: true\nvad: false', 'FILE:2 is not YAML: Map keys must be unique; check the lines'],
    ['asr.json', '{"vad": true,\n "lan": }', 'FILE:2 is not JSON: unexpected }; check commas'],
    ['asr.json', '{"vad": true\n\n "lan": "de"}', 'FILE:3 is not JSON: Expected'],
    ['asr.json', '{"vad": true, // both\n "lan": "de"}', 'FILE:1 is not JSON:'],
    ['asr.json', '', 'FILE:1 is not JSON: Unexpected end of JSON input'],
    ['asr.yaml', 'lan: [de\nvad: true', 'FILE:2 is not YAML: Flow sequence'],
    ['asr.json', '[1]', 'FILE has no keys; write options as keys and values'],
    ['asr.yaml', 'just a text', 'FILE has no keys'],
    ['asr.toml', 'vad = true', 'FILE does not have the name of a configuration file; give a file that ends in .json'],
  ])('%s is refused with its place: %j', async (name, content, message) => {
    expect(await refusal(fileWith(content, name))).toContain(message)
  })

  it('is refused when it is not there, is a folder, or is standard input', async () => {
    expect(await refusal(join(temporaryFolder(), 'none.yaml'))).toBe(
      'there is no configuration file FILE; check its name',
    )
    expect(await refusal('-')).toMatch(/cannot be read from standard input, which is for audio; give a file/)
    const folder = join(temporaryFolder(), 'folder.json')
    mkdirSync(folder)
    expect(await refusal(folder)).toMatch(/^FILE is not a configuration file: it is not a file/)
  })

  it('finds the lines of keys, whatever the values', () => {
    const json = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 6 })
    fc.assert(
      fc.property(json, fc.nat({ max: 3 }), (object, indent) => {
        const text = JSON.stringify(object, null, indent)
        const expected = Object.keys(JSON.parse(text) as object)
        const found = jsonKeys(text)
        expect(found.map(({ key }) => key).sort()).toEqual(expected.sort())
        for (const { key, line } of found) {
          const start = `${JSON.stringify(key)}:`
          expect(text.split('\n')[line - 1]).toContain(start)
        }
      }),
    )
  })
})

describe('the example of docs/configuration.md', () => {
  const page = readFileSync(join(ROOT, 'docs', 'configuration.md'), 'utf8')
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []

  it('is a configuration', async () => {
    const { values } = await throughDoors({ file: example })
    expect(values).toMatchObject({ model: 'base', lan: 'de', policy: 'alignatt', vac: true, logLevel: 'INFO' })
    expect(values.option).toEqual(['device=cpu', 'batch_size=4'])
  })
})

describe('the JSON Schema', () => {
  const schema = z.fromJSONSchema(configJsonSchema() as Parameters<typeof z.fromJSONSchema>[0])
  const fits = (file: object) => schema.safeParse(file).success

  it.each([
    [{ min_chunk_size: 0.5, minChunkSize: undefined, language: 'de', temperature: [0, 0.2] }, true],
    [{ minChunkSize: 0.5, plugin: ['a'], option: { a: 1 }, temperature: 0.2, languages: 'en,cs' }, true],
    [{ min_chunk_size: 0 }, false],
    [{ minChunkSize: '1' }, false],
    [{ task: 'translat' }, false],
    [{ beam_size: 1.5 }, false],
    [{ modle: 'x' }, false],
  ])('judges %j as the program does', async (file, isRight) => {
    expect(fits(file)).toBe(isRight)
    const read = await readConfigFile(writeConfig(file)).then(
      () => true,
      () => false,
    )
    expect(read).toBe(isRight)
  })
})
