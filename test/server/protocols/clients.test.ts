import { createReadStream, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { DeepgramClient } from '@deepgram/sdk'
import OpenAI, { toFile } from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import type { ConversationItemInputAudioTranscriptionCompletedEvent } from 'openai/resources/realtime/realtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pcmOf, type RunningServer, startServer, TestSocket } from '../../helpers/server.js'
import { fixturePath } from '../../helpers/speech.js'
import { TRUSTED, tlsProxy } from '../../helpers/tls-proxy.js'
import { wordErrors } from '../../helpers/word-errors.js'

type RealtimeTurn = ConversationItemInputAudioTranscriptionCompletedEvent

const JFK = fixturePath('jfk')
let server: RunningServer
let openai: OpenAI
beforeAll(async () => {
  server = await startServer('--tcp-port', '0')
  openai = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 })
})
afterAll(() => server.stop())

describe('openai for JavaScript, recordings', () => {
  const model = 'whisper-1'

  it('gets text', async () => {
    const { text } = await openai.audio.transcriptions.create({ model, file: createReadStream(JFK) })
    expect(wordErrors('jfk', text)).toBe(0)
  })

  it('gets words and segments with times', async () => {
    const answer = await openai.audio.transcriptions.create({
      model,
      file: createReadStream(JFK),
      response_format: 'verbose_json',
      timestamp_granularities: ['word', 'segment'],
    })
    expect(answer).toMatchObject({ language: 'english', duration: 11 })
    expect(answer.words?.map(({ word }) => word).slice(-2)).toEqual(['your', 'country.'])
    const { words = [], segments = [] } = answer
    for (const { start, end } of [...words, ...segments]) {
      expect(end).toBeGreaterThanOrEqual(start)
      expect(end).toBeLessThanOrEqual(11)
    }
    expect(
      segments
        .map(({ text }) => text)
        .join('')
        .trim(),
    ).toBe(answer.text)
  })

  it.each([
    ['srt', /^1\n00:00:0\d,\d{3} --> 00:00:0\d,\d{3}\nAnd so/],
    ['vtt', /^WEBVTT\n\n00:00:0\d\.\d{3} --> 00:00:0\d\.\d{3}\nAnd so/],
    ['text', /^And so .* country\.\n$/],
  ] as const)('gets %s', async (response_format, form) => {
    const answer = await openai.audio.transcriptions.create({ model, file: createReadStream(JFK), response_format })
    expect(answer).toMatch(form)
  })

  it('gets cues whose lines fit on a screen', async () => {
    const file = createReadStream(fixturePath('two_cities'))
    const srt = await openai.audio.transcriptions.create({ model, file, response_format: 'srt' })
    const lines = srt.split('\n').filter((line) => /[a-z]/.test(line))
    expect(lines.length).toBeGreaterThan(10)
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(42)
  })

  it('is told that a text is no recording, however short', async () => {
    const file = await toFile(Buffer.from('hello'), 'talk.wav')
    await expect(openai.audio.transcriptions.create({ model, file })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('not an audio file'),
    })
  })

  it('gets text as it becomes final', async () => {
    const file = createReadStream(fixturePath('two_cities'))
    const stream = await openai.audio.transcriptions.create({ model: 'gpt-4o-transcribe', file, stream: true })
    const events = []
    for await (const event of stream) events.push(event)
    const deltas = events.flatMap((event) => (event.type === 'transcript.text.delta' ? [event.delta] : []))
    const last = events.at(-1)
    expect(deltas.length).toBeGreaterThan(1)
    expect(last).toMatchObject({ type: 'transcript.text.done', text: deltas.join('') })
    expect(wordErrors('two_cities', deltas.join(''))).toBeLessThan(12)
  })

  it('is told what is wrong, in the form that it knows', async () => {
    const asked = { model, file: new File(['no audio at all, but text that goes on'], 'a.wav') }
    await expect(openai.audio.transcriptions.create(asked)).rejects.toMatchObject({ status: 400, code: 'ASR_INPUT' })
    const german = { model, file: createReadStream(JFK), language: 'de' }
    await expect(openai.audio.transcriptions.create(german)).rejects.toMatchObject({ status: 400 })
    const translated = openai.audio.translations.create({ model, file: createReadStream(JFK) })
    await expect(translated).rejects.toThrow('the model tiny.en cannot translate')
  })

  it('gets the model', async () => {
    const models = await openai.models.list()
    expect(models.data.map(({ id }) => id)).toEqual(['tiny.en'])
    expect(await openai.models.retrieve('gpt-4o-transcribe')).toMatchObject({ id: 'tiny.en' })
  })
})

