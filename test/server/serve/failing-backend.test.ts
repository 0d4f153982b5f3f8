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
