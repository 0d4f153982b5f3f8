import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith, runProgram, silentWav } from '../helpers/program.js'
import { programCopy } from '../helpers/program-copy.js'

/** A recognizer that notes each time that it is closed. */
const NOTES_ITS_END = (parts: string) => `import { appendFileSync } from 'node:fs'
const asr = { sep: ' ', transcribe: async () => [], tsWords: () => [], segmentsEndTs: () => [],
  close: async () => appendFileSync('closed.txt', 'closed ') , ${parts} }
const metadata = { separator: ' ', modelType: 'notes', modelSize: 'none', language: null }
export default { name: 'notes', load: async () => ({ asr, metadata }) }`
/** Records until it is told to stop, and notes that it was told. A shell, which is there at once. */
const RECORDER = `#!/bin/sh
trap 'echo stopped > stopped.txt; exit 0' TERM
cat silence.wav
while :; do sleep 0.1; done
`

describe('what was opened is closed when a later step fails', () => {
  it.skipIf(process.platform === 'win32')('the microphone, when the voice detector cannot be loaded', async () => {
    const copy = programCopy()
    const model = join(copy, 'models/silero-vad')
    rmSync(model)
    mkdirSync(model)
    writeFileSync(join(model, 'silero_vad_16k_sequence.onnx'), 'no graph')
    const program = join(copy, 'bin/asr-stream.js')
    const cwd = folderWith({ rec: RECORDER, 'silence.wav': silentWav(1) })
    chmodSync(join(cwd, 'rec'), 0o755)
    const run = await runProgram(['--mic', '--recorder', 'rec', '--vac'], {
      cwd,
      program,
      env: { PATH: `${cwd}:/usr/bin:/bin` },
    })
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toContain('silero_vad_16k_sequence.onnx')
    expect(existsSync(join(cwd, 'stopped.txt'))).toBe(true)
  })

  it.each([
    ['the text cannot be written', '', ['a.wav', '--output', 'no-such-folder/text.txt'], 1],
    ['the policy does not fit', '', ['a.wav', '--policy', 'alignatt'], 2],
    ['the task does not fit', '', ['a.wav', '--task', 'translate'], 2],
    ['it fails in warming up', 'transcribe: async () => { throw new Error("broken") }', ['a.wav'], 1],
    ['the policy does not fit, for clients', 'session: async () => asr', ['listen', '--policy', 'alignatt'], 2],
  ])('the backend, once, when %s', async (_, parts, args, code) => {
    const cwd = folderWith({ 'notes.mjs': NOTES_ITS_END(parts), 'a.wav': silentWav(1) })
    const run = await runProgram(['--plugin', './notes.mjs', '--backend', 'notes', ...args], { cwd })
    expect(run.code, run.stderr).toBe(code)
    expect(existsSync(join(cwd, 'closed.txt')) && readFileSync(join(cwd, 'closed.txt'), 'utf8')).toBe('closed ')
  })
})
