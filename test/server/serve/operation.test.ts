import { describe, expect, it } from 'vitest'
import { silentWav } from '../../helpers/program.js'
import { scriptedServer, silence, startServer, TestSocket } from '../../helpers/server.js'
import { waitUntil } from '../../helpers/waiting.js'

describe('a server that is stopped', () => {
  it('gives the text of what it was sent, takes nobody new, and ends', async () => {
    const server = await startServer(...scriptedServer())
    const client = await new TestSocket(`ws://${server.host}/v1/stream`).opened()
    for (let second = 0; second < 5; second++) client.send(silence(1))
    await client.heard('final')
    await waitUntil(() => client.messages.some(({ taken }) => taken === 5), 'not all audio is taken')
    server.kill()
    await client.ended()
    expect(client.texts('final').join(' ').trim().split(/\s+/)).toEqual(Array.from({ length: 10 }, (_, at) => `w${at}`))
    expect(client.messages.at(-1)).toMatchObject({ type: 'end', reason: 'complete', ended_by: 'stopping' })
    const { code } = await server.stop()
    expect(code).toBe(143)
    expect(server.log()).not.toContain('warning')
  })

  it('answers a recording that it was given before', async () => {
    const server = await startServer(...scriptedServer(), '--option', 'computeSec=2')
    const body = new FormData()
    body.set('file', new Blob([new Uint8Array(silentWav(3))]), 'a.wav')
    const asked = fetch(`${server.url}/v1/audio/transcriptions`, { method: 'POST', body })
    await waitUntil(async () => {
      return (await (await fetch(`${server.url}/metrics`)).text()).includes('asr_files_running 1\n')
    }, 'it is not begun')
    server.kill()
    expect(await (await asked).json()).toMatchObject({ text: 'w0 w1 w2 w3 w4 w5' })
    expect((await server.stop()).code).toBe(143)
  })

  it('gives up what takes longer than the time it has', async () => {
    const slow = ['--option', 'computeSec=5', '--drain-timeout', '0']
    const server = await startServer(...scriptedServer(), ...slow)
    const client = await new TestSocket(`ws://${server.host}/v1/stream`).opened()
    client.send(silence(3))
    await client.heard('progress')
    expect((await server.stop()).code).toBe(143)
    await client.ended()
    expect(client.texts('final')).toEqual([])
  })

  it('cannot listen where another program does, and says so', async () => {
    const server = await startServer(...scriptedServer())
    const port = server.host.split(':')[1] ?? ''
    await expect(startServer(...scriptedServer(), '--port', port)).rejects.toThrow('another program listens there')
    await server.stop()
  })
})

describe('a server that runs', () => {
  it('counts for Prometheus, and answers the health of itself while it computes', async () => {
    const server = await startServer(...scriptedServer(), '--max-sessions', '2', '--option', 'computeSec=0.2')
    const client = await new TestSocket(`ws://${server.host}/v1/stream`).opened()
    client.send(silence(3))
    await client.heard('final')
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' })
    expect(await (await fetch(`${server.url}/readyz`)).json()).toEqual({
      status: 'ready',
      sessions: 1,
      max_sessions: 2,
    })
    const figures = await (await fetch(`${server.url}/metrics`)).text()
    expect(figures).toContain('asr_sessions_active 1\n')
    expect(figures).toContain('asr_sessions_max 2\n')
    expect(figures).toMatch(/asr_update_seconds_count [1-9]/)
    expect(figures).toMatch(/asr_words_total [1-9]/)
    expect(figures).toMatch(/process_resident_memory_bytes \d+/)
    client.socket.terminate()
    await server.stop()
  })

  it('takes nobody new when it has too little memory', async () => {
    const server = await startServer(...scriptedServer(), '--max-memory', '1')
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503)
    const client = await new TestSocket(`ws://${server.host}/v1/stream`).opened()
    client.send(silence(1))
    expect(await client.heard('error')).toMatchObject({ message: expect.stringContaining('too little memory') })
    await server.stop()
  })

  it('frees the place of a client that was killed', async () => {
    const server = await startServer(...scriptedServer(), '--max-sessions', '1')
    const killed = await new TestSocket(`ws://${server.host}/v1/listen?encoding=linear16&endpointing=false`).opened()
    killed.send(silence(1))
    await killed.heard('Results')
    killed.socket.terminate()
    await waitUntil(async () => (await fetch(`${server.url}/readyz`)).ok, 'the place is not free')
    await server.stop()
  })

  it('ends a session whose client says nothing', async () => {
    const server = await startServer(...scriptedServer(), '--idle-timeout', '1')
    const client = await new TestSocket(`ws://${server.host}/v1/stream`).opened()
    client.send(silence(2))
    expect(await client.heard('end')).toMatchObject({ reason: 'complete' })
    await client.ended()
    await server.stop()
  })
})
