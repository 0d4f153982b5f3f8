import { afterAll, beforeAll, expect, it } from 'vitest'
import { pcmOf, type RunningServer, startServer, TestSocket } from '../../helpers/server.js'
import { fixture } from '../../helpers/speech.js'

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

async function warningsOf(turns: readonly Buffer[]): Promise<readonly unknown[]> {
  const client = await new TestSocket(`ws://${server.host}/v1/stream`).opened()
  client.send({ type: 'start', encoding: 's16le', sample_rate: 16_000 })
  for (const turn of turns) {
    for (let from = 0; from < turn.length; from += 32_000) client.send(turn.subarray(from, from + 32_000))
    client.send({ type: 'commit' })
  }
  client.send({ type: 'end' })
  await client.heard('end')
  client.socket.close()
  return client.messages.filter(({ type }) => type === 'warning').map(({ message }) => message)
}

it('a client whose audio sounds like another encoding is told so, once', async () => {
  const floats = Buffer.from(Float32Array.from(fixture('jfk').audio).buffer)
  expect(await warningsOf([floats, floats])).toEqual([
    'the audio is read as s16le, and sounds like f32le: its text is wrong then',
  ])
})

it('a client who speaks another language than the model knows is told so, and nobody else is', async () => {
  const spanish = Buffer.concat([pcmOf('es_echo_test'), pcmOf('es_echo_test'), pcmOf('es_echo_test')])
  expect(await warningsOf([spanish])).toEqual([
    'this is hardly English, the only language of the model tiny.en: its text is guesswork',
  ])
  expect(await warningsOf([pcmOf('jfk'), pcmOf('two_cities')])).toEqual([])
})
