import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentWav } from '../../helpers/program.js'
import { type RunningServer, scriptedServer, silence, startServer, TestSocket } from '../../helpers/server.js'

let server: RunningServer
beforeAll(async () => {
  server = await startServer(...scriptedServer(), '--log-level', 'debug')
})
afterAll(() => server.stop())

async function post(path: string, body: object | FormData, headers: Readonly<Record<string, string>> = {}) {
  const isForm = body instanceof FormData
  const answer = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: isForm ? headers : { 'content-type': 'application/json', ...headers },
    body: isForm ? body : JSON.stringify(body),
  })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}
const load = async (settings: object) => {
  const { status, text } = await post('/load_model', settings)
  return { ...(JSON.parse(text) as Record<string, unknown>), code: status }
}
const formOf = (seconds: number, fields: Readonly<Record<string, string>> = {}) => {
  const form = new FormData()
  form.set('file', new Blob([new Uint8Array(silentWav(seconds))]), 'a.wav')
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return form
}

describe('POST /load_model', () => {
  it('takes the keys of Python, and is done at once with what is loaded', async () => {
    const settings = { backend: 'scripted', min_chunk_size: 2, buffer_trimming: 'segment' }
    const answers = await Promise.all(Array.from({ length: 100 }, () => load(settings)))
    expect(answers.every((answer) => 'status' in answer && answer.status === 'success')).toBe(true)
    expect(await load(settings)).toMatchObject({ status: 'success', message: expect.stringMatching(/ already$/) })
  })

  it.each([
    [{ backend: 'nonsense' }, { availableBackends: expect.arrayContaining(['onnx-whisper']) }],
    [{ min_chunk_size: -1 }, { field: 'minChunkSize' }],
    [{ policy: 'sometimes' }, { field: 'policy' }],
    [{ nonsense: 1 }, { field: 'nonsense' }],
    [{ model_dir: '/etc' }, { field: 'model_dir' }],
    [{ plugins: ['./evil.mjs'] }, { field: 'plugins' }],
    [{ workers: 64 }, { field: 'workers' }],
    [{ model: '../../etc' }, { field: 'model' }],
    [{ backend: 'scripted', script: '/etc/passwd' }, { field: 'script' }],
  ])('says what is wrong with %j', async (settings, told) => {
    const wrong = { status: 'error', message: expect.any(String), code: 422 }
    expect(await load(settings)).toMatchObject({ ...wrong, ...told })
  })

  it.each(['application/x-www-form-urlencoded', 'text/plain'])('reads JSON that is called %s', async (type) => {
    const send = async (body: string) => {
      const answer = await fetch(`${server.url}/load_model`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      })
      return (await answer.json()) as { readonly field?: string; readonly status: string }
    }
    expect(await send('{"min_chunk_size": -1}')).toMatchObject({ status: 'error', field: 'minChunkSize' })
    expect(await send('min_chunk_size=2')).toMatchObject({ status: 'error', message: 'the body is no JSON' })
  })

  it('leaves sessions on the model before undisturbed', async () => {
    const client = await new TestSocket(`ws://${server.host}/v1/stream`).opened()
    client.send(silence(4))
    await client.heard('final')
    expect(await load({ backend: 'scripted', min_chunk_size: 0.7 })).toMatchObject({ status: 'success' })
    client.send(silence(4))
    client.send({ type: 'end' })
    await client.ended()
    expect(client.texts('final').join(' ').trim().split(/\s+/)).toEqual(Array.from({ length: 16 }, (_, at) => `w${at}`))
    expect(client.messages.at(-1)).toMatchObject({ type: 'end', reason: 'complete' })
  })
})

describe('the Python interface', () => {
  it('transcribes a form by events, and keeps a transcript for each session', async () => {
    const mine = { 'x-session-id': 'mine' }
    const { status, headers, text } = await post('/upload_and_transcribe', formOf(3), mine)
    expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type: 'text/event-stream' })
    const events = text.split('\n\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line.replace(/^data: /, ''))]))
    expect(events.at(-1)).toMatchObject({ type: 'end', text: 'w0 w1 w2 w3 w4 w5', duration: 3 })
    const transcript = async (of: Readonly<Record<string, string>>) => {
      const answer = await fetch(`${server.url}/transcript`, { headers: of })
      return ((await answer.json()) as { readonly transcript: string }).transcript
    }
    expect(await transcript(mine)).toBe('w0 w1 w2 w3 w4 w5')
    expect(await transcript({ 'x-session-id': 'yours' })).toBe('')
    await post('/reset_handler', {}, mine)
    expect(await transcript(mine)).toBe('')
  })

  it('names a session by a cookie where the client names none', async () => {
    const { headers } = await post('/upload_and_transcribe', formOf(2))
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
    const answer = await fetch(`${server.url}/transcript`, { headers: { cookie } })
    expect(await answer.json()).toMatchObject({ transcript: 'w0 w1 w2 w3', segments: expect.any(Array) })
    expect(headers.get('set-cookie')).toContain('HttpOnly; SameSite=Strict')
  })

  it('gives error rates', async () => {
    const { text } = await post('/evaluate_model', formOf(2, { reference: 'W0 w1, x w3 w4' }))
    expect(JSON.parse(text)).toMatchObject({ status: 'success', wer: 0.4, words: 5, hypothesis: 'w0 w1 w2 w3' })
    expect((await post('/evaluate_model', formOf(2))).status).toBe(400)
  })
})
