import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../helpers/program.js'
import { silence, startServer, TestSocket } from '../../helpers/server.js'

/** Hears the warming up and silence; what it does with anything loud is told. */
const odd = (misbehave: string) => `
const asr = {
  sep: ' ', tsWords: () => [], segmentsEndTs: () => [], session: async () => asr,
  async transcribe(audio) {
    if (audio.some((sample) => sample > 0.4)) { ${misbehave} }
    return []
  },
}
export default {
  name: 'odd',
  description: 'of the test',
  load: async () => ({ asr, metadata: { separator: ' ', modelType: 'odd', modelSize: 'none', language: null } }),
}`
const LOUD = Buffer.alloc(3 * 32_000, 0x40)

/** One processor for all streams: it says for each update where its audio lies. */
const ONE_PROCESSOR = `
const processor = {
  init() { this.begin = this.end = 0 },
  insertAudioChunk({ length }) { this.end += length / 16000 },
  async processIter() {
    if (this.begin === this.end) return null
    const word = { begin: this.begin, end: this.end, text: this.begin + '-' + this.end }
    this.begin = this.end
    return { ...word, words: [word] }
  },
  finish() { return this.processIter() },
}
export default {
  name: 'odd',
  description: 'of the test',
  load: async () => ({ processor, metadata: { separator: ' ', modelType: 'odd', modelSize: 'none', language: null } }),
}`

const oddServer = (code: string) => {
  const plugin = join(temporaryFolder(), 'odd.mjs')
  writeFileSync(plugin, code)
  return startServer('--plugin', plugin, '--backend', 'odd', '--keep-level', '--update-timeout', '1')
}

it.each([
  ['fails', "throw new Error('no luck')", 'failed'],
  ['never answers', 'await new Promise(() => {})', 'aborted'],
])('a client of /v1/stream whose recognition %s is told that it was not the client', async (_, misbehave, reason) => {
  const server = await oddServer(odd(misbehave))
  const connect = () => new TestSocket(`ws://${server.host}/v1/stream`).opened()
  const client = await connect()
  const sending = setInterval(() => client.send(LOUD), 300)
  expect(await client.heard('end')).toMatchObject({ reason, ended_by: 'failure' })
  clearInterval(sending)
  expect(await client.heard('error')).toMatchObject({ code: expect.stringMatching(/^ASR_/) })
  const other = await connect()
  other.send(silence(2))
  other.send({ type: 'end' })
  expect(await other.heard('end')).toMatchObject({ reason: 'complete', ended_by: 'client' })
  await server.stop()
})

it('clients whose recognition never answers are told, though they send nothing more', async () => {
  const server = await oddServer(odd('await new Promise(() => {})'))
  const paths = ['/v1/stream', '/v1/listen?encoding=linear16&sample_rate=16000&endpointing=false']
  const clients = await Promise.all(paths.map((path) => new TestSocket(`ws://${server.host}${path}`).opened()))
  for (const client of clients) client.send(LOUD)
  await Promise.all(clients.map((client) => client.ended()))
  expect(clients.map(({ messages }) => messages.at(-1))).toMatchObject([
    { type: 'error', message: 'recognition has failed' },
    { type: 'Error', description: 'recognition has failed' },
  ])
  await server.stop()
})

it('a client is not heard by a processor that is hearing another one', async () => {
  const server = await oddServer(ONE_PROCESSOR)
  const connect = () => new TestSocket(`ws://${server.host}/v1/stream`).opened()
  const first = await connect()
  first.send(silence(2))
  await first.heard('final')
  const second = await connect()
  second.send(silence(3))
  expect(await second.heard('error')).toMatchObject({ message: 'recognition has failed', code: 'ASR_BACKEND' })
  first.send(silence(2))
  first.send({ type: 'end' })
  expect(await first.heard('end')).toMatchObject({ reason: 'complete' })
  const finals = first.messages.filter(({ type }) => type === 'final')
  expect(finals.map(({ begin }) => begin)).toEqual([0, ...finals.slice(0, -1).map(({ end }) => end)])
  expect(finals.at(-1)).toMatchObject({ end: 4 })
  expect(second.texts('final')).toEqual([])
  const third = await connect()
  third.send(silence(1))
  third.send({ type: 'end' })
  expect(await third.heard('final')).toMatchObject({ begin: 0, end: 1 })
  await server.stop()
  expect(server.log()).toMatch(/error: .*"odd" gives a processor that another stream is still using; its load\(\) must/)
})