describe('openai for JavaScript, Realtime', () => {
  it('commits by itself, and gets deltas that are never taken back', async () => {
    const client = new OpenAI({ baseURL: `https://${await tlsProxy(server.host)}/v1`, apiKey: 'any' })
    const live = await OpenAIRealtimeWS.create(client, { model: 'gpt-realtime', options: { ca: TRUSTED } })
    const deltas: string[] = []
    const { transcript, usage } = await new Promise<RealtimeTurn>((resolve, reject) => {
      live.on('error', reject)
      live.on('session.created', () => {
        const input = {
          format: { type: 'audio/pcm', rate: 24_000 },
          transcription: { model: 'whisper-1', language: 'en' },
          turn_detection: null,
        } as const
        live.send({ type: 'session.update', session: { type: 'transcription', audio: { input } } })
      })
      live.on('session.updated', () => {
        const audio = at24kHz(pcmOf('jfk'))
        for (let from = 0; from < audio.length; from += 24_000) {
          const piece = audio.subarray(from, from + 24_000).toString('base64')
          live.send({ type: 'input_audio_buffer.append', audio: piece })
        }
        live.send({ type: 'input_audio_buffer.commit' })
      })
      live.on('conversation.item.input_audio_transcription.delta', ({ delta = '' }) => void deltas.push(delta))
      live.on('conversation.item.input_audio_transcription.completed', resolve)
    })
    live.close()
    expect(deltas.join('')).toBe(transcript)
    expect(wordErrors('jfk', transcript)).toBeLessThan(3)
    expect(usage).toEqual({ type: 'duration', seconds: 11 })
  })

  it('lets the server find the turns, with G.711', async () => {
    const client = await new TestSocket(`ws://${server.host}/v1/realtime?intent=transcription`).opened()
    await client.heard('session.created')
    const input = { format: { type: 'audio/pcmu' }, turn_detection: { type: 'server_vad', silence_duration_ms: 600 } }
    client.send({ type: 'session.update', session: { type: 'transcription', audio: { input } } })
    const audio = Buffer.concat([muLawAt8kHz(pcmOf('jfk')), Buffer.alloc(16_000, 0xff)])
    for (let from = 0; from < audio.length; from += 4000) {
      client.send({ type: 'input_audio_buffer.append', audio: audio.subarray(from, from + 4000).toString('base64') })
    }
    const done = 'conversation.item.input_audio_transcription.completed'
    await client.heard(done)
    const types = client.messages.map(({ type }) =>
      String(type).replace('conversation.item.input_audio_transcription.', ''),
    )
    const order = [
      'input_audio_buffer.speech_started',
      'delta',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'completed',
    ]
    expect(order.map((type) => types.indexOf(type))).toEqual(
      order.map((type) => types.indexOf(type)).sort((one, other) => one - other),
    )
    const ids = client.messages.filter(({ type }) => type === done || type === 'input_audio_buffer.committed')
    expect(ids[0]?.item_id).toBe(ids[1]?.item_id)
    client.send({ type: 'nonsense' })
    expect(await client.heard('error')).toMatchObject({ error: { type: 'invalid_request_error' } })
    client.send({ type: 'input_audio_buffer.clear' })
    await client.heard('input_audio_buffer.cleared')
    client.socket.close()
  })
})

