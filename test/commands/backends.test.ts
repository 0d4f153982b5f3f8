import { describe, expect, it } from 'vitest'
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

  it('takes --plugin before its name as well', async () => {
    const run = await runProgram(['--plugin', './good.mjs', 'backends'], { cwd: folderWith(PLUGINS) })
    expect(run.stdout).toContain('good (./good.mjs)')
  })

  it('fails with a broken plugin', async () => {
    const run = await runProgram(['backends', '--plugin', './broken.mjs'], { cwd: folderWith(PLUGINS) })
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toMatch(/^asr-stream: error: the plugin \.\/broken\.mjs is broken: no good; .+\n$/)
  })

  it('takes no options of the transcriber', async () => {
    expect(await runProgram(['backends', '--offline'])).toMatchObject({ code: 2, stdout: '' })
    expect(await runProgram(['backends', 'old'])).toMatchObject({ code: 2, stdout: '' })
  })
})
