import { setImmediate as immediately, setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OnnxWhisperASR } from '../../../../src/backends/onnx-whisper/whisper-asr.js'
import type { RecognitionProgress } from '../../../../src/core/types.js'
import { fixture } from '../../../helpers/speech.js'
import { wordErrors } from '../../../helpers/word-errors.js'

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
    // A loop that is blocked until the end ticks once.
    expect(ticks).toBeGreaterThan(5)
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

  it('has one client not wait until all recordings of another are done, and their text is the same', async () => {
    const [files, speaker] = [
      await asr.session({ client: 'files', isPatient: true }),
      await asr.session({ client: 'me' }),
    ]
    const [again, alone] = [
      await asr.session({ client: 'files', isPatient: true }),
      await asr.session({ client: 'me' }),
    ]
    const order: string[] = []
    const hear = async (recognizer: OnnxWhisperASR, name: string) => {
      const result = await recognizer.transcribe(fixture(name).audio, { prompt: '' })
      order.push(name)
      return recognizer.tsWords(result).map(({ text }) => text)
    }
    const expected = [await hear(alone, 'two_cities'), await hear(alone, 'jfk')]
    const heard = await Promise.all([hear(files, 'two_cities'), hear(speaker, 'jfk'), hear(again, 'two_cities')])
    expect(order.slice(2)).toEqual(['jfk', 'two_cities', 'two_cities'])
    expect(heard).toEqual([...expected, expected[0]])
    for (const session of [files, speaker, again, alone]) await session.close()
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

  it('tells how far it is in long audio, and what it has found', async () => {
    const { audio } = fixture('two_cities')
    const told: RecognitionProgress[] = []
    const result = await asr.transcribe(audio, { prompt: '', onProgress: (progress) => told.push(progress) })
    const until = told.map(({ untilSec }) => untilSec)
    expect(until.length).toBeGreaterThan(0)
    expect(until).toEqual([...new Set(until)].sort((a, b) => a - b))
    expect(until.at(-1)).toBeLessThan(audio.length / 16_000)
    const found = told.flatMap(({ words }) => words)
    expect(found.length).toBeGreaterThan(30)
    expect(found).toEqual(asr.tsWords(result).slice(0, found.length))
  })

  it('tells the stage times of each recognition', async () => {
    const { stages } = await asr.transcribe(fixture('jfk').audio, { prompt: '' })
    expect(stages.encoder?.calls).toBe(1)
    expect(stages['first call']?.ms).toBeGreaterThan(0)
  })

  it('serves several streams that do not see each other', async () => {
    const names = ['jfk', 'austen_880', 'two_cities'] as const
    const heard = async (recognizer: OnnxWhisperASR, name: string) => {
      const { audio } = fixture(name)
      const texts: string[] = []
      for (const seconds of [1, 2, 2.9]) {
        const result = await recognizer.transcribe(audio.subarray(0, seconds * 16_000), {
          prompt: '',
          positionSamples: 0,
        })
        texts.push(
          recognizer
            .tsWords(result)
            .map(({ text }) => text)
            .join(''),
        )
      }
      return texts
    }
    const alone: string[][] = []
    for (const name of names) {
      const guest = await asr.session()
      alone.push(await heard(guest, name))
      await guest.close()
    }
    const guests = await Promise.all(names.map(() => asr.session()))
    const together = await Promise.all(guests.map((guest, index) => heard(guest, names[index] ?? '')))
    expect(together).toEqual(alone)
    await guests[0]?.close()
    await expect(heard(guests[0]!, 'jfk')).rejects.toThrow('no model is loaded')
    const still = await guests[1]!.transcribe(fixture('jfk').audio, { prompt: '' })
    const text = asr.tsWords(still).map((word) => word.text)
    expect(wordErrors('jfk', text.join('')), text.join('')).toBeLessThanOrEqual(1)
  })

  it('answers what is under way when it is closed, and nothing after that', async () => {
    const other = new OnnxWhisperASR({ language: 'en', threads: 1 })
    await other.loadModel(null, null, null)
    const { audio } = fixture('jfk')
    await other.transcribe(audio.subarray(0, 16_000), { prompt: '' })
    const ended: string[] = []
    const underWay = other.transcribe(audio, { prompt: '' }).finally(() => ended.push('the call'))
    // Then the thread has it.
    await immediately()
    const [result] = await Promise.all([underWay, other.close().then(() => ended.push('the model'))])
    expect(ended).toEqual(['the call', 'the model'])
    const text = other.tsWords(result).map((word) => word.text)
    expect(wordErrors('jfk', text.join('')), text.join('')).toBeLessThanOrEqual(1)
    await expect(other.transcribe(audio, { prompt: '' })).rejects.toThrow(/no model is loaded/)
    await other.close()
  })

  it('rejects what it had no time to begin when it is closed', async () => {
    const other = new OnnxWhisperASR({ language: 'en', threads: 1 })
    await other.loadModel(null, null, null)
    const call = other.transcribe(fixture('jfk').audio, { prompt: '' })
    await Promise.all([expect(call).rejects.toThrow('recognition has ended'), other.close()])
  })

  it('rejects what a stream asks for after its model was closed; the stream can still be closed', async () => {
    const owner = new OnnxWhisperASR({ language: 'en', threads: 1 })
    await owner.loadModel(null, null, null)
    const stream = await owner.session()
    await owner.close()
    await expect(stream.transcribe(fixture('jfk').audio, { prompt: '' })).rejects.toThrow('recognition has ended')
    await stream.close()
  })

  it.each([
    [{ language: 'de' }, /knows English only, not "de"/],
    [{ task: 'translate' as const }, /cannot translate/],
  ])('refuses what an English-only model cannot do: %j', async (options, message) => {
    await expect(new OnnxWhisperASR(options).loadModel(null, null, null)).rejects.toThrow(message)
  })
})
