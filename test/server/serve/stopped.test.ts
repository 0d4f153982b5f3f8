import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { wyomingBytes } from '../../../src/server/protocols/wyoming-events.js'
import { temporaryFolder } from '../../helpers/program.js'
import { pcmOf, type RunningServer, silence, startServer, TestSocket } from '../../helpers/server.js'
import { waitUntil } from '../../helpers/waiting.js'

/** Hears the warming up, and then never comes to an end unless it is told to. */
const BUSY = `
const transcribe = (audio, { positionSamples, signal }) =>
  positionSamples === undefined ? [] : new Promise((_, fail) => signal.addEventListener('abort', () => fail(signal.reason)))
const asr = { sep: ' ', transcribe, tsWords: () => [], segmentsEndTs: () => [], session: async () => asr }
export default {
  name: 'busy',
  description: 'of the test',
  load: async () => ({ asr, metadata: { separator: ' ', modelType: 'busy', modelSize: 'none', language: null } }),
}`

/** A server that gives up at once when it is stopped, and recognizes nothing before. */
function busyServer(...args: readonly string[]): Promise<RunningServer> {
  const plugin = join(temporaryFolder(), 'busy.mjs')
  writeFileSync(plugin, BUSY)
  const backend = ['--plugin', plugin, '--backend', 'busy']
  return startServer(...backend, '--drain-timeout', '0', '-l', 'INFO', ...args)
}

/** Three seconds: voice activity detection lets silence go at once. */
const SPEECH = pcmOf('jfk').subarray(0, 96_000)
const MISSING =
  /the text ends at [01]\.\d s, and at least [23]\.\d s of audio after that are not in it; send it again from there/

interface Peer {
  readonly socket: Socket
  heard(): string
}

async function peer(port: number | undefined): Promise<Peer> {
  const socket = connect(port ?? 0, '127.0.0.1')
  await once(socket, 'connect')
  let heard = ''
  socket.on('data', (data) => {
    heard += String(data)
  })
  return { socket, heard: () => heard }
}

async function taken(server: RunningServer, count: number): Promise<void> {
  const figures = async () => (await fetch(`${server.url}/metrics`)).text()
  await waitUntil(async () => (await figures()).includes(`asr_sessions_active ${count}\n`), 'not all are served')
}

describe('a server that is stopped before all audio was recognized', () => {
  it('tells each client by WebSocket where its text ends, as its protocol tells errors, and warns once of each', async () => {
    const server = await busyServer()
    const at = (path: string) => new TestSocket(`ws://${server.host}${path}`).opened()
    const own = await at('/v1/stream')
    const deepgram = await at('/v1/listen?encoding=linear16&sample_rate=16000')
    const vosk = await at('/vosk')
    const realtime = await at('/v1/realtime?intent=transcription')
    const format = { type: 'audio/pcm', rate: 16_000 }
    realtime.send({ type: 'session.update', session: { audio: { input: { format, turn_detection: null } } } })
    realtime.send({ type: 'input_audio_buffer.append', audio: SPEECH.toString('base64') })
    vosk.send({ config: { sample_rate: 16_000 } })
    for (const client of [own, deepgram, vosk]) client.send(SPEECH)
    await taken(server, 4)
    await waitUntil(() => own.messages.some(({ taken: sec }) => Number(sec) > 0), 'the audio is not taken')
    await realtime.heard('session.updated')
    await waitUntil(() => vosk.messages.length > 0, 'no answer of Vosk comes')
    server.kill()
    const ends = await Promise.all([own, deepgram, vosk, realtime].map((client) => client.ended()))
    expect(ends.map(({ code }) => code)).toEqual([1000, 1013, 1013, 1013])
    const last = [own, deepgram, vosk, realtime].map(({ messages }) => messages.at(-1))
    const message = expect.stringMatching(MISSING)
    expect(last).toEqual([
      expect.objectContaining({ type: 'error', code: 'ASR_STOPPING', message }),
      { type: 'Error', description: message },
      { error: message },
      expect.objectContaining({ type: 'error', error: expect.objectContaining({ code: 'ASR_STOPPING', message }) }),
    ])
    expect(await own.heard('end')).toMatchObject({ reason: 'aborted', ended_by: 'stopping' })
    await server.stop()
    const warnings = server.log().match(/warning: session [\w-]+: stopped before .* at least [23]\.\d s/g)
    expect(warnings).toHaveLength(4)
  })

  it('tells each client by TCP and Wyoming', async () => {
    const server = await busyServer('--tcp-port', '0', '--wyoming-port', '0')
    const lines = await peer(server.ports.tcp)
    const wyoming = await peer(server.ports.wyoming)
    lines.socket.write(SPEECH)
    wyoming.socket.write(wyomingBytes('audio-start', { rate: 16_000, width: 2, channels: 1 }))
    const data = { rate: 16_000, width: 2, channels: 1 }
    wyoming.socket.write(`${JSON.stringify({ type: 'audio-chunk', data, payload_length: SPEECH.length })}\n`)
    wyoming.socket.write(SPEECH)
    await taken(server, 2)
    await waitUntil(() => wyoming.heard().includes('transcript-start'), 'Wyoming does not begin')
    const closed = [lines, wyoming].map(({ socket }) => once(socket, 'close'))
    server.kill()
    await Promise.all(closed)
    expect(lines.heard()).toMatch(MISSING)
    expect(lines.heard()).toMatch(/^asr-stream: the server is being stopped: [^\n]*\n$/)
    expect(wyoming.heard()).toMatch(MISSING)
    expect(wyoming.heard().indexOf('"error"')).toBeLessThan(wyoming.heard().indexOf('"transcript"'))
    await server.stop()
    expect(server.log().match(/warning: .* stopped before .* at least [23]\.\d s/g)).toHaveLength(2)
    expect(server.log()).toMatch(/warning: client 127\.0\.0\.1:\d+: stopped before/)
  })

  it('counts what a client that was ahead had sent and was not taken', async () => {
    const server = await busyServer('--tcp-port', '0')
    const ahead = await peer(server.ports.tcp)
    ahead.socket.write(silence(60))
    const own = await new TestSocket(`ws://${server.host}/v1/stream`).opened()
    for (let second = 0; second < 60; second++) own.send(silence(1))
    await taken(server, 2)
    await waitUntil(() => own.messages.length > 2, 'nothing is recognized')
    const closed = once(ahead.socket, 'close')
    server.kill()
    await closed
    const seconds = (text: unknown) => Number(/at least (\S+) s/.exec(String(text))?.[1])
    expect(seconds(ahead.heard())).toBeGreaterThan(10)
    await own.ended()
    expect(seconds(own.messages.at(-1)?.message)).toBeGreaterThan(10)
    await server.stop()
  })
})
