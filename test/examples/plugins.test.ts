import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
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

describe('the minimal example', () => {
  it.each([
    ['in examples/', example('loudness.mjs')],
    ['in the guide', fromGuide('loudness.mjs')],
  ])('recognizes: %s', async (_, code) => {
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
    expect(run).toEqual({ code: 0, stdout: '0 0s:-6dB\n1 1s:-6dB\n2 2s:-6dB\n', stderr: '' })
  })
})

/** A square wave at half of full scale: -6 dB. */
function toneWav(seconds: number): Buffer {
  const wav = silentWav(seconds)
  for (let at = 44; at < wav.length; at += 2) wav.writeInt16LE(at % 4 === 0 ? 16_384 : -16_384, at)
  return wav
}
