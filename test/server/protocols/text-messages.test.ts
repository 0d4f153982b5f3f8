import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, scriptedServer, silence, startServer, TestSocket } from '../../helpers/server.js'
import { waitUntil } from '../../helpers/waiting.js'

const SHOWN = JSON.stringify('x'.repeat(59)).slice(0, 60)

let server: RunningServer
beforeAll(async () => {
  server = await startServer(...scriptedServer())
})
afterAll(() => server.stop())

/** What the server answers to one text message. */
async function answer(path: string, text: string): Promise<string> {
  const client = await new TestSocket(`ws://${server.host}${path}`).opened()
  client.socket.send(text)
  const isError = (message: Record<string, unknown>) => message.type === 'error' || message.error !== undefined
  await waitUntil(() => client.messages.some(isError), 'no error comes')
  const told = client.messages.find(isError)!
  client.socket.terminate()
  const error = told.error ?? told.message
  return typeof error === 'string' ? error : String((error as { readonly message: unknown }).message)
}

const STREAM = 'start, resume, commit, end, ping, ack'
const REALTIME =
  'session.update, transcription_session.update, input_audio_buffer.append, input_audio_buffer.commit, input_audio_buffer.clear'

describe.each([
  ['/v1/stream', STREAM],
  ['/v1/realtime?intent=transcription', REALTIME],
])('a message to %s', (path, known) => {
  it.each([
    ['{', 'a text message is no object in JSON: {'],
    ['', 'a text message is no object in JSON: it is empty'],
    ['[]', 'a text message is no object in JSON: []'],
    ['"x"', 'a text message is no object in JSON: "x"'],
    ['ü'.repeat(100), `a text message is no object in JSON: ${'ü'.repeat(60)}...`],
    ['{}', `a message has no type; there are ${known}`],
    ['{"type": 1}', `a message has the type 1, which is not known; there are ${known}`],
    [`{"type": "${'x'.repeat(99)}"}`, `a message has the type ${SHOWN}..., which is not known; there are ${known}`],
  ])('%j is told for what it is', async (text, told) => {
    expect(await answer(path, text)).toBe(told)
  })
})

describe('a message of Vosk', () => {
  const NEITHER = 'a message is neither {"config": {"sample_rate": 16000}} nor {"eof": 1}'
  it.each([
    ['{', 'a text message is no object in JSON: {'],
    ['{"type":"KeepAlive"}', `${NEITHER}: {"type":"KeepAlive"}`],
    ['{"config":{"sample_rate":"x"}}', 'config.sample_rate: Invalid input: expected number, received string'],
    ['{"eof":"x"}', 'eof: expected a number or a boolean'],
  ])('%j is told for what it is', async (text, told) => {
    expect(await answer('/vosk', text)).toBe(told)
  })
})

describe('audio of Realtime', () => {
  it.each(['!!!', 'AAAA!', 'AAAAA', 'AA==AAAA', '\u00e4\u00f6'])('that is no base64 is told: %j', async (audio) => {
    const told = await answer('/v1/realtime', JSON.stringify({ type: 'input_audio_buffer.append', audio }))
    expect(told).toBe(`audio is no base64, and nothing of it is heard: ${audio}`)
  })

  it('is heard in base64 of each kind, whatever was wrong before', async () => {
    const client = await new TestSocket(`ws://${server.host}/v1/realtime?intent=transcription`).opened()
    const append = (audio: string) => client.send({ type: 'input_audio_buffer.append', audio })
    const format = { type: 'audio/pcm', rate: 16_000 }
    client.send({ type: 'session.update', session: { audio: { input: { format, turn_detection: null } } } })
    append('!!!')
    const audio = silence(1)
    append(audio.toString('base64'))
    append(audio.toString('base64url'))
    append(audio.toString('base64').replace(/.{76}/g, '$&\r\n'))
    client.send({ type: 'input_audio_buffer.commit' })
    const done = await client.heard('conversation.item.input_audio_transcription.completed')
    expect(done.transcript).toBe('w0 w1 w2 w3 w4 w5')
    expect(client.messages.filter(({ type }) => type === 'error')).toHaveLength(1)
    client.socket.terminate()
  })
})
