import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { OnnxWhisperASR } from '../../../../src/backends/onnx-whisper/whisper-asr.js'
import type { Log } from '../../../../src/core/types.js'
import { fixture } from '../../../helpers/speech.js'
import { waitUntil } from '../../../helpers/waiting.js'

const told: string[] = []
const tell = (message: string) => void told.push(message)
const log: Log = { error: tell, warn: tell, info: tell, debug: () => {} }
const asr = new OnnxWhisperASR({ language: 'en', threads: 1, workers: 3, log })

beforeAll(() => asr.loadModel(null, null, null))
afterAll(() => asr.close())

const copies = () => told.filter((message) => message.includes('further copy')).length

/** What a stream is told in growing pieces of a recording. */
async function heard(name: string): Promise<readonly string[]> {
  const session = await asr.session({ client: name })
  const { audio } = fixture(name)
  const texts: string[] = []
  for (const seconds of [1, 2, 2.9]) {
    const call = { prompt: '', positionSamples: 0 }
    const result = await session.transcribe(audio.subarray(0, seconds * 16_000), call)
    const words = session.tsWords(result)
    texts.push(words.map(({ text }) => text).join(''))
  }
  await session.close()
  return texts
}

describe('a model with several workers', () => {
  const names = ['jfk', 'austen_880', 'two_cities', 'austen_870', 'austen_890'] as const

  it('says of sessions at once what it says of each alone; further copies come with further sessions', async () => {
    const alone: (readonly string[])[] = []
    for (const name of names) alone.push(await heard(name))
    expect(copies()).toBe(0)
    expect(alone.flat().join('').length).toBeGreaterThan(100)
    expect(await Promise.all(names.slice(0, 2).map(heard))).toEqual(alone.slice(0, 2))
    // Short sessions may end before the copy is loaded.
    await waitUntil(() => copies() > 0, 'no further copy is loaded')
    expect(copies()).toBe(1)
    expect(await Promise.all(names.map(heard))).toEqual(alone)
    await waitUntil(() => copies() > 1, 'no third copy is loaded')
    expect(copies()).toBe(2)
    expect(await Promise.all([...names, ...names].map(heard))).toEqual([...alone, ...alone])
    expect(copies()).toBe(2)
  })

  it('loads no further copy where there is no memory for it, and says so', async () => {
    const small = new OnnxWhisperASR({ language: 'en', threads: 1, workers: 2, log })
    const memory = vi.spyOn(process, 'availableMemory').mockReturnValue(1000)
    try {
      await small.loadModel(null, null, null)
      told.length = 0
      const sessions = await Promise.all(['one', 'other'].map((client) => small.session({ client })))
      const { audio } = fixture('jfk')
      const call = { prompt: '', positionSamples: 0 }
      const results = await Promise.all([0, 1, 0, 1].map((at) => sessions[at]!.transcribe(audio, call)))
      expect(results.map((result) => small.tsWords(result).length > 15)).toEqual([true, true, true, true])
      expect((await small.session({ client: 'third' })).sep).toBe(small.sep)
      expect(told).toEqual([expect.stringMatching(/further copy .* not loaded.*needs \d+ MB .*, and 0 MB are there/)])
    } finally {
      memory.mockRestore()
      await small.close()
    }
  })

  it('goes on with the copies that it has when another cannot be loaded, and ends all threads', async () => {
    const { stdout } = await run('unloaded')
    expect(JSON.parse(stdout)).toEqual({ first: fine, both: fine, again: fine })
  })

  it('loses only the calls of the thread that ends; its sessions go on in another one', async () => {
    const { stdout } = await run('2')
    expect(JSON.parse(stdout)).toEqual({ first: fine, both: ['fulfilled', 'rejected'], again: fine })
  })
})

const fine = ['fulfilled', 'fulfilled']
const HOOK = fileURLToPath(new URL('../../../helpers/one-thread-ends.cjs', import.meta.url))
const DIST = new URL('../../../../dist/backends/onnx-whisper/whisper-asr.js', import.meta.url).href

/** Two sessions of a model at once, twice; the process ends by itself when all threads have ended. */
function run(end: string) {
  const script = `import('${DIST}').then(async ({ OnnxWhisperASR }) => {
    let tell
    const copyTold = new Promise((resolve) => (tell = (message) => message.includes('further copy') && resolve()))
    const log = { error: tell, warn: tell, info: tell, debug() {} }
    const asr = new OnnxWhisperASR({ language: 'en', threads: 1, workers: 2, log })
    await asr.loadModel(null, null, null)
    const sessions = [await asr.session(), await asr.session()]
    const audio = new Float32Array(32_000).map((_, at) => 0.1 * Math.sin(at / 10))
    const hear = async () => {
      const calls = await Promise.allSettled(sessions.map((one) => one.transcribe(audio.slice(), { prompt: '' })))
      return calls.map(({ status }) => status)
    }
    const first = await hear()
    await copyTold
    const both = await hear()
    const again = await hear()
    for (const one of sessions) await one.close()
    await asr.close()
    console.log(JSON.stringify({ first, both, again }))
  })`
  const env = { ...process.env, NODE_OPTIONS: `--require "${HOOK}"`, THREAD_ENDS: end }
  return promisify(execFile)(process.execPath, ['-e', script], { env, timeout: 60_000 })
}
