import { connect as connectTcp } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type RunningServer, scriptedServer, silence, startServer, TestSocket } from '../../helpers/server.js'
import { waitUntil } from '../../helpers/waiting.js'

let server: RunningServer
afterEach(() => server.stop())
const connect = () => new TestSocket(`ws://${server.host}/v1/stream`).opened()

/** Megabytes that the server has in use. */
async function memory(): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]) / 1e6
}

describe('a session of somebody who means harm', () => {
  it('that asks for final text without end takes no memory, and others are served', async () => {
    server = await startServer(...scriptedServer())
    const before = await memory()
    const hostile = await connect()
    hostile.send(silence(20))
    for (let count = 0; count < 300_000; count++) hostile.send({ type: 'commit' })
    const other = await connect()
    other.send(silence(3))
    other.send({ type: 'end' })
    await other.heard('end')
    expect(other.texts('final').join('')).toContain('w5')
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    expect((await memory()) - before).toBeLessThan(150)
    hostile.socket.terminate()
    await waitUntil(async () => (await fetch(`${server.url}/healthz`)).ok, 'the server does not answer')
  })

  it('is over where hardly any audio comes, however often a byte does', async () => {
    server = await startServer(...scriptedServer(), '--idle-timeout', '1')
    const client = await connect()
    client.send(silence(0.2))
    const drip = setInterval(() => client.send(new Uint8Array(1)), 200)
    expect(await client.heard('end')).toMatchObject({ ended_by: 'idle' })
    clearInterval(drip)
  })

  it('gives its place to somebody else where only pings keep it', async () => {
    server = await startServer(...scriptedServer(), '--idle-timeout', '1', '--max-sessions', '1')
    const client = await connect()
    client.send(silence(0.2))
    const pings = setInterval(() => client.send({ type: 'ping' }), 200)
    await client.heard('pong')
    await expect
      .poll(
        async () => {
          const other = await connect()
          other.send(silence(1))
          other.send({ type: 'end' })
          return other.heard('end').then(
            () => 'served',
            () => 'refused',
          )
        },
        { timeout: 30_000, interval: 500 },
      )
      .toBe('served')
    clearInterval(pings)
    expect(await client.heard('end')).toMatchObject({ ended_by: 'place-taken' })
  })

  it('that is never begun is closed, and told why', async () => {
    server = await startServer(...scriptedServer(), '--idle-timeout', '1')
    const client = await connect()
    expect(await client.heard('error')).toMatchObject({ message: 'no stream was begun within 1 s' })
    await client.ended()
  })
})

it('an upload that stops coming is broken off, and told why', async () => {
  server = await startServer(...scriptedServer(), '--idle-timeout', '1')
  const head = 'POST /v1/listen?encoding=linear16&sample_rate=16000 HTTP/1.1\r\nhost: 127.0.0.1\r\n'
  const socket = connectTcp(Number(server.host.split(':')[1]), '127.0.0.1')
  const said: string[] = []
  socket.on('data', (bytes) => said.push(String(bytes))).on('error', () => {})
  socket.write(`${head}content-length: 1000000\r\n\r\n`)
  const drip = setInterval(() => socket.write(Buffer.alloc(10)), 200)
  await waitUntil(() => said.length > 0, 'nothing is said')
  clearInterval(drip)
  socket.destroy()
  expect(said.join('')).toMatch(/^HTTP\/1\.1 408 .*the rest of the body does not come/s)
})

describe('a client of Wyoming that means harm', () => {
  const wyoming = () => {
    const socket = connectTcp(server.ports.wyoming ?? 0, '127.0.0.1')
    const said: string[] = []
    socket.on('data', (bytes) => said.push(String(bytes))).on('error', () => {})
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    return { socket, said, closed }
  }

  it('has no connection by a byte now and then', async () => {
    server = await startServer(...scriptedServer(), '--idle-timeout', '1', '--wyoming-port', '0')
    const { socket, closed } = wyoming()
    const drip = setInterval(() => socket.write('{'), 200)
    await closed
    clearInterval(drip)
  })

  it('is told that there is no such audio', async () => {
    server = await startServer(...scriptedServer(), '--wyoming-port', '0')
    for (const [data, field] of [
      ['{"rate":1000000000}', 'rate'],
      ['{"width":"x"}', 'width'],
      ['{"width":3}', 'width'],
      ['{"channels":-1}', 'channels'],
    ]) {
      const { socket, said, closed } = wyoming()
      socket.write(`{"type":"audio-start","data":${data}}\n`)
      await closed
      expect(said.join('')).toMatch(new RegExp(`"type":"error".*${field} of the audio is not`, 's'))
    }
  })
})
