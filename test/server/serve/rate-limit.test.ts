import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { type RunningServer, scriptedServer, startServer, TestSocket } from '../../helpers/server.js'

let server: RunningServer
afterEach(() => server.stop())

/** What a port says to who connects and says something. */
async function told(port: number | undefined, said: string): Promise<string> {
  const socket = connect(port ?? 0, '127.0.0.1')
  await once(socket, 'connect')
  socket.end(said)
  return text(socket)
}

describe('an address that asks too often', () => {
  it('gets 429 from HTTP and says when to come again, in the form of the protocol', async () => {
    server = await startServer(...scriptedServer(), '--max-requests-per-minute', '2')
    expect((await fetch(`${server.url}/v1/models`)).status).toBe(200)
    expect((await fetch(`${server.url}/`)).status).toBe(200)
    const [plain, openAi, deepgram] = await Promise.all([
      fetch(`${server.url}/transcript`),
      fetch(`${server.url}/v1/audio/transcriptions`, { method: 'POST', body: new FormData() }),
      fetch(`${server.url}/v1/listen`, { method: 'POST', body: 'RIFF' }),
    ])
    for (const { status, headers } of [plain, openAi, deepgram]) {
      expect(status).toBe(429)
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    }
    const message = 'one address may ask 2 times a minute'
    expect(await plain.json()).toMatchObject({ message, code: 'ASR_TOO_MANY' })
    expect(await openAi.json()).toMatchObject({ error: { message, type: 'rate_limit_error' } })
    expect(await deepgram.json()).toMatchObject({ err_msg: message, err_code: 'ASR_TOO_MANY' })
    expect((await fetch(`${server.url}/nothing`)).status).toBe(429)
    for (const path of ['/healthz', '/readyz']) expect((await fetch(server.url + path)).status, path).toBe(200)
  })

  it.each(['/v1/stream', '/v1/realtime', '/v1/listen', '/', '/vosk'])(
    'gets the code of WebSocket at %s',
    async (path) => {
      server = await startServer(...scriptedServer(), '--max-requests-per-minute', '1')
      const first = await new TestSocket(`ws://${server.host}${path}`).opened()
      const second = new TestSocket(`ws://${server.host}${path}`)
      expect(await second.ended()).toEqual({ code: 1013, reason: 'one address may ask 1 times a minute' })
      expect(second.messages).toEqual([])
      expect(first.closed).toBeNull()
      first.socket.terminate()
    },
  )

  it('is told by Wyoming and by lines over TCP', async () => {
    const ports = ['--tcp-port', '0', '--wyoming-port', '0']
    server = await startServer(...scriptedServer(), ...ports, '--max-requests-per-minute', '1')
    expect(await told(server.ports.wyoming, '{"type":"describe"}\n')).toContain('"info"')
    expect(await told(server.ports.wyoming, '{"type":"describe"}\n')).toContain('ASR_TOO_MANY')
    expect(await told(server.ports.tcp, '')).toBe('asr-stream: too many connections of one address; try again later\n')
  })
})
