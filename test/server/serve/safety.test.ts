import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runProgram, silentWav } from '../../helpers/program.js'
import { type RunningServer, scriptedServer, startServer, TestSocket } from '../../helpers/server.js'

/** Answers of a server: status, headers, text. Headers as they are given, which fetch does not allow. */
function ask(url: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>((resolve, reject) => {
    const asked = request(url, { method, headers }, async (answer) => {
      let text = ''
      for await (const chunk of answer) text += String(chunk)
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text })
    })
    asked.on('error', reject).end()
  })
}

describe('another host than this machine', () => {
  it('needs a token, or the word that there is none', async () => {
    const { code, stderr } = await runProgram(['serve', '--host', '0.0.0.0', '--port', '0'])
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'asr-stream: error: --host 0.0.0.0 lets others in, and there is no --token; give ASR_STREAM_TOKEN or --token, or --no-auth if everybody may use it\n',
    })
  })

  it('is served without a token where that is said, and the start tells it', async () => {
    const server = await startServer(...scriptedServer(), '--host', '0.0.0.0', '--no-auth')
    expect(server.log()).toContain('everybody who reaches this server may use it (--no-auth)')
    const port = server.host.split(':')[1]
    expect((await ask(`http://127.0.0.1:${port}/v1/models`, { host: 'asr.example.org' })).status).toBe(200)
    await server.stop()
  })
})

