import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OnnxWhisperASR } from '../../../src/backends/onnx-whisper/whisper-asr.js'
import { fixture } from '../../helpers/speech.js'

const asr = new OnnxWhisperASR({ language: 'en', threads: 2 })

beforeAll(() => asr.loadModel(null, null, null))
afterAll(() => asr.close())

describe('recognition in a thread of its own', () => {
  it('leaves the event loop free', async () => {
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    const recognition = asr.transcribe(fixture('two_cities').audio, { prompt: '' })
    await recognition
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(50)
  })

  it('ends when it is aborted, with the reason, and hears again afterwards', async () => {
    const { audio } = fixture('two_cities')
    const abort = new AbortController()
    const whole = asr.transcribe(audio, { prompt: '', signal: abort.signal })
    await sleep(20)
    abort.abort(new Error('enough'))
    await expect(whole).rejects.toThrow('enough')
    await expect(asr.transcribe(audio, { prompt: '', signal: abort.signal })).rejects.toThrow('enough')
    const result = await asr.transcribe(fixture('jfk').audio, { prompt: '' })
    expect(asr.tsWords(result).length).toBeGreaterThan(15)
  })

  it('answers calls in order', async () => {
    const order: string[] = []
    const hear = async (name: string) => {
      await asr.transcribe(fixture(name).audio, { prompt: '' })
      order.push(name)
    }
    await Promise.all([hear('jfk'), hear('austen_880'), hear('austen_930')])
    expect(order).toEqual(['jfk', 'austen_880', 'austen_930'])
  })

  it('tells the stage times of each recognition', async () => {
    const { stages } = await asr.transcribe(fixture('jfk').audio, { prompt: '' })
    expect(stages.encoder?.calls).toBe(1)
    expect(stages['first call']?.ms).toBeGreaterThan(0)
  })

  it('rejects what is under way when it is closed', async () => {
    const other = new OnnxWhisperASR({ language: 'en', threads: 1 })
    await other.loadModel(null, null, null)
    await other.close()
    await expect(other.transcribe(new Float32Array(16_000), { prompt: '' })).rejects.toThrow(/no model is loaded/)
  })

  it.each([
    [{ language: 'de' }, /knows English only, not "de"/],
    [{ task: 'translate' as const }, /cannot translate/],
  ])('refuses what an English-only model cannot do: %j', async (options, message) => {
    await expect(new OnnxWhisperASR(options).loadModel(null, null, null)).rejects.toThrow(message)
  })
})
