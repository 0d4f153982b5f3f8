import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PART, SAID, SOCKETS, TYPES } from '../../../bench/attacks/client-messages.js'
import { type RunningServer, scriptedServer, silence, startServer, TestSocket } from '../../helpers/server.js'
import { waitUntil } from '../../helpers/waiting.js'

const RUNS = 25
const message = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...SAID) },
  // Cut somewhere.
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...SAID), fc.nat(40)).map(([text, at]) => text.slice(0, at)) },
  { weight: 1, arbitrary: fc.string({ maxLength: 200 }) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
  { weight: 4, arbitrary: fc.uint8Array({ maxLength: 3000 }) },
  { weight: 1, arbitrary: fc.constantFrom(silence(2), new Uint8Array(0), new Uint8Array([0])) },
)

let server: RunningServer
beforeAll(async () => {
  server = await startServer(...scriptedServer(), '--tcp-port', '0', '--wyoming-port', '0', '--max-sessions', '8')
})
afterAll(() => server.stop())

/** The server lives, has told nobody what it should not, and has every place back. */
async function expectSound(): Promise<void> {
  const free = async () => {
    const answer = await fetch(`${server.url}/readyz`)
    return ((await answer.json()) as { readonly sessions: number }).sessions === 0
  }
  await waitUntil(free, 'a place is not given back')
  expect(server.log()).not.toMatch(/unexpected|TypeError|RangeError|ReferenceError|unhandled/i)
}

describe('whatever clients send, the server goes on', () => {
  it.each(SOCKETS.filter((path) => path !== '/v1/stream'))('%s', async (path) => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 12 }), fc.boolean(), async (messages, isCutOff) => {
        const client = await new TestSocket(`ws://${server.host}${path}`).opened()
        for (const one of messages) client.socket.send(one)
        client.socket.ping()
        await Promise.race([once(client.socket, 'pong'), client.ended()])
        if (isCutOff) client.socket.terminate()
        else client.socket.close()
        await client.ended()
        expect(JSON.stringify(client.messages)).not.toMatch(/node_modules|\/dist\/|\.ts:|\.js:/)
      }),
      { numRuns: RUNS },
    )
    await expectSound()
  })

  it('/v1/stream, whose sessions stay for those who may come back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 12 }), async (messages) => {
        const client = await new TestSocket(`ws://${server.host}/v1/stream`).opened()
        for (const one of messages) client.socket.send(one)
        client.socket.send('{"type":"end"}')
        await client.ended()
        expect(JSON.stringify(client.messages)).not.toMatch(/node_modules|\/dist\/|\.ts:|\.js:/)
      }),
      { numRuns: RUNS },
    )
  })

  it('Wyoming and lines over TCP', async () => {
    const header = fc.record({
      type: fc.oneof(
        fc.constantFrom('describe', 'transcribe', 'audio-start', 'audio-chunk', 'audio-stop', 'ping'),
        fc.string(),
      ),
      data: fc.oneof(
        fc.constantFrom({ rate: 16_000, width: 2, channels: 1 }, { rate: 1e9, width: -1 }, {}),
        fc.jsonValue(),
      ),
      data_length: fc.oneof(fc.constantFrom(0, 2, -1, 1e12), fc.double()),
      payload_length: fc.constantFrom(0, 10, 3000, -5, 1e15),
    })
    const bytes = fc.oneof(
      header.map((one) => Buffer.from(`${JSON.stringify(one)}\n{}${'x'.repeat(20)}`)),
      fc.uint8Array({ maxLength: 3000 }).map((one) => Buffer.from(one)),
      fc.constant('a line without an end'),
    )
    const ports = fc.constantFrom(server.ports.wyoming ?? 0, server.ports.tcp ?? 0)
    await fc.assert(
      fc.asyncProperty(ports, fc.array(bytes, { maxLength: 6 }), async (port, pieces) => {
        const socket = connect(port, '127.0.0.1').on('error', () => {})
        const closed = new Promise((resolve) => socket.on('close', resolve))
        for (const piece of pieces) socket.write(typeof piece === 'string' ? piece.repeat(10_000) : piece)
        socket.end()
        socket.resume()
        await closed
      }),
      { numRuns: RUNS },
    )
    await waitUntil(async () => (await fetch(`${server.url}/healthz`)).ok, 'it is not healthy')
  })

  it('forms and bodies', async () => {
    const paths = [
      '/v1/audio/transcriptions',
      '/v1/listen',
      '/load_model',
      '/upload_and_transcribe',
      '/evaluate_model',
      '/reset_handler',
    ]
    const body = fc.oneof(
      fc.constantFrom(
        '',
        '{}',
        '{"backend":5}',
        '[1]',
        '{"min_chunk_size":{"a":[]}}',
        PART,
        PART.slice(0, -20),
        'RIFF',
      ),
      fc.json(),
      fc.string({ maxLength: 500 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.constantFrom(...TYPES), body, async (path, type, text) => {
        const answer = await fetch(`${server.url}${path}`, {
          method: 'POST',
          headers: { 'content-type': type },
          body: text,
        })
        expect(await answer.text()).not.toMatch(/node_modules|\/dist\/|\.ts:|\.js:/)
        expect([200, 400, 404, 413, 415, 422], `${path} ${type} ${text}`).toContain(answer.status)
      }),
      { numRuns: 4 * RUNS },
    )
  })

  it('requests that come slowly or are no requests', async () => {
    const port = Number(server.host.split(':')[1])
    const starts = [
      'GET / HTTP/1.1\r\nhost: ',
      'POST /load_model HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99\r\n\r\n{',
      '\x16\x03\x01',
      'GET',
    ]
    const slow = starts.map((text) =>
      connect(port, '127.0.0.1')
        .on('error', () => {})
        .resume()
        .setEncoding('utf8')
        .write(text),
    )
    expect(slow).toHaveLength(starts.length)
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' })
  })

  it('a message that is too large ends its own connection only', async () => {
    // One of the forms may have loaded another model.
    const scripted = { method: 'POST', body: '{"backend":"scripted"}' }
    expect((await fetch(`${server.url}/load_model`, scripted)).status).toBe(200)
    const other = await new TestSocket(`ws://${server.host}/v1/listen?encoding=linear16&endpointing=false`).opened()
    const client = await new TestSocket(`ws://${server.host}/v1/stream`).opened()
    client.socket.send(Buffer.alloc(5_000_000))
    // Whether the reason still arrives, the system decides: there is much that nobody reads.
    expect([1006, 1009]).toContain((await client.ended()).code)
    other.send(silence(3))
    await other.heard('Results')
    other.socket.terminate()
  })
})
