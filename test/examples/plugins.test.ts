import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { folderWith, runProgram, silentWav } from '../helpers/program.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const example = (name: string) => readFileSync(join(ROOT, 'examples', 'plugins', name), 'utf8')
const guide = readFileSync(join(ROOT, 'docs', 'plugins.md'), 'utf8')
/** The program of the guide that begins with this file name. */
const fromGuide = (name: string) => guide.split(`\`\`\`js\n// ${name}\n`)[1]?.split('```')[0] ?? 'missing'

const TONE = toneWav(3)
const LOUDNESS = '2000.0000 0 1000 0s:-6dB\n3000.0000 1000 2000 1s:-6dB\n3000.0000 2000 3000 2s:-6dB\n'
/** A stand-in for the service: the request comes back as words. */
const OPENAI = `
export const toFile = async (bytes, name) => ({ bytes, name })
export class OpenAI {
  constructor({ timeout }) { this.timeout = timeout }
  get audio() {
    const create = (kind) => async ({ file, model, language = 'none', prompt = '' }, { signal }) => {
      signal?.throwIfAborted()
      const seconds = (file.bytes.length - 44) / 32000
      const text = [kind, model, language, this.timeout, file.bytes.toString('latin1', 0, 4)].join(':')
      return { words: [{ start: 0, end: 0.5, word: text }], segments: [{ end: seconds }] }
    }
    return { transcriptions: { create: create('transcribed') }, translations: { create: create('translated') } }
  }
}`

describe('the minimal example', () => {
  it.each([
    ['in examples/', example('loudness.mjs')],
    ['in the guide', fromGuide('loudness.mjs')],
  ])('recognises: %s', async (_, code) => {
    const cwd = folderWith({ 'loudness.mjs': code, 'tone.wav': TONE })
    const run = await runProgram(
      ['--plugin', './loudness.mjs', '--backend', 'loudness', '--comp-unaware', 'tone.wav'],
      { cwd },
    )
    expect(run).toEqual({ code: 0, stdout: LOUDNESS, stderr: '' })
  })

  it('is short', () => {
    expect(example('loudness.mjs').split('\n').length).toBeLessThan(30)
  })
})

describe('the example over an optional package', () => {
  const withPackage = () => {
    const cwd = folderWith({ 'openai-api.mjs': example('openai-api.mjs'), 'a.wav': silentWav(2) })
    mkdirSync(join(cwd, 'node_modules', 'openai'), { recursive: true })
    writeFileSync(
      join(cwd, 'node_modules', 'openai', 'package.json'),
      '{"name":"openai","type":"module","main":"main.js"}',
    )
    writeFileSync(join(cwd, 'node_modules', 'openai', 'main.js'), OPENAI)
    return cwd
  }
  const plugin = ['--plugin', './openai-api.mjs']
  const use = [...plugin, '--backend', 'openai-api', '--comp-unaware']

  it('is listed with the reason and the command when the package is absent, and nothing else breaks', async () => {
    const cwd = folderWith({ 'openai-api.mjs': example('openai-api.mjs'), 'words.json': [], 'a.wav': silentWav(1) })
    const listed = await runProgram(['backends', ...plugin], { cwd })
    expect(listed).toMatchObject({ code: 0, stderr: '' })
    expect(listed.stdout).toContain(
      'not available: the package openai is not installed\n  install it: npm install openai\n',
    )
    const used = await runProgram([...use, 'a.wav'], { cwd })
    expect(used).toMatchObject({ code: 1, stdout: '' })
    expect(used.stderr).toContain('install it: npm install openai')
    const other = ['--backend', 'scripted', '--option', 'script=words.json', '--comp-unaware', 'a.wav']
    expect(await runProgram([...plugin, ...other], { cwd })).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('asks for a key when the package is there', async () => {
    const listed = await runProgram(['backends', ...plugin], { cwd: withPackage(), env: { OPENAI_API_KEY: '' } })
    expect(listed.stdout).toContain('not available: OPENAI_API_KEY is not set')
  })

  it.each([
    [['--lan', 'de'], 'transcribed:whisper-1:de:30000:RIFF'],
    [['--option', 'serviceModel=w2', '--option', 'timeoutSec=5'], 'transcribed:w2:none:5000:RIFF'],
    [['--task', 'translate'], 'translated:whisper-1:none:30000:RIFF'],
  ])('recognises through the package: %j', async (options, text) => {
    const run = await runProgram([...use, ...options, 'a.wav'], { cwd: withPackage(), env: { OPENAI_API_KEY: 'k' } })
    expect(run).toEqual({ code: 0, stdout: `2000.0000 0 500 ${text}\n`, stderr: '' })
  })
})

describe('the guide', () => {
  it('has a processor of its own that works', async () => {
    const cwd = folderWith({ 'ticker.mjs': fromGuide('ticker.mjs'), 'a.wav': silentWav(2.5) })
    const run = await runProgram(['--plugin', './ticker.mjs', '--backend', 'ticker', '--comp-unaware', 'a.wav'], {
      cwd,
    })
    expect(run).toEqual({
      code: 0,
      stdout: '1000.0000 0 1000 1 s more\n2000.0000 1000 2000 1 s more\n2500.0000 2000 2500 0.5 s more\n',
      stderr: '',
    })
  })

  it('has a test over the library that works', async () => {
    const cwd = folderWith({
      'test.mjs': fromGuide('test.mjs'),
      'my-backend.mjs': example('loudness.mjs'),
      'speech.wav': TONE,
    })
    mkdirSync(join(cwd, 'node_modules'))
    symlinkSync(ROOT, join(cwd, 'node_modules', 'asr-stream'), 'junction')
    const run = await runProgram([], { cwd, program: join(cwd, 'test.mjs') })
    expect(run).toEqual({ code: 0, stdout: '2 0s:-6dB\n3 1s:-6dB\n3 2s:-6dB\n', stderr: '' })
  })
})

/** A square wave at half of full scale: -6 dB. */
function toneWav(seconds: number): Buffer {
  const wav = silentWav(seconds)
  for (let at = 44; at < wav.length; at += 2) wav.writeInt16LE(at % 4 === 0 ? 16_384 : -16_384, at)
  return wav
}
