import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src/core/errors.js'
import type { AudioInput } from '../../src/transcriber/audio-input.js'
import { createTranscriber, type TranscriberSettings } from '../../src/transcriber/create-transcriber.js'
import type { StreamOptions, Transcriber } from '../../src/transcriber/transcriber.js'
import { folderWith, spokenWords } from '../helpers/program.js'

const RATE = 16_000

const scripted = () =>
  createTranscriber({
    backend: 'scripted',
    options: { script: join(folderWith({ 'words.json': spokenWords(['one']) }), 'words.json') },
  })

/** What a stream throws. */
async function refusal(transcriber: Transcriber, audio: unknown, options?: unknown): Promise<unknown> {
  try {
    for await (const _ of transcriber.stream(audio as AudioInput, options as StreamOptions));
    return null
  } catch (error) {
    return error
  }
}

describe('a program that is not typed', () => {
  it('is told of other inputs what to give instead', async () => {
    await using transcriber = await scripted()
    const refused = (audio: unknown) => refusal(transcriber, audio)
    const text = Readable.from([Buffer.from('RIFF')], { objectMode: false })
    text.setEncoding('latin1')
    expect(await refused(new URL('ftp://example.org/talk.wav'))).toMatchObject({
      code: 'ASR_USAGE',
      hint: expect.stringContaining('https, rtsp'),
    })
    expect(await refused(new Int16Array(RATE))).toMatchObject({ code: 'ASR_USAGE', message: 'this is not audio' })
    expect(await refused('')).toMatchObject({ code: 'ASR_USAGE', message: 'the path of the audio is empty' })
    expect(await refused([new Float64Array(RATE)])).toMatchObject({
      message: 'the stream gives Float64Array where bytes are expected',
    })
    expect(await refused(text)).toMatchObject({ message: 'the stream gives text, not bytes' })
    const pushed = transcriber.push()
    for (const one of ['x', 5, undefined, [1], new Int16Array(4)]) {
      expect(() => pushed.write(one as unknown as Uint8Array)).toThrow(UsageError)
    }
  })

  it.each([
    [null, 'settings are an object, not null'],
    ['en', 'settings are an object, not "en"'],
    [{ plugins: 'x' }, 'plugins must be a list of { name, description, load } and of paths, not "x"'],
    [{ plugins: [null] }, 'plugins must be a list of { name, description, load } and of paths, not [null]'],
    [
      { plugins: [{ name: 'x' }] },
      'plugins must be a list of { name, description, load } and of paths, not [{ name }]',
    ],
    [{ log: {} }, 'log must be an object with error, warn, info and debug, such as console, not {  }'],
    [{ signal: 5 }, 'signal must be an AbortSignal, not 5'],
    [{ progress: 5 }, 'progress must be a function, not 5'],
    [{ options: 5 }, 'options must be an object, not 5'],
  ])('is refused settings of a wrong type: %j', async (settings, message) => {
    await expect(createTranscriber(settings as TranscriberSettings)).rejects.toMatchObject({
      code: 'ASR_USAGE',
      message,
    })
  })

  it.each([
    [null, 'options of a stream are an object, not null'],
    [{ pace: 'slow' }, 'pace must be one of fast, live, realtime, offline, not "slow"'],
    [{ whenFull: 'x' }, 'whenFull must be one of wait, skip, not "x"'],
    [{ stop: new AbortController() }, 'stop must be an AbortSignal, not AbortController'],
    [{ onArrival: 5 }, 'onArrival must be a function, not 5'],
    [{ pase: 'fast' }, 'a stream has no option "pase"'],
  ])('is refused options of a stream that would do nothing: %j', async (options, message) => {
    await using transcriber = await scripted()
    expect(await refusal(transcriber, new Float32Array(RATE), options)).toMatchObject({ code: 'ASR_USAGE', message })
  })
})
