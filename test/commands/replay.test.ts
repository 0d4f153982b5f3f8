import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runProgram, temporaryFolder } from '../helpers/program.js'
import { fixturePath } from '../helpers/speech.js'

describe('asr-stream --record and replay', () => {
  it.each([
    ['local agreement', ['--comp-unaware']],
    ['alignatt', ['--comp-unaware', '--policy', 'alignatt', '--min-chunk-size', '0.5']],
    ['utterances', ['--comp-unaware', '--vac']],
    ['one update', ['--offline', '--fast']],
  ])('gives identical lines without a model: %s', async (_, options) => {
    const file = join(temporaryFolder(), 'run.jsonl')
    const first = await runProgram([fixturePath('jfk'), ...options, '--record', file])
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(await runProgram(['replay', file])).toEqual(first)
    const steps = await runProgram(['replay', file, '--step'])
    expect(steps.stdout).toMatch(/^ {2}heard +.*[Cc]ountry/m)
    const { stdout } = await runProgram(['explain', file, '--at', '2'])
    expect(stdout).toMatch(/^"Americans[,.]?" was said from .* and became final at /)
    expect(JSON.parse(readFileSync(file, 'utf8').split('\n')[0]!)).toMatchObject({ kind: 'asr-stream run', version: 1 })
  })

  it('reads what earlier versions of the program recorded', async () => {
    const vector = (name: string) => fileURLToPath(new URL(`../vectors/runs/${name}`, import.meta.url))
    const { code, stdout } = await runProgram(['replay', vector('version-1.jsonl')])
    expect(code).toBe(0)
    expect(stdout).toBe(readFileSync(vector('version-1.txt'), 'utf8'))
  })

  it('shows no control characters of a recording', async () => {
    const file = join(temporaryFolder(), 'run.jsonl')
    const text = 'evil\x1b[2J\r\nFAKE'
    const words = [{ begin: 1, end: 2, text }]
    const lines = [
      { kind: 'asr-stream run', version: 1, separator: '', config: {} },
      { type: 'hypothesis', clockSec: 1, fromSec: 0, audioSec: 3, words, ended: text },
      { type: 'text-final', clockSec: 1, emittedAt: 3, segment: { begin: 1, end: 2, text, words } },
      { type: 'gap', clockSec: 1, begin: 4, end: 5, reason: text },
    ]
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    const runs = [
      ['replay', file],
      ['replay', file, '--step'],
      ['explain', file, '--at', '1'],
    ]
    for (const args of runs) {
      const { code, stdout } = await runProgram(args)
      expect(code).toBe(0)
      expect(stdout).toContain('evil\\x1b[2J FAKE')
      expect(stdout).not.toContain('\x1b')
      expect(stdout).not.toMatch(/^FAKE/m)
    }
  })

  it('does not record what may be secret', async () => {
    const file = join(temporaryFolder(), 'run.jsonl')
    const key = 'sk-very-secret'
    const plugin = join(temporaryFolder(), 'plugin.mjs')
    const loader = `{ name: 'quiet', description: 'hears nothing', options: (zod) => zod.object({ key: zod.string() }),
      load: async () => ({
        asr: { sep: ' ', transcribe: async () => [], tsWords: () => [], segmentsEndTs: () => [] },
        metadata: { separator: ' ', modelType: 'none', modelSize: 'none', language: null } }) }`
    writeFileSync(plugin, `export default ${loader}`)
    const options = ['--plugin', plugin, '--backend', 'quiet', '--option', `key=${key}`, '--comp-unaware']
    await runProgram([fixturePath('jfk'), ...options, '--record', file])
    expect(readFileSync(file, 'utf8')).toContain('"backend":"quiet"')
    expect(readFileSync(file, 'utf8')).not.toContain(key)
  })

  it('says what is wrong', async () => {
    const folder = temporaryFolder()
    const audio = join(folder, 'a.wav')
    copyFileSync(fixturePath('jfk'), audio)
    const overwriting = await runProgram([audio, '--comp-unaware', '--record', audio])
    expect(overwriting).toMatchObject({ code: 2, stdout: '' })
    expect(overwriting.stderr).toMatch(/--record .* would overwrite the audio/)
    expect(await runProgram(['replay', fixturePath('jfk')])).toMatchObject({ code: 1, stdout: '' })
    expect(await runProgram(['explain', fixturePath('jfk'), '--at', 'x'])).toMatchObject({ code: 2, stdout: '' })
  })
})
