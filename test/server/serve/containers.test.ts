import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer, TestSocket } from '../../helpers/server.js'
import { fixturePath } from '../../helpers/speech.js'

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

const RECORDED: readonly (readonly [what: string, path: string, form: readonly string[]])[] = [
  ['a WebM, over /v1/stream', '/v1/stream', ['-c:a', 'libopus', '-f', 'webm']],
  [
    'an MP4 in fragments, over /v1/stream',
    '/v1/stream',
    ['-c:a', 'aac', '-movflags', 'frag_keyframe+empty_moov', '-frag_duration', '500000', '-f', 'mp4'],
  ],
  ['a WebM, over the protocol of Deepgram', '/v1/listen', ['-c:a', 'libopus', '-f', 'webm']],
]

/** Speech, as a browser records it. */
function recorded(...form: readonly string[]): Buffer {
  const args = ['-loglevel', 'error', '-i', fixturePath('jfk'), ...form, 'pipe:1']
  const { stdout, status } = spawnSync('ffmpeg', args)
  expect(status).toBe(0)
  return stdout
}

describe.skipIf(!hasFfmpeg)('what a browser records', () => {
  it.each(RECORDED)('is heard as it comes: %s', async (_, path, form) => {
    const bytes = recorded(...form)
    const client = await new TestSocket(`ws://${server.host}${path}`).opened()
    const pieceBytes = Math.ceil(bytes.length / 10)
    for (let from = 0; from < bytes.length; from += pieceBytes) {
      client.send(bytes.subarray(from, from + pieceBytes))
      await sleep(20)
    }
    client.send({ type: path === '/v1/stream' ? 'end' : 'CloseStream' })
    expect(await client.ended()).toMatchObject({ code: 1000 })
    const told = JSON.stringify(client.messages).toLowerCase()
    for (const word of ['fellow', 'america', 'ask', 'country']) expect(told).toContain(word)
  })
})
