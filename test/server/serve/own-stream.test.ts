import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, scriptedServer, silence, startServer, TestSocket } from '../../helpers/server.js'
import { waitUntil } from '../../helpers/waiting.js'

let server: RunningServer
beforeAll(async () => {
  server = await startServer(...scriptedServer(), '--max-sessions', '3')
})
afterAll(() => server.stop())
const connect = () => new TestSocket(`ws://${server.host}/v1/stream`).opened()
const wordsOf = (texts: readonly string[]) => texts.flatMap((text) => text.trim().split(/\s+/))
const expected = (count: number) => Array.from({ length: count }, (_, index) => `w${index}`)

describe('/v1/stream', () => {
  it('tells partial and final text with times, then the end', async () => {
    const client = await connect()
    client.send({ type: 'start', config: { min_chunk_size: 1 } })
    for (let second = 0; second < 10; second++) client.send(silence(1))
    client.send({ type: 'end' })
    expect(await client.ended()).toMatchObject({ code: 1000 })
    expect(client.messages[0]).toMatchObject({ type: 'ready', resume_sec: 30 })
    expect(wordsOf(client.texts('final'))).toEqual(expected(20))
    expect(client.messages.at(-1)).toMatchObject({ type: 'end', reason: 'complete' })
    const final = await client.heard('final')
    expect(final).toMatchObject({ begin: 0, words: expect.arrayContaining([{ begin: 0.5, end: 0.9, text: ' w1' }]) })
    const seqs = client.messages.flatMap(({ seq }) => (typeof seq === 'number' ? [seq] : []))
    expect(seqs).toEqual([...seqs].sort((one, other) => one - other))
  })

  it('makes text final when the client says so, and goes on with the times of the session', async () => {
    const client = await connect()
    client.send(silence(3))
    client.send({ type: 'commit' })
    expect(await client.heard('turn-end')).toMatchObject({ at: 3 })
    expect(wordsOf(client.texts('final'))).toEqual(expected(6))
    client.send(silence(2))
    client.send({ type: 'end' })
    await client.ended()
    const after = client.messages.filter(({ type }) => type === 'final').at(-1)
    // The script starts anew with each part of the session.
    expect(after).toMatchObject({ end: 4.9 })
  })

  it('goes on after the connection broke: no final text is lost, none is told twice, no audio is missing', async () => {
    const audio = silence(20)
    const first = await connect()
    first.send(audio.subarray(0, 192_000))
    const { session } = await first.heard('ready')
    await first.heard('final')
    const seen = [...first.messages]
    first.socket.terminate()
    const after = Math.max(...seen.map(({ seq }) => Number(seq ?? 0)))
    const second = await connect()
    second.send({ type: 'resume', session, after })
    const { received_bytes: received } = await second.heard('resumed')
    for (let from = Number(received); from < audio.length; from += 32_000) {
      second.send(audio.subarray(from, Math.min(audio.length, from + 32_000)))
    }
    second.send({ type: 'end' })
    await second.ended()
    const finals = [...seen, ...second.messages].filter(({ type }) => type === 'final')
    expect(wordsOf(finals.map(({ text }) => String(text)))).toEqual(expected(40))
    expect(new Set(finals.map(({ seq }) => seq)).size).toBe(finals.length)
  })

  it('takes the place of a connection that has died unnoticed', async () => {
    const first = await connect()
    first.send(silence(4))
    const { session } = await first.heard('ready')
    const second = await connect()
    second.send({ type: 'resume', session })
    await second.heard('resumed')
    first.socket.terminate()
    second.send(silence(1))
    second.send({ type: 'end' })
    await second.heard('end')
    expect(wordsOf(second.texts('final'))).toEqual(expected(10))
  })

  it('takes nothing any more of a connection that is resumed elsewhere, however much waits there', async () => {
    const audio = silence(20)
    const pieces = Array.from({ length: 1000 }, (_, at) => audio.subarray(640 * at, 640 * (at + 1)))
    const first = await connect()
    for (const piece of pieces) first.send(piece)
    const { session } = await first.heard('ready')
    const second = await connect()
    second.send({ type: 'resume', session })
    const { received_bytes: received } = await second.heard('resumed')
    expect(received).toBeLessThan(audio.length)
    for (const piece of pieces.slice(Number(received) / 640)) second.send(piece)
    second.send({ type: 'end' })
    await second.ended()
    expect(wordsOf(second.texts('final'))).toEqual(expected(40))
    const progress = second.messages.filter(({ type }) => type === 'progress').at(-1)
    expect(progress).toMatchObject({ taken: 20 })
    expect(first.closed).not.toBeNull()
  })

  it('answers pings, and tells which field is wrong', async () => {
    const client = await connect()
    client.send({ type: 'ping' })
    await client.heard('pong')
    client.send({ type: 'start', config: { min_chunk_size: 'often' } })
    expect(await client.heard('error')).toMatchObject({ message: expect.stringContaining('config.min_chunk_size') })
    expect(await client.ended()).toMatchObject({ code: 1008 })
  })

  it('knows no session that it has not given', async () => {
    const client = await connect()
    client.send({ type: 'resume', session: 'none' })
    expect(await client.heard('error')).toMatchObject({ message: 'there is no such session, or it has ended' })
  })

  it('gives the place of a client that is away to a newcomer', async () => {
    const clients = await Promise.all([connect(), connect(), connect()])
    for (const client of clients) client.send(silence(3))
    await Promise.all(clients.map((client) => client.heard('final')))
    const { session } = await (clients[0] as TestSocket).heard('ready')
    clients[0]?.socket.terminate()
    await waitUntil(async () => {
      const late = await connect()
      late.send({ type: 'start' })
      await waitUntil(() => late.messages.length > 0, 'no answer comes')
      late.send({ type: 'end' })
      await late.ended()
      return late.messages[0]?.type === 'ready'
    }, 'the newcomer gets no place')
    const back = await connect()
    back.send({ type: 'resume', session })
    expect(await back.heard('end')).toMatchObject({ ended_by: 'place-taken' })
    expect(wordsOf(back.texts('final'))).toEqual(expected(6))
    for (const client of clients.slice(1)) client.send({ type: 'end' })
    await Promise.all(clients.slice(1).map((client) => client.ended()))
  })

  it('refuses whoever is too many, says when to come again, and is not ready meanwhile', async () => {
    const clients = await Promise.all([connect(), connect(), connect()])
    for (const client of clients) client.send(silence(1))
    await Promise.all(clients.map((client) => client.heard('progress')))
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503)
    const late = await connect()
    late.send(silence(1))
    expect(await late.heard('error')).toMatchObject({ message: 'all 3 sessions are taken', code: 'ASR_FULL' })
    expect(await late.ended()).toMatchObject({ code: 1013 })
    for (const client of clients) client.send({ type: 'end' })
    await Promise.all(clients.map((client) => client.ended()))
    await waitUntil(async () => (await fetch(`${server.url}/readyz`)).ok, 'places are not given back')
  })
})
