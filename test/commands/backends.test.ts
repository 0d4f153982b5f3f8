import { describe, expect, it } from 'vitest'
import { getLoader } from '../../src/backends/registry.js'
import { describeOptions } from '../../src/config/loader-options.js'
import { folderWith, runProgram } from '../helpers/program.js'

const PLUGINS = {
  'good.mjs': 'export default { name: "good", description: "is there", load() {} }',
  'absent.mjs': `export default { name: "absent", description: "wants more", load() {},
    availability: async () => ({ available: false, reason: "no gpu", install: "npm install gpu" }) }`,
  'odd.mjs': `export default { name: "odd", description: "is odd", load() {},
    availability() { throw new Error("cannot tell") } }`,
  'broken.mjs': 'throw new Error("no good")',
  'able.mjs': `const load = () => {}
    const all = { wordTimes: "segments", prompts: true, languages: ["en", "cs"], translation: false, streaming: true }
    const many = Array.from({ length: 99 }, (_, index) => "l" + index)
    const odd = { wordTimes: "often", prompts: "yes", languages: [1], translation: true, more: 7 }
    export default [
      { name: "all", description: "can a lot", load, capabilities: all },
      { name: "none", description: "can little", load, capabilities: { ...all, wordTimes: false, prompts: false, languages: many, streaming: false } },
      { name: "odd", description: "says odd things", load, capabilities: odd },
      { name: "text", load, capabilities: "everything" },
    ]`,
}
Object.assign(PLUGINS, {
  'spotter.mjs': `export default { name: "spotter", description: "finds a word", load() {}, options: (zod) => zod.object({
    keyword: zod.string().describe("what is looked for"), ratio: zod.number().default(0.5), most: zod.int().optional(),
    way: zod.enum(["fast", "slow"]).default("fast").describe("how"), loud: zod.boolean().default(false) }) }`,
  'other-zod.mjs': `export default { name: "odd", description: "is odd", load() {},
    options: { shape: { size: { description: "how big" } } } }`,
})
const NAMES = ['onnx-whisper', 'openai-api', 'scripted', 'transformers']
const BUILT_IN = /^(?:\S+ \(built in\): .+\n(?: {2}.+\n)+)+/
const env = { OPENAI_API_KEY: 'a-key' }

