import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { BOMB, drip, flood } from '../../helpers/hostile-answers.js'
import { recognizer } from '../../helpers/openai-api.js'
import { KEY } from '../../helpers/transcription-service.js'

/** A service that answers as it is told, on the loopback address. */
async function service(answer: (response: ServerResponse) => unknown): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => answer(response.setHeader('content-type', 'application/json')))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
}

const words = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ word: `w${index}`, start: index / 1e4, end: index / 1e4 }))
const given = (answer: unknown) => (response: ServerResponse) => response.end(JSON.stringify(answer))

describe('a hostile service', () => {
  it('cannot fill the memory with an answer without an end', async () => {
    let sent = 0
    const baseUrl = await service((response) => flood(response, (bytes) => (sent = bytes)))
    await expect(recognizer(baseUrl).hear()).rejects.toMatchObject({
      code: 'ASR_BACKEND',
      mayPass: false,
      message: expect.stringMatching(/gave too long an answer for so much audio: more than \d+ bytes came/),
    })
    await expect.poll(() => sent).toBeGreaterThan(0)
    expect(sent).toBeLessThan(2 ** 25)
  })

  it.each([
    ['an answer that swells', (response: ServerResponse) => response.setHeader('content-encoding', 'gzip').end(BOMB)],
    ['words that nobody can have said', given({ text: 'x'.repeat(1e6), words: words(20_000) })],
    ['a word without an end', given({ text: 'y'.repeat(1e6), words: [] })],
  ])('cannot keep the program busy with %s', async (_, answer) => {
    await expect(recognizer(await service(answer)).hear()).rejects.toThrow(/too long an answer/)
  })

  it('is told by its status, whatever it says besides and for how long', async () => {
    let sent = 0
    const endless = await service((response) => flood(response.writeHead(400), (bytes) => (sent = bytes)))
    await expect(recognizer(endless).hear()).rejects.toThrow(/refuses the request \(400\)/)
    await expect.poll(() => sent).toBeGreaterThan(0)
    expect(sent).toBeLessThan(2 ** 25)
    const swelling = await service((response) =>
      response.setHeader('content-encoding', 'gzip').writeHead(401).end(BOMB),
    )
    await expect(recognizer(swelling).hear()).rejects.toThrow(/refuses the key \(401\)/)
  })

  it('cannot hold a request with a byte now and then', async () => {
    const baseUrl = await service((response) => drip(response))
    const asked = recognizer(baseUrl, { timeoutSec: 0.3, retries: 0 })
    await expect(asked.hear()).rejects.toThrow(/did not answer within 0.3 s/)
  })

  it('cannot bring the key, in any form, or its control characters into a message', async () => {
    const encoded = Buffer.from(`${KEY} and more`).toString('base64url')
    const forms = [KEY, Buffer.from(KEY).toString('base64'), encoded]
    const message = `\x1b]0;x\x07 ${forms.join(' ')} \x9b2J\u202e`
    const baseUrl = await service((response) => response.writeHead(400).end(JSON.stringify({ error: { message } })))
    const error: unknown = await recognizer(baseUrl)
      .hear()
      .catch((one: unknown) => one)
    expect(String(error)).toContain('[key]')
    expect(String(error)).not.toContain(KEY)
    expect(String(error)).not.toContain(Buffer.from(KEY).toString('base64').slice(0, 12))
    expect(String(error)).not.toMatch(/[\p{Cc}\u202e]/u)
  })

  it('has room for all that can be said', async () => {
    const dense = words(300).map(({ word }, index) => ({ word, start: index / 40, end: index / 40 + 0.02 }))
    const text = dense.map(({ word }) => word).join(' ')
    const heard = await recognizer(await service(given({ text, words: dense }))).hear()
    expect(heard).toHaveLength(300)
  })
})
