import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { type RunningServer, scriptedServer, silence, startServer, TestSocket } from '../../helpers/server.js'
import { waitUntil } from '../../helpers/waiting.js'

let server: RunningServer
afterEach(() => server.stop())

/** The answer of HTTP to who would connect over WebSocket. */
async function refusal(path: string): Promise<IncomingMessage> {
  const socket = new WebSocket(`ws://${server.host}${path}`).on('error', () => {})
  const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
  answer.destroy()
  return answer
}

describe('a server without a place', () => {
  it('answers 503 before the upgrade and says when to come again, and takes the next one when there is a place', async () => {
    server = await startServer(...scriptedServer(), '--max-sessions', '1')
    const first = await new TestSocket(`ws://${server.host}/v1/stream`).opened()
    first.send(silence(1))
    await first.heard('progress')
    for (const path of ['/v1/realtime?intent=transcription', '/v1/listen?encoding=linear16', '/vosk', '/']) {
      const { statusCode, headers } = await refusal(path)
      expect([statusCode, Number(headers['retry-after']) > 0], path).toEqual([503, true])
    }
    expect((await fetch(`${server.url}/`)).status).toBe(200)
    const page = await new TestSocket(`ws://${server.host}/v1/stream`).opened()
    page.send(silence(1))
    expect(await page.ended()).toMatchObject({ code: 1013 })
    first.send({ type: 'end' })
    await first.ended()
    await waitUntil(async () => (await fetch(`${server.url}/readyz`)).ok, 'the place is not given back')
    const next = await new TestSocket(`ws://${server.host}/v1/listen?encoding=linear16`).opened()
    next.send({ type: 'CloseStream' })
    await next.heard('Metadata')
  })

  it('counts who asks again and again all the same', async () => {
    server = await startServer(...scriptedServer(), '--max-sessions', '1', '--max-requests-per-minute', '3')
    const first = await new TestSocket(`ws://${server.host}/v1/stream`).opened()
    first.send(silence(1))
    await first.heard('progress')
    const statuses = []
    for (let at = 0; at < 3; at++) statuses.push((await refusal('/v1/listen')).statusCode)
    expect(statuses).toEqual([503, 503, 429])
    first.socket.terminate()
  })
})
