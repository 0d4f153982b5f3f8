import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { folderWith, runProgram, silentWav, spokenWords } from '../helpers/program.js'

const MODELS = fileURLToPath(new URL('../fixtures-models', import.meta.url))
const FILES = {
  'words.json': spokenWords(['one', 'two', 'three', 'four']),
  'a.wav': silentWav(2),
  'asr.yaml': 'backend: scripted\noption: { script: words.json }\nframe_threshold: 20\nport: 1\noutput: text.txt\n',
  'wrong.yaml': 'backend: scripted\noption:\n  scrip: words.json\n',
  'value.yaml': 'backend: scripted\noption: { script: words.json, unstable: many }\n',
  'threads.yaml': 'threads: 2\n',
  'mine.mjs': 'export default { name: "mine", description: "of the file", load() {} }',
  'models.yaml': `model_cache_dir: ${JSON.stringify(MODELS)}\n`,
  'plugins.json': { plugins: ['./mine.mjs'], model_cache_dir: 'models' },
  'translate.json': { task: 'translate', backend: 'scripted', option: { script: 'words.json' } },
}
const TEXT = / 0 1900 one two three four\n$/

describe('--config', () => {
  it('gives options to a run, and tells at level debug what does not fit it', async () => {
    const cwd = folderWith(FILES)
    const args = ['--config', 'asr.yaml', '--offline', 'a.wav', '--log-level', 'debug', '-o', 'other.txt']
    const { code, stderr } = await runProgram(args, { cwd })
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(
        /debug: port \(asr\.yaml:4\) is left out: it is for asr-stream listen\n[\s\S]*debug: frame_threshold \(asr\.yaml:3\) has an effect only with --policy alignatt\n/,
      ),
    })
    const quiet = await runProgram(['--config', 'asr.yaml', '--offline', 'a.wav', '-o', 'other.txt'], { cwd })
    expect(quiet.stderr).not.toContain('debug')
  })

  it.each([
    [['--config', 'asr.yaml'], {}, /^$/],
    [[], { ASR_STREAM_CONFIG: 'asr.yaml' }, /^$/],
    [['--backend', 'scripted'], { ASR_STREAM_OPTION: 'script=words.json', ASR_STREAM_FRAME_THRESHOLD: '3' }, /^$/],
    [
      ['--backend', 'scripted', '--option', 'script=words.json'],
      { ASR_STREAM_MIN_CHUNK_SISE: '1' },
      /^asr-stream: warning: no option has the variable ASR_STREAM_MIN_CHUNK_SISE; did you mean .*\?\n$/,
    ],
    [['--config', 'asr.yaml', '--quiet'], { ASR_STREAM_MIN_CHUNK_SISE: '1' }, /^$/],
  ])('%j with %j gives the text', async (args, env, stderr) => {
    const cwd = folderWith({ ...FILES, 'asr.yaml': FILES['asr.yaml'].replace(/output.*\n/, '') })
    const run = await runProgram([...args, '--offline', 'a.wav'], { cwd, env })
    expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(TEXT), stderr: expect.stringMatching(stderr) })
  })

  it.each([
    [
      'wrong.yaml',
      'the backend "scripted" has no option "scrip", which option (wrong.yaml:2) gives; did you mean "script"?',
    ],
    ['value.yaml', 'unstable in option (value.yaml:2) must be a number, not "many"'],
    ['none.json', 'there is no configuration file none.json; check its name'],
    ['translate.json', 'task (translate.json:1) translate is not possible: the backend "scripted" does not translate'],
  ])('%s is refused', async (file, message) => {
    const run = await runProgram(['--config', file, 'a.wav'], { cwd: folderWith(FILES) })
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain(`asr-stream: error: ${message}`)
    expect(run.stderr.split('\n')).toHaveLength(2)
  })

  it('is shared with asr-stream listen, which leaves out what clients cannot have', async () => {
    const args = ['listen', '--config', 'asr.yaml', '--host', 'no.such.host.invalid', '--log-level', 'debug']
    const { stderr } = await runProgram(args, { cwd: folderWith(FILES) })
    expect(stderr).toContain('debug: output (asr.yaml:5) is left out: each client gets its own lines\n')
    expect(stderr).toContain('error: cannot listen on no.such.host.invalid')
    const before = await runProgram(['--config', 'asr.yaml', ...args.filter((one) => !/config|yaml/.test(one))], {
      cwd: folderWith(FILES),
    })
    expect(before.stderr).toContain('error: cannot listen on no.such.host.invalid')
  })

  it('tells other commands of models and plugins, as variables do', async () => {
    const cwd = folderWith(FILES)
    const backends = await runProgram(['--config', 'plugins.json', 'backends'], { cwd })
    expect(backends.stdout).toContain(`(${join(cwd, 'mine.mjs')})`)
    const [byPath, byName] = await Promise.all([
      runProgram(['--config', 'models.yaml', 'models', 'list'], { cwd }),
      runProgram(['models'], { cwd, env: { ASR_STREAM_MODEL_CACHE_DIR: MODELS } }),
    ])
    for (const { stdout } of [byPath, byName]) expect(stdout).toContain('tiny-multilingual (folder): ')
    const pull = ['models', 'pull', 'tiny', '--offline-models']
    const byFile = await runProgram(['--config', 'plugins.json', ...pull], { cwd })
    expect(byFile.code).toBe(1)
    const byVariable = await runProgram(pull.slice(0, 3), { cwd, env: { ASR_STREAM_OFFLINE_MODELS: 'true' } })
    expect(byVariable.stderr).toContain('error: ')
    expect(byVariable.code).toBe(1)
    const convert = await runProgram(['models', 'convert', 'x', '--out', 'y'], {
      cwd,
      env: { ASR_STREAM_PRECISION: 'q4' },
    })
    expect(convert.stderr).not.toContain('q4')
  })
})
