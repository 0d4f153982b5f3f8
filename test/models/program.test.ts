import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Files, HubLookAlike } from '../helpers/hub.js'
import { EMBEDDED, filesIn, PLAIN_DECODER, tinyMultilingual } from '../helpers/models.js'
import { type RunOptions, runProgram, temporaryFolder } from '../helpers/program.js'
import { fixturePath } from '../helpers/speech.js'

const FAST = 'somebody/whisper-fast'
const MULTILINGUAL = 'somebody/whisper-tiny'
/** Random weights say the same again and again, which is left out but for this. */
const GERMAN = ['--model', MULTILINGUAL, '--lan', 'de', '--compat', 'whisper_online']

/** The program with a Hub of its own and an empty cache. */
async function surroundings(repositories: Readonly<Record<string, Files>>) {
  const hub = await HubLookAlike.start(repositories)
  const cacheDir = temporaryFolder()
  const run = (args: readonly string[], options: RunOptions = {}, env: Readonly<Record<string, string>> = {}) =>
    runProgram([fixturePath('jfk'), '--offline', ...args], {
      ...options,
      env: { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cacheDir, HF_TOKEN: '', HF_HUB_OFFLINE: '', ...env },
    })
  return { hub, cacheDir, run }
}

/** Everything after the emission time, which differs from run to run. */
function texts(stdout: string): readonly string[] {
  return stdout.split('\n').map((line) => line.split(' ').slice(1).join(' '))
}

describe('asr-stream --model owner/name', () => {
  it('fetches a model in the fast layout once and prints what the same model prints from its folder', async () => {
    const { hub, run } = await surroundings({ [FAST]: filesIn(EMBEDDED) })
    const fresh = await run(['--model', FAST])
    expect(fresh).toMatchObject({ code: 0, stderr: '' })
    expect(texts(fresh.stdout)).toEqual(texts((await run([])).stdout))
    expect(fresh.stdout).toMatch(/ask not what your country can do for you/i)
    const asked = hub.requests.length
    expect((await run(['--model', FAST, '--offline-models'])).stdout).not.toBe('')
    expect((await run(['--model', FAST])).code).toBe(0)
    expect(hub.requests).toHaveLength(asked)
  })

  it('runs a multilingual model in the layout of transformers.js, and says what the fast layout would give', async () => {
    const { run } = await surroundings({ [MULTILINGUAL]: tinyMultilingual() })
    const { code, stdout, stderr } = await run([...GERMAN, '--fast', '--log-level', 'info'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\d+\.\d+ \d+ \d+ \S/)
    expect(stderr.match(/models convert/g)).toHaveLength(1)
    expect(stderr).not.toMatch(/warning/)
  })

  it('warns that times are coarse where the model gives no attention', async () => {
    const decoder = { 'onnx/decoder_model_merged_quantized.onnx': readFileSync(PLAIN_DECODER) }
    const { run } = await surroundings({ [MULTILINGUAL]: { ...tinyMultilingual(), ...decoder } })
    const { code, stderr } = await run(GERMAN)
    expect(code).toBe(0)
    expect(stderr).toMatch(/^asr-stream: warning: .* times of words are coarse.*\n$/)
  })

  it('says in one line what cannot be had', async () => {
    const { hub, run } = await surroundings({})
    const { code, stdout, stderr } = await run(['--model', 'base.en'])
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain(
      `model onnx-community/whisper-base.en_timestamped cannot be downloaded from ${hub.endpoint}/onnx-community/whisper-base.en_timestamped: there is no such model or revision (404)`,
    )
    expect(stderr).toMatch(/give it with --model-dir\n$/)
    expect(stderr.split('\n')).toHaveLength(2)
  })

  it('takes HF_HUB_OFFLINE for --offline-models', async () => {
    const { hub, run } = await surroundings({ [MULTILINGUAL]: tinyMultilingual() })
    const { code, stderr } = await run(['--model', MULTILINGUAL], {}, { HF_HUB_OFFLINE: '1' })
    expect(code).toBe(1)
    expect(stderr).toMatch(/forbids downloading it; run "asr-stream models pull/)
    expect(hub.requests).toEqual([])
  })

  it('refuses a name that nobody knows', async () => {
    const { run } = await surroundings({})
    const { code, stderr } = await run(['--model', 'base.eng'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/there is no model "base\.eng"; did you mean "base\.en"\?/)
  })

  it('stops with Ctrl-C in a download and leaves no model', async () => {
    const { hub, cacheDir, run } = await surroundings({ [MULTILINGUAL]: tinyMultilingual() })
    hub.troubles.set('config.json', [{ kind: 'stall' }])
    const { code, stdout, stderr } = await run(['--model', MULTILINGUAL, '--log-level', 'info'], {
      onLine: (line, child) => {
        if (line.includes('downloading')) child.kill('SIGINT')
      },
    })
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
    expect(stderr).not.toMatch(/error/)
    expect(existsSync(join(cacheDir, `models--${MULTILINGUAL.replace('/', '--')}`, 'snapshots'))).toBe(false)
    hub.troubles.clear()
    expect((await run(GERMAN)).code).toBe(0)
  })

  it('never asks the Hub for the embedded model', async () => {
    const { hub, run } = await surroundings({})
    expect((await run(['--model', 'tiny.en'])).code).toBe(0)
    expect(hub.requests).toEqual([])
  })
})