describe('asr-stream backends', () => {
  it('lists what is built in', async () => {
    const run = await runProgram(['backends'], { env })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout.replace(BUILT_IN, '')).toBe('')
    expect([...run.stdout.matchAll(/^(\S+) \(built in\)/gm)].map(([, name]) => name)).toEqual(NAMES)
    expect(run.stdout).toContain('\n  word times, prompts, languages of the model, translation\n')
  })

  it('lists plugins, and why one cannot be used', async () => {
    const plugins = ['./good.mjs', './absent.mjs', './odd.mjs'].flatMap((plugin) => ['--plugin', plugin])
    const run = await runProgram(['backends', ...plugins], { cwd: folderWith(PLUGINS), env })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout.replace(BUILT_IN, '')).toBe(
      'good (./good.mjs): is there\n' +
        'absent (./absent.mjs): wants more\n  not available: no gpu\n  to use it: npm install gpu\n' +
        'odd (./odd.mjs): is odd\n  not available: cannot tell\n',
    )
  })

  it('lists what each can do, as far as it says something sensible', async () => {
    const run = await runProgram(['backends', '--plugin', './able.mjs'], { cwd: folderWith(PLUGINS) })
    expect(run.stdout.replace(BUILT_IN, '')).toBe(
      'all (./able.mjs): can a lot\n' +
        '  word times from segments only, prompts, languages en cs, no translation, streams by itself\n' +
        'none (./able.mjs): can little\n  no word times, no prompts, 99 languages, no translation\n' +
        'odd (./able.mjs): says odd things\n  translation\n' +
        'text (./able.mjs): no description\n',
    )
  })

  it('lists the same for programs', async () => {
    const plugins = ['./absent.mjs', './able.mjs'].flatMap((plugin) => ['--plugin', plugin])
    const run = await runProgram(['backends', '--json', ...plugins], { cwd: folderWith(PLUGINS) })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    const listed = JSON.parse(run.stdout) as readonly { readonly name: string }[]
    expect(listed.find(({ name }) => name === 'onnx-whisper')).toEqual({
      name: 'onnx-whisper',
      origin: 'built in',
      description: expect.stringContaining('Whisper'),
      available: true,
      capabilities: {
        wordTimes: 'words',
        prompts: true,
        languages: 'model',
        translation: true,
        streaming: false,
        hallucinates: true,
        keyTerms: true,
      },
    })
    expect(listed.filter(({ name }) => ['absent', 'odd', 'text'].includes(name))).toEqual([
      {
        name: 'absent',
        origin: './absent.mjs',
        description: 'wants more',
        available: false,
        reason: 'no gpu',
        install: 'npm install gpu',
        capabilities: {},
      },
      {
        name: 'odd',
        origin: './able.mjs',
        description: 'says odd things',
        available: true,
        capabilities: { translation: true },
      },
      { name: 'text', origin: './able.mjs', description: null, available: true, capabilities: {} },
    ])
  })

  it("describes one, with a plugin's own options", async () => {
    const cwd = folderWith(PLUGINS)
    const run = await runProgram(['backends', 'spotter', '--plugin', './spotter.mjs'], { cwd })
    expect(run).toEqual({
      code: 0,
      stderr: '',
      stdout:
        'spotter (./spotter.mjs): finds a word\n' +
        'options, each as --option NAME=VALUE:\n' +
        '  keyword=<text>        what is looked for (required)\n' +
        '  ratio=<number>        (default: 0.5)\n' +
        '  most=<whole number>\n' +
        '  way=<name>            how: fast, slow (default: "fast")\n' +
        '  loud=<true or false>  (default: false)\n',
    })
    expect(await runProgram(['--plugin', './spotter.mjs', 'help', 'spotter'], { cwd })).toEqual(run)
    const json = await runProgram(['backends', 'spotter', '--json', '--plugin', './spotter.mjs'], { cwd })
    expect(JSON.parse(json.stdout)).toMatchObject({
      name: 'spotter',
      available: true,
      options: [
        { name: 'keyword', type: 'text', description: 'what is looked for', isRequired: true },
        { name: 'ratio', type: 'number', isRequired: false, standard: 0.5 },
        { name: 'most' },
        { name: 'way', choices: ['fast', 'slow'] },
        { name: 'loud' },
      ],
    })
    const misspelt = ['--plugin', './spotter.mjs', '--backend', 'spotter', '--option', 'word=x', 'a.wav']
    expect((await runProgram(misspelt, { cwd })).stderr).toBe(
      'asr-stream: error: the backend "spotter" has no option "word"; there are: keyword, ratio, most, way, loud; ' +
        '"asr-stream backends spotter" describes them\n',
    )
  })

  it('describes every option of what is built in, and says where there are none', async () => {
    for (const name of NAMES) {
      const options = describeOptions((await getLoader(name)).options)
      expect(
        options.filter(({ description = '' }) => description === ''),
        name,
      ).toEqual([])
    }
    const { stdout } = await runProgram(['backends', 'openai-api', '--json'], { env })
    expect(JSON.parse(stdout).options).toEqual(describeOptions((await getLoader('openai-api')).options))
    expect((await runProgram(['backends', 'onnx-whisper'])).stdout).toMatch(/\nno options of its own\n$/)
  })

  it('names the options of a schema that it cannot read', async () => {
    const { code, stdout } = await runProgram(['backends', 'odd', '--plugin', './other-zod.mjs'], {
      cwd: folderWith(PLUGINS),
    })
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'odd (./other-zod.mjs): is odd\noptions, each as --option NAME=VALUE:\n  size=<value>  how big\n',
    })
  })

  it('takes --plugin before its name as well', async () => {
    const run = await runProgram(['--plugin', './good.mjs', 'backends'], { cwd: folderWith(PLUGINS) })
    expect(run.stdout).toContain('good (./good.mjs)')
  })

  it('fails with a broken plugin', async () => {
    const run = await runProgram(['backends', '--plugin', './broken.mjs'], { cwd: folderWith(PLUGINS) })
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toMatch(
      /^asr-stream: error: the plugin \.\/broken\.mjs is broken: no good, at .*broken\.mjs:\d+; .+\n$/,
    )
  })

  it('takes no options of the transcriber', async () => {
    expect(await runProgram(['backends', '--offline'])).toMatchObject({ code: 2, stdout: '' })
    expect(await runProgram(['backends', 'old'])).toMatchObject({ code: 2, stdout: '' })
  })
})
