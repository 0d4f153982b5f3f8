import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { wyomingBytes } from '../../../src/server/protocols/wyoming-events.js'
import { silentWav, temporaryFolder } from '../../helpers/program.js'
import { pcmOf, type RunningServer, scriptedServer, startServer, TestSocket } from '../../helpers/server.js'
import { waitUntil } from '../../helpers/waiting.js'

/** Is ready, and opens no session: as while another copy of a model is loaded. */
const LOADING = `
const asr = {
  sep: ' ', transcribe: () => [], tsWords: () => [], segmentsEndTs: () => [], session: () => new Promise(() => {}),
}
export default {
  name: 'loading',
  description: 'of the test',
  load: async () => ({ asr, metadata: { separator: ' ', modelType: 'loading', modelSize: 'none', language: null } }),
}`

const PATHS = [
  '/v1/listen?encoding=linear16&sample_rate=16000&endpointing=false',
  '/vosk',
  '/v1/realtime?intent=transcription',
]
/** Six seconds of speech. */
const SPEECH = pcmOf('jfk').subarray(0, 192_000)

async function speakers(server: RunningServer): Promise<readonly TestSocket[]> {
  const clients = await Promise.all(PATHS.map((path) => new TestSocket(`ws://${server.host}${path}`).opened()))
  clients.forEach((client, at) => {
    if (at < 2) client.send(SPEECH)
    else client.send({ type: 'input_audio_buffer.append', audio: SPEECH.toString('base64') })
  })
  return clients
}

const figures = async ({ url }: RunningServer) => (await fetch(`${url}/metrics`)).text()

it('a client that goes away while its session is opened is no error of the server', async () => {
  const plugin = join(temporaryFolder(), 'loading.mjs')
  writeFileSync(plugin, LOADING)
  const server = await startServer('--plugin', plugin, '--backend', 'loading', '-l', 'INFO')
  const clients = await speakers(server)
  const body = new FormData()
  body.set('file', new Blob([new Uint8Array(silentWav(3))]), 'a.wav')
  const going = new AbortController()
  const asked = fetch(`${server.url}/v1/audio/transcriptions`, { method: 'POST', body, signal: going.signal })
  const areThere = async () => /asr_sessions_active 3\n/.test(await figures(server))
  await waitUntil(areThere, 'not all are served')
  await waitUntil(async () => (await figures(server)).includes('asr_files_running 1\n'), 'the file is not begun')
  for (const { socket } of clients) socket.terminate()
  going.abort()
  await expect(asked).rejects.toThrow()
  const haveLeft = async () => /asr_sessions_active 0\n/.test(await figures(server))
  await waitUntil(haveLeft, 'their places are not free')
  await waitUntil(async () => (await figures(server)).includes('asr_files_running 0\n'), 'the file is not given up')
  await server.stop()
  expect(server.log()).not.toMatch(/error:|warning:/)
  expect(server.log().match(/info: session [\w-]+: its client has gone/g)).toHaveLength(3)
  expect(server.log()).toMatch(/info: client 127\.0\.0\.1 has gone before it was served/)
})

it('what fails names the session of its client, or the client', async () => {
  const server = await startServer(
    ...scriptedServer(),
    '--option',
    'failAtSec=1.5',
    '--wyoming-port',
    '0',
    '-l',
    'INFO',
  )
  const clients = await speakers(server)
  const wyoming = connect(server.ports.wyoming ?? 0, '127.0.0.1').resume()
  const data = { rate: 16_000, width: 2, channels: 1 }
  wyoming.write(wyomingBytes('audio-start', data))
  wyoming.write(`${JSON.stringify({ type: 'audio-chunk', data, payload_length: SPEECH.length })}\n`)
  wyoming.write(SPEECH)
  wyoming.write(wyomingBytes('audio-stop'))
  const closed = once(wyoming, 'close')
  clients[0]?.send({ type: 'CloseStream' })
  clients[1]?.send({ eof: 1 })
  clients[2]?.send({ type: 'input_audio_buffer.commit' })
  await Promise.all([closed, ...clients.map((client) => client.ended())])
  const body = new FormData()
  body.set('file', new Blob([new Uint8Array(silentWav(3))]), 'a.wav')
  expect((await fetch(`${server.url}/v1/audio/transcriptions`, { method: 'POST', body })).status).toBe(500)
  await server.stop()
  const errors = server.log().match(/error: .*/g) ?? []
  const names = errors.map((line) => /^error: (session [\w-]{36}|client \S+): a request failed: /.exec(line)?.[1])
  expect(new Set(names).size).toBe(5)
  expect(names).not.toContain(undefined)
  for (const name of names.slice(0, 4)) {
    expect(server.log()).toMatch(new RegExp(`info: ${name}: (deepgram|vosk|realtime|wyoming) from 127\\.0\\.0\\.1`))
  }
  expect(names.at(-1)).toBe('client 127.0.0.1')
})

/** Fails, as a bug does, wherever there is more than a second. */
const BUGGY = `
const transcribe = (audio) => {
  if (audio.length > 16000) throw new TypeError('a bug')
  return [{ begin: 0, end: 0.4, text: 'word' }]
}
const asr = { sep: ' ', transcribe, tsWords: (words) => words, segmentsEndTs: () => [], session: async () => asr }
export default {
  name: 'buggy',
  description: 'of the test',
  load: async () => ({ asr, metadata: { separator: ' ', modelType: 'buggy', modelSize: 'none', language: null } }),
}`

it('audio of a recording that is left out is warned of with the name of its client', async () => {
  const plugin = join(temporaryFolder(), 'buggy.mjs')
  writeFileSync(plugin, BUGGY)
  const server = await startServer('--plugin', plugin, '--backend', 'buggy')
  const body = new FormData()
  body.set('file', new Blob([new Uint8Array(silentWav(3))]), 'a.wav')
  await (await fetch(`${server.url}/v1/audio/transcriptions`, { method: 'POST', body })).text()
  await server.stop()
  expect(server.log()).toMatch(/warning: the file of client 127\.0\.0\.1: 3\.0 s of audio from 0\.0 s on are left out/)
})
