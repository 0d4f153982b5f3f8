import { describe, expect, it } from 'vitest'
import { BackendError } from '../../../src/core/errors.js'
import { joined } from '../../helpers/recordings.js'
import { hear, loadTiny, spelled, tones } from './tiny-models.js'

const LONG = joined(
  Array.from({ length: 20 }, () =>
    tones([
      [0, 0.5],
      [400, 1],
    ]),
  ),
)

describe('a stream on a pipeline', () => {
  it.each([
    ['empty', new Float32Array(0)],
    ['very short', new Float32Array(800).fill(0.1)],
    ['silent', new Float32Array(16_000)],
    ['no numbers', new Float32Array(16_000).fill(Number.NaN)],
  ])('hears no words in %s audio', async (_, audio) => {
    const { asr } = await loadTiny('wav2vec2')
    expect(await hear(asr, audio)).toEqual([])
    expect(asr.segmentsEndTs(await asr.transcribe(audio, { prompt: '' }))).toEqual([])
  })

  it('rejects with the reason when it is aborted before', async () => {
    const { asr } = await loadTiny('wav2vec2')
    const reason = new Error('no more')
    const signal = AbortSignal.abort(reason)
    await expect(asr.transcribe(LONG, { prompt: '', signal })).rejects.toBe(reason)
  })

  it('rejects at once when it is aborted, and goes on with what follows', async () => {
    const { asr } = await loadTiny('whisper', { lan: 'en' })
    const controller = new AbortController()
    const reason = new Error('enough')
    const settled: string[] = []
    const running = asr.transcribe(LONG, { prompt: '', signal: controller.signal })
    const aborted = running.catch((error: unknown) => {
      settled.push('aborted')
      return error
    })
    const next = hear(
      asr,
      tones([
        [0, 1],
        [400, 1],
        [0, 1],
      ]),
    )
    next.finally(() => settled.push('next'))
    controller.abort(reason)
    expect(await aborted).toBe(reason)
    expect((await next).map(({ text }) => text)).toEqual([' one'])
    expect(settled).toEqual(['aborted', 'next'])
  })

  it('answers calls at the same time each with its own words', async () => {
    const { asr } = await loadTiny('wav2vec2')
    const texts = ['HELLO', 'WORLD', 'OLD HERO', 'DO', 'LEAD']
    const heard = await Promise.all(texts.map((text) => hear(asr, spelled(text))))
    expect(heard.map((words) => words.map(({ text }) => text).join(''))).toEqual(texts.map((text) => ` ${text}`))
  })

  it('does not change the audio that it is given', async () => {
    const { asr } = await loadTiny('wav2vec2')
    const audio = spelled('HELLO')
    const copy = audio.slice()
    await hear(asr, audio.subarray(100))
    expect(audio).toEqual(copy)
  })

  it('shares the model with its sessions, which end on their own', async () => {
    const { asr } = await loadTiny('wav2vec2')
    const [one, two] = await Promise.all([asr.session!(), asr.session!()])
    expect((await hear(one, spelled('HELLO')))[0]?.text).toBe(' HELLO')
    await one.close?.()
    await expect(hear(one, spelled('HELLO'))).rejects.toThrow(BackendError)
    expect((await hear(two, spelled('WORLD')))[0]?.text).toBe(' WORLD')
    await asr.close?.()
    await expect(hear(two, spelled('WORLD'))).rejects.toThrow('recognition has ended')
  })

  it('can be closed twice, and while it recognizes', async () => {
    const { asr } = await loadTiny('whisper', { lan: 'en' })
    const running = expect(asr.transcribe(LONG, { prompt: '' })).rejects.toThrow('recognition has ended')
    await Promise.all([asr.close?.(), asr.close?.()])
    await running
    await asr.close?.()
    await expect(asr.transcribe(LONG, { prompt: '' })).rejects.toThrow(BackendError)
  })
})
