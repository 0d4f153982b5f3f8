import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ScriptedOptions, scriptedLoader } from '../../src/backends/scripted.js'
import { parseConfig } from '../../src/config/config.js'
import { ModelError } from '../../src/core/errors.js'
import type { ASRBase, Word } from '../../src/core/types.js'
import { rememberingLog } from '../helpers/logs.js'
import { folderWith, spokenWords } from '../helpers/program.js'

const WORDS = spokenWords(['One', 'two.', 'Three', 'four.', 'Five'])

async function scripted(script: unknown, options: Partial<ScriptedOptions> = {}): Promise<ASRBase> {
  const path = join(folderWith({ 'script.json': script }), 'script.json')
  const config = parseConfig({ script: path, ...options }, scriptedLoader.options)
  const { asr } = await scriptedLoader.load(config as Parameters<typeof scriptedLoader.load>[0], {
    log: rememberingLog(),
    progress: () => {},
  })
  return asr!
}

async function hear(asr: ASRBase, fromSec: number, toSec: number): Promise<readonly Word[]> {
  const audio = new Float32Array((toSec - fromSec) * 16_000)
  return asr.tsWords(await asr.transcribe(audio, { prompt: '', positionSamples: fromSec * 16_000 }))
}

describe('the scripted backend', () => {
  it('hears the words that lie in the audio as a whole, relative to it', async () => {
    const asr = await scripted(WORDS)
    expect(await hear(asr, 0, 1)).toEqual([
      { begin: 0, end: 0.4, text: 'One' },
      { begin: 0.5, end: 0.9, text: 'two.' },
    ])
    expect(await hear(asr, 0.5, 1.25)).toEqual([{ begin: 0, end: 0.4, text: 'two.' }])
    expect(await hear(asr, 4, 5)).toEqual([])
  })

  it('ends segments at sentences and at the end of what it heard', async () => {
    const asr = await scripted(WORDS)
    const result = await asr.transcribe(new Float32Array(3 * 16_000), { prompt: '' })
    expect(asr.segmentsEndTs(result)).toEqual([0.9, 1.9, 2.4])
  })

  it('speaks faster when it is told to', async () => {
    const [, second] = await hear(await scripted(WORDS, { speed: 2 }), 0, 1)
    expect(second).toEqual({ begin: 0.25, end: 0.45, text: 'two.' })
  })

  it('is unsure of the last words as long as they are the last', async () => {
    const asr = await scripted(WORDS, { unstable: 1 })
    expect((await hear(asr, 0, 1)).map(({ text }) => text)).toEqual(['One', 'two.~1.00'])
    expect((await hear(asr, 0, 1.5)).map(({ text }) => text)).toEqual(['One', 'two.', 'Three~1.50'])
  })

  it('reads reference transcripts, and separators of its own', async () => {
    const asr = await scripted({ sep: '', words: [{ word: 'a', start: 0.1, end: 0.2 }], language: 'en' })
    expect(asr.sep).toBe('')
    expect(await hear(asr, 0, 1)).toEqual([{ begin: 0.1, end: 0.2, text: 'a' }])
  })

  it('takes its time, and stops when it is aborted', async () => {
    const asr = await scripted(WORDS, { computeSec: 3600 })
    const abort = new AbortController()
    const attempt = asr.transcribe(new Float32Array(16_000), { prompt: '', signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(attempt).rejects.toThrow('enough')
  })

  it('fails where it is told to', async () => {
    const asr = await scripted(WORDS, { failAtSec: 2 })
    expect(await hear(asr, 0, 2)).toHaveLength(4)
    await expect(hear(asr, 1, 2.5)).rejects.toThrow('the script fails at 2 s')
  })

  it.each([
    ['[{"begin": 0}]', 'is not a list of words'],
    ['{"words": 1}', 'is not a list of words'],
    ['nothing', 'is not JSON'],
  ])('refuses %s', async (script, message) => {
    const attempt = scripted(script)
    await expect(attempt).rejects.toBeInstanceOf(ModelError)
    await expect(attempt).rejects.toThrow(message)
  })
})
