import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { folderWith, runProgram, silentWav, spokenWords, written } from '../helpers/program.js'

const MODELS = fileURLToPath(new URL('../../models', import.meta.url))
const FILES = { 'words.json': spokenWords(['one', 'two']), 'a.wav': silentWav(2) }
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json']
const run = (...args: readonly string[]) => runProgram(args, { cwd: folderWith(FILES) })

describe('options that turn out to have no effect', () => {
  it('warns of what asks for nothing else than what is done anyway', async () => {
    const args = [
      ...SCRIPTED,
      '--comp-unaware',
      '--no-clobber',
      '--no-hallucination-filter',
      '--temperature',
      '0',
      'a.wav',
    ]
    const { code, stderr } = await run(...args, '--channel', 'left')
    expect(code).toBe(0)
    expect(stderr).toBe(
      'asr-stream: warning: --no-hallucination-filter has no effect: no words of the backend "scripted" are left out\n' +
        'asr-stream: warning: --no-clobber has no effect: no file is written\n' +
        'asr-stream: warning: --temperature has no effect without --offline: a stream is decoded so anyway\n' +
        'asr-stream: warning: a.wav has one channel: --channel has no effect\n',
    )
    expect((await run(...args, '--channel', 'mix', '-o', 'a.srt')).stderr).not.toMatch(/clobber|channel/)
  })

  it('says that a model comes with the program, and is taken from no folder of models', async () => {
    const { stderr } = await run('--comp-unaware', '--model-cache-dir', 'models', 'a.wav')
    expect(stderr).toBe(
      'asr-stream: warning: --model-cache-dir has no effect: the model tiny.en comes with the program\n',
    )
    const elsewhere = await run('--comp-unaware', '--model-cache-dir', MODELS, 'a.wav')
    expect(elsewhere).toMatchObject({ code: 0, stderr: '' })
  })

  it('warns of the form of raw audio where a header says it, in a pipe too, and not where it has an effect', async () => {
    const folder = folderWith(FILES)
    const heard = (args: readonly string[], input?: Uint8Array) =>
      runProgram([...SCRIPTED, '--comp-unaware', '--raw-rate', '16000', '--raw-channels', '1', ...args], {
        cwd: folder,
        ...(input && { input: written(input) }),
      })
    const wav = readFileSync(join(folder, 'a.wav'))
    const said = 'asr-stream: warning: standard input has a header that says how it is written:'
    expect(await heard(['-'], wav)).toMatchObject({
      code: 0,
      stderr: `${said} --raw-rate has no effect\n${said} --raw-channels has no effect\n`,
    })
    expect(await heard(['-'], wav.subarray(44))).toMatchObject({ code: 0, stderr: '' })
    writeFileSync(join(folder, 'a.raw'), wav.subarray(44))
    writeFileSync(join(folder, 'b.raw'), wav)
    expect(await heard(['a.raw'])).toMatchObject({ code: 0, stderr: '' })
    expect((await heard(['b.raw'])).stderr).toContain('b.raw has a header that says how it is written: --raw-rate')
    expect((await heard(['a.raw', 'b.raw'])).stderr).not.toMatch(/a\.raw|a file/)
  })

  it('leaves a file and variables alone, which may be there for other runs', async () => {
    const folder = folderWith({ ...FILES, 'own.json': '{"channel": "left", "beam_size": 1, "clobber": false}' })
    const args = [...SCRIPTED, '--comp-unaware', '--config', 'own.json', 'a.wav']
    const env = { ASR_STREAM_HALLUCINATION_FILTER: 'false' }
    expect(await runProgram(args, { cwd: folder, env })).toMatchObject({ code: 0, stderr: '' })
    const { stderr } = await runProgram([...args, '--log-level', 'debug'], { cwd: folder, env })
    for (const key of ['channel', 'beam_size', 'clobber', 'HALLUCINATION_FILTER']) {
      expect(stderr).toMatch(new RegExp(`debug: .*${key}.* has no effect`))
    }
  })
})
