import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WaveFile } from 'wavefile'
import { behavesAsRecognizer, examplePlugin, sound, wordsOf } from './recognizer-contract.js'

/** Does as whisper-server does: one request after the other, answers in its form, tokens for words. */
class WhisperServer {
  readonly requests: Readonly<Record<string, string>>[] = []
  given: object | string | null = null
  closed = 0
  readonly #server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) this.closed++
    })
    this.#turn = this.#turn.then(() => this.#answer(request, response))
  })
  #turn: Promise<void> = Promise.resolve()

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = (status: number, answer: object | string) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
    }
    if (request.url === '/health') return reply(200, { status: 'ok' })
    if (request.method !== 'POST' || request.url !== '/inference') return reply(404, 'File Not Found')
    const body = Buffer.concat(await request.toArray().catch(() => []))
    if (body.length === 0) return
    const form = await new Response(body, { headers: request.headers as Record<string, string> }).formData()
    const { file, ...fields } = Object.fromEntries(form) as { file: File } & Record<string, string>
    this.requests.push(fields)
    if (fields.prompt?.includes('hang')) return
    if (fields.prompt?.includes('fail')) return reply(500, { error: 'failed to process audio' })
    const wav = new WaveFile(new Uint8Array(await file.arrayBuffer()))
    expect(wav.fmt).toMatchObject({ audioFormat: 1, numChannels: 1, sampleRate: 16_000, bitsPerSample: 16 })
    expect(wav.fmt).toMatchObject({ byteRate: 32_000, blockAlign: 2 })
    reply(200, this.given ?? recognized(wav.getSamples(false, Float64Array) as unknown as Float64Array))
  }
}

/** What the server makes of samples: " w0" and "-x" for each second, the last of which it hears in the padding. */
function recognized(samples: Float64Array): object {
  const seconds = samples.length / 16_000
  if (seconds < 1) return { segments: [] }
  if (!samples.some((sample) => sample !== 0)) {
    return { segments: [{ text: ' [BLANK_AUDIO]', start: 0, end: seconds, words: [token(' [BLANK_AUDIO]', 0, 2)] }] }
  }
  const words = Array.from({ length: Math.ceil(seconds) }, (_, second) => [
    token(` w${second}`, second + 0.1, second + 0.5),
    token('-x', second + 0.5, second + 0.95),
  ]).flat()
  return { segments: [{ text: `${words.map(({ word }) => word).join('')}\n`, start: 0, end: 30, words }] }
}

const token = (word: string, start: number, end: number) => ({ word, start, end, t_dtw: -1, probability: 0.5 })

describe('whisper-cpp', () => {
  const server = new WhisperServer()
  let url = ''
  beforeAll(async () => {
    url = await server.start()
  })
  afterAll(() => server.stop())

  const load = async (settings: object = {}) => {
    const { asr } = await (await examplePlugin('whisper-cpp/whisper-cpp.ts')).load({ url, ...settings })
    if (!asr) throw new Error('it gives no recognizer')
    return asr
  }

  behavesAsRecognizer(() => load())

  it('joins tokens to words', async () => {
    expect(await wordsOf(await load(), sound(1.3))).toEqual([
      { begin: 0.1, end: 0.95, text: ' w0-x', probability: 0.5 },
      { begin: 1.1, end: 1.3, text: ' w1-x', probability: 0.5 },
    ])
  })

  it.each([
    [['日', '本', '。'], '日本。', ['日', '本。']],
    [[' a', '\uFFFD', '\uFFFD'], ' aé', [' aé']],
    [[' (laughs)'], ' (laughs)', []],
  ])('takes %j for the words of "%s"', async (tokens, text, expected) => {
    const words = tokens.map((each, index) => token(each, index / 4, (index + 1) / 4))
    server.given = { segments: [{ text, start: 0, end: 1, words }] }
    expect((await wordsOf(await load(), sound(1))).map((word) => word.text)).toEqual(expected)
    server.given = null
  })

  it('asks for the language, the task and what came before', async () => {
    const asr = await load({ lan: 'de' })
    await wordsOf(asr, sound(1), 'Guten Tag.')
    expect(server.requests.at(-1)).toMatchObject({ language: 'de', translate: 'false', prompt: 'Guten Tag.' })
    expect(server.requests.at(-1)).toMatchObject({ response_format: 'verbose_json', split_on_word: 'true' })
    const detecting = await load({ url: `${url}/` })
    detecting.setTranslateTask?.()
    await wordsOf((await detecting.session?.()) ?? detecting, sound(1))
    expect(server.requests.at(-1)).toMatchObject({ language: 'auto', translate: 'true', prompt: '' })
  })

  it('ends the request when it is aborted, so that the server stops as well', async () => {
    const asr = await load()
    const abort = new AbortController()
    const asked = server.requests.length
    const running = asr.transcribe(sound(1), { prompt: 'hang', signal: abort.signal })
    await vi.waitFor(() => expect(server.requests.length).toBe(asked + 1), { timeout: 30_000 })
    const before = server.closed
    abort.abort(new Error('enough'))
    await expect(running).rejects.toThrow('enough')
    await vi.waitFor(() => expect(server.closed).toBe(before + 1), { timeout: 30_000 })
  })

  it('tells what the server says when it fails', async () => {
    const asr = await load()
    await expect(asr.transcribe(sound(1), { prompt: 'fail' })).rejects.toMatchObject({
      code: 'ASR_BACKEND',
      message: `whisper-server at ${url}/inference: it answers 500: {"error":"failed to process audio"}`,
    })
    server.given = '<html>'
    await expect(asr.transcribe(sound(1), { prompt: '' })).rejects.toMatchObject({ code: 'ASR_BACKEND' })
    server.given = null
  })

  it('says how to start the server where none answers', async () => {
    const gone = new WhisperServer()
    const nobody = await gone.start()
    const plugin = await examplePlugin('whisper-cpp/whisper-cpp.ts')
    const { asr } = await plugin.load({ url: nobody })
    await gone.stop()
    const command = 'whisper-server -m models/ggml-base.en.bin --port 8080'
    await expect(asr?.transcribe(sound(1), { prompt: '' })).rejects.toMatchObject({
      code: 'ASR_BACKEND',
      message: `nothing answers at ${nobody}/inference`,
      hint: `start it with: ${command}`,
    })
    expect(await plugin.availability({ url: nobody })).toMatchObject({
      available: false,
      reason: `nothing answers at ${nobody}; start it with: ${command}`,
    })
    await expect(plugin.load({ url: nobody })).rejects.toThrow('nothing answers')
    await expect(plugin.load({ url: 'nowhere' })).rejects.toMatchObject({ code: 'ASR_OPTION_INVALID' })
  })
})