describe('with a token', () => {
  let server: RunningServer
  beforeAll(async () => {
    const ports = ['--host', '0.0.0.0', '--tcp-port', '0', '--wyoming-port', '0']
    server = await startServer(...scriptedServer(), '--token', 'open sesame', ...ports)
  })
  afterAll(() => server.stop())
  const url = (path: string) => `http://127.0.0.1:${server.host.split(':')[1]}${path}`
  const socket = (query = '', ...options: readonly unknown[]) =>
    new TestSocket(url(`/v1/stream${query}`).replace('http', 'ws'), ...options)

  it.each([
    ['a bearer', { authorization: 'Bearer open sesame' }],
    ['a token, as Deepgram writes it', { authorization: 'Token open sesame' }],
    ['a password', { authorization: `Basic ${Buffer.from('any:open sesame').toString('base64')}` }],
    ['a header of its own', { 'x-api-key': 'open sesame' }],
  ])('lets in who gives %s', async (_, headers) => {
    expect((await ask(url('/v1/models'), headers)).status).toBe(200)
  })

  it('lets in who gives it in the query, or as a subprotocol where that is all there is', async () => {
    expect((await ask(url('/v1/models?token=open%20sesame'))).status).toBe(200)
    const server2 = await startServer(...scriptedServer(), '--token', 'sesame')
    const offered = [
      ['token.sesame'],
      ['asr-stream', 'token.sesame'],
      ['token', 'sesame'],
      ['realtime', 'openai-insecure-api-key.sesame'],
    ]
    for (const protocols of offered) {
      const client = await new TestSocket(`ws://${server2.host}/v1/stream`, protocols).opened()
      client.send({ type: 'ping' })
      await client.heard('pong')
      expect(protocols).toContain(client.socket.protocol)
      client.socket.close()
    }
    await server2.stop()
  })

  it.each([{}, { authorization: 'Bearer open' }, { authorization: 'open sesame' }, { 'x-api-key': 'open sesame!' }])(
    'keeps out %j',
    async (headers) => {
      for (const path of ['/v1/models', '/metrics', '/transcript', '/v1/listen', '/openapi.json', '/nothing']) {
        expect((await ask(url(path), headers)).status, path).toBe(401)
      }
      const client = socket('', { headers })
      await client.ended()
      expect(client.messages).toEqual([])
    },
  )

  it('keeps sockets at the root out as well, though the page is open', async () => {
    expect((await ask(url('/'))).status).toBe(200)
    const client = new TestSocket(url('/').replace('http', 'ws'))
    await client.ended()
    expect(client.messages).toEqual([])
  })

  it('keeps ports without a token on this machine', () => {
    const lines = server
      .log()
      .split('\n')
      .filter((line) => /lines of listen|Wyoming/.test(line))
    expect(lines.map((line) => line.replace(/\d+ \(/, '('))).toEqual([
      'asr-stream: info: listening on 127.0.0.1:(lines of listen)',
      'asr-stream: info: listening on 127.0.0.1:(Wyoming)',
    ])
  })
})

describe('without a token', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await startServer(
      ...scriptedServer(),
      '--max-upload',
      '1',
      '--max-duration',
      '5',
      '--allow-origin',
      'https://a.example',
    )
  })
  afterAll(() => server.stop())

  it('knows only names of this machine', async () => {
    for (const host of ['localhost:80', '127.0.0.1', '[::1]:9', '127.1.2.3:1']) {
      expect((await ask(`${server.url}/v1/models`, { host })).status, host).toBe(200)
    }
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80', '10.0.0.1']) {
      expect((await ask(`${server.url}/v1/models`, { host })).status, host).toBe(403)
    }
  })

  it('refuses pages of other origins, and lets in the one that is named', async () => {
    for (const origin of ['https://b.example', 'null', 'http://localhost', 'nonsense']) {
      expect((await ask(`${server.url}/v1/models`, { origin })).status, origin).toBe(403)
      const client = new TestSocket(`ws://${server.host}/v1/stream`, { headers: { origin } })
      await client.ended()
    }
    const named = await ask(`${server.url}/v1/models`, { origin: 'https://a.example' })
    expect(named).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': 'https://a.example' } })
    expect((await ask(`${server.url}/v1/models`, { origin: server.url })).status).toBe(200)
    expect((await ask(`${server.url}/load_model`, { origin: 'https://a.example' }, 'OPTIONS')).status).toBe(204)
    expect((await ask(`${server.url}/load_model`, { origin: 'https://b.example' }, 'OPTIONS')).status).toBe(403)
  })

  it('gives the headers that keep a page to itself', async () => {
    const { headers } = await ask(`${server.url}/`)
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/)
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
    expect(headers['x-powered-by']).toBeUndefined()
  })

  it('takes no file that is too large, and no audio that is too long', async () => {
    const send = async (bytes: Uint8Array<ArrayBuffer>) => {
      const body = new FormData()
      body.set('file', new Blob([bytes]), 'a.wav')
      const answer = await fetch(`${server.url}/v1/audio/transcriptions`, { method: 'POST', body })
      return { status: answer.status, text: await answer.text() }
    }
    expect(await send(new Uint8Array(1_100_000))).toMatchObject({
      status: 413,
      text: expect.stringContaining('larger than 1 MB'),
    })
    expect(await send(new Uint8Array(silentWav(7)))).toMatchObject({
      status: 400,
      text: expect.stringContaining('longer than 5 s'),
    })
    expect(await send(new Uint8Array(silentWav(3)))).toMatchObject({ status: 200 })
    const client = await new TestSocket(`ws://${server.host}/v1/stream`).opened()
    for (let second = 0; second < 20; second++) client.send(new Uint8Array(32_000))
    expect(await client.heard('end')).toMatchObject({ reason: 'complete' })
  })

  it('shows neither paths nor stacks', async () => {
    const answers = await Promise.all([
      ask(`${server.url}/v1/audio/transcriptions`, {}, 'POST'),
      ask(`${server.url}/load_model`, { 'content-type': 'application/json' }, 'POST'),
      ask(`${server.url}/../../etc/passwd`),
      ask(`${server.url}/page/..%2f..%2fpackage.json`),
      ask(`${server.url}/%00`),
      ask(`${server.url}/v1/listen?encoding=x`, {}, 'POST'),
    ])
    for (const { status, text } of answers) {
      expect(status).toBeGreaterThanOrEqual(400)
      expect(text).not.toMatch(/node_modules|\/src\/|\/dist\/|at \w+ \(|asr-stream-test/)
    }
  })
})