describe('@deepgram/sdk', () => {
  const deepgram = () => {
    const ws = server.url.replace('http', 'ws')
    const environment = { base: server.url, production: ws, agent: ws, agentRest: server.url }
    return new DeepgramClient({ apiKey: 'any', environment })
  }

  it('gets the text of a recording, with words and utterances', async () => {
    const answer = await deepgram().listen.v1.media.transcribeFile(readFileSync(JFK), {
      model: 'nova-3',
      utterances: true,
    })
    if (!('results' in answer)) throw new Error('no results')
    const [alternative] = answer.results.channels[0]?.alternatives ?? []
    expect(wordErrors('jfk', alternative?.transcript ?? '')).toBe(0)
    expect(alternative?.words?.at(-1)).toMatchObject({ word: 'country', punctuated_word: 'country.' })
    expect(answer.results.utterances?.length).toBeGreaterThan(0)
    expect(answer.metadata.duration).toBe(11)
  })

  it('is told that a text is no recording, however short', async () => {
    const sent = deepgram().listen.v1.media.transcribeFile(Buffer.from('hello'), { model: 'nova-3' })
    await expect(sent).rejects.toMatchObject({
      statusCode: 400,
      body: { err_msg: expect.stringContaining('not an audio file') },
    })
  })

  it('gets interim and final results of live audio', async () => {
    const socket = await deepgram().listen.v1.connect({
      model: 'nova-3',
      encoding: 'linear16',
      sample_rate: '16000',
      interim_results: 'true',
    } as never)
    const finals: string[] = []
    let interims = 0
    const over = new Promise<string[]>((resolve, reject) => {
      socket.on('error', reject)
      socket.on('message', (message) => {
        if (message.type === 'Metadata') resolve(finals)
        if (message.type !== 'Results') return
        const transcript = message.channel.alternatives[0]?.transcript ?? ''
        if (message.is_final) finals.push(transcript)
        else interims++
      })
    })
    socket.connect()
    await socket.waitForOpen()
    const audio = pcmOf('jfk')
    for (let from = 0; from < audio.length; from += 16_000) socket.sendMedia(audio.subarray(from, from + 16_000))
    socket.sendFinalize({ type: 'Finalize' })
    socket.sendCloseStream({ type: 'CloseStream' })
    expect(wordErrors('jfk', (await over).join(' '))).toBeLessThan(4)
    expect(interims).toBeGreaterThan(0)
    socket.close()
  })
})

describe('clients without a package', () => {
  it('of vosk-server get an answer to each piece, and the rest after the end', async () => {
    const client = await new TestSocket(`ws://${server.host}/`).opened()
    client.send({ config: { sample_rate: 16_000 } })
    const audio = pcmOf('jfk')
    let pieces = 0
    for (let from = 0; from < audio.length; from += 8000) {
      client.send(audio.subarray(from, from + 8000))
      pieces++
    }
    client.send({ eof: 1 })
    await client.ended()
    expect(client.messages).toHaveLength(pieces + 1)
    const text = client.messages.map((message) => message.text ?? '').join(' ')
    expect(wordErrors('jfk', text)).toBeLessThan(4)
    expect(client.messages.at(-1)?.result).toContainEqual(
      expect.objectContaining({ word: expect.stringMatching(/^country/) }),
    )
  })

  it('of whisper_online get lines over TCP', async () => {
    const socket = connect(server.ports.tcp ?? 0, '127.0.0.1')
    socket.end(readFileSync(JFK))
    let lines = ''
    for await (const chunk of socket) lines += String(chunk)
    expect(lines).toMatch(/^\d+ \d+ {2}And so/)
    expect(wordErrors('jfk', lines.replace(/^\d+ \d+ /gm, ''))).toBeLessThan(4)
  })
})

/** A sample and a half for each: linear between neighbours. */
function at24kHz(pcm: Buffer): Buffer {
  const from = new Int16Array(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.length))
  const to = Int16Array.from({ length: Math.floor(from.length * 1.5) }, (_, at) => {
    const place = at / 1.5
    const [left = 0, right = left] = [from[Math.floor(place)], from[Math.floor(place) + 1]]
    return left + (right - left) * (place - Math.floor(place))
  })
  return Buffer.from(to.buffer)
}

/** Every other sample, as ITU-T G.711 writes it. */
function muLawAt8kHz(pcm: Buffer): Buffer {
  const codes = Array.from({ length: Math.floor(pcm.length / 4) }, (_, at) => {
    const sample = pcm.readInt16LE(4 * at)
    const size = Math.min(32_635, Math.abs(sample)) + 132
    const exponent = Math.max(0, Math.floor(Math.log2(size)) - 7)
    const mantissa = (size >> (exponent + 3)) & 0x0f
    return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff
  })
  return Buffer.from(codes)
}
