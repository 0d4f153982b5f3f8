import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentWav } from '../../helpers/program.js'
import { type RunningServer, scriptedServer, silence, startServer, TestSocket } from '../../helpers/server.js'
import { waitUntil } from '../../helpers/waiting.js'

interface WrittenSpan {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  readonly parentId?: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly status: { readonly code: number }
}

const HOOK = fileURLToPath(new URL('../../helpers/tracing-hook.mjs', import.meta.url))
const FOLDER = mkdtempSync(join(tmpdir(), 'asr-stream-test-'))
const SPANS = join(FOLDER, 'spans.jsonl')
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const CALLER = 'b7ad6b7169203331'
const traceparent = `00-${TRACE}-${CALLER}-01`
/** As SDKs number them. */
const [INTERNAL, SERVER] = [0, 1]

let server: RunningServer

beforeAll(async () => {
  process.env.NODE_OPTIONS = `--import "${HOOK}"`
  process.env.SPANS_FILE = SPANS
  try {
    server = await startServer('--tcp-port', '0', ...scriptedServer())
  } finally {
    delete process.env.NODE_OPTIONS
    delete process.env.SPANS_FILE
  }
})
afterAll(async () => {
  await server.stop()
  rmSync(FOLDER, { recursive: true, force: true })
})

const spans = (): readonly WrittenSpan[] =>
  (existsSync(SPANS) ? readFileSync(SPANS, 'utf8') : '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as WrittenSpan)

async function spanOf(wanted: (span: WrittenSpan) => boolean): Promise<WrittenSpan> {
  await waitUntil(() => spans().some(wanted), `there is no such span: ${JSON.stringify(spans())}`)
  return spans().find(wanted) as WrittenSpan
}

describe('spans of OpenTelemetry', () => {
  it('tell of a request by the conventions for HTTP, in the trace of who asks', async () => {
    await fetch(`${server.url}/v1/models/any-name`, { headers: { traceparent } })
    const span = await spanOf(({ name }) => name === 'GET /v1/models/*')
    expect(span).toMatchObject({ kind: SERVER, traceId: TRACE, parentId: CALLER, status: { code: 0 } })
    expect(span.attributes).toEqual({
      'http.request.method': 'GET',
      'http.route': '/v1/models/*',
      'http.response.status_code': 200,
      'url.scheme': 'http',
    })
  })

  it('have no path that a client made up, and no method', async () => {
    await fetch(`${server.url}/secret/path`, { method: 'POST', headers: { 'x-what': 'secret' } })
    const span = await spanOf(({ attributes }) => attributes['http.response.status_code'] === 404)
    expect(span.parentId).toBeUndefined()
    expect(JSON.stringify(span)).not.toContain('secret')
  })

  it('tell of a recording inside its request', async () => {
    const body = new FormData()
    body.set('file', new Blob([new Uint8Array(silentWav(3))]), 'private-name.wav')
    const answer = await fetch(`${server.url}/v1/audio/transcriptions`, {
      method: 'POST',
      body,
      headers: { traceparent },
    })
    const { text } = (await answer.json()) as { readonly text: string }
    expect(text).toContain('w0')
    const recording = await spanOf(({ name }) => name === 'recording')
    const request = await spanOf(({ name }) => name === 'POST /v1/audio/transcriptions')
    expect(recording).toMatchObject({ kind: INTERNAL, traceId: TRACE, parentId: request.spanId })
    expect(recording.attributes).toMatchObject({ 'asr_stream.audio.duration': 3, 'asr_stream.end.reason': 'complete' })
    expect(recording.attributes['asr_stream.words']).toBe(text.split(' ').length)
  })

  it('tell of a session and its updates, in the trace of who connected', async () => {
    const client = await new TestSocket(`ws://${server.host}/v1/stream`, { headers: { traceparent } }).opened()
    for (let second = 0; second < 4; second++) client.send(silence(1))
    client.send({ type: 'end' })
    await client.heard('end')
    const isSession = ({ name, attributes }: WrittenSpan) =>
      name === 'session' && attributes['asr_stream.protocol'] !== 'lines'
    const session = await spanOf(isSession)
    expect(session).toMatchObject({ kind: SERVER, traceId: TRACE, parentId: CALLER, status: { code: 0 } })
    expect(session.attributes['session.id']).toMatch(/^[\da-f-]{36}$/)
    expect(session.attributes).toMatchObject({ 'asr_stream.audio.duration': 4, 'asr_stream.end.reason': 'complete' })
    const updates = spans().filter(({ name, parentId }) => name === 'update' && parentId === session.spanId)
    expect(updates.length).toBeGreaterThan(0)
    for (const { attributes } of updates) expect(attributes['asr_stream.audio.position']).toBeLessThanOrEqual(4)
  })

  it('tell of lines over TCP, which carry no trace, and nothing of what was said', async () => {
    const socket = connect(server.ports.tcp ?? 0, '127.0.0.1', () => socket.end(silence(2))).resume()
    const isLines = ({ attributes }: WrittenSpan) => attributes['asr_stream.protocol'] === 'lines'
    const session = await spanOf(isLines)
    expect(session.parentId).toBeUndefined()
    expect(session.traceId).not.toBe(TRACE)
    const all = JSON.stringify(spans())
    for (const word of ['w0', 'private-name', '/v1/models/any']) expect(all).not.toContain(word)
  })
})
