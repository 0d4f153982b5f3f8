import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { transcribe } from '../../src/transcriber/create-transcriber.js'
import type { StreamOptions } from '../../src/transcriber/transcriber.js'
import { eventsOf, finalWords, SECONDS, scripted, TEXTS, talkFolder } from '../helpers/scripted-talk.js'

/** A program that writes its file and ends. */
const printed = (path: string) =>
  spawn(process.execPath, ['-e', 'process.stdout.write(require("fs").readFileSync(process.argv[1]))', path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

describe('the output of a program that ends before it is read', () => {
  it('is heard from the call of transcribe on', async () => {
    const cwd = talkFolder()
    const child = spawn(process.execPath, ['-e', 'process.stdout.write(new Uint8Array(32000))'])
    const options = { script: join(cwd, 'words.json') }
    const segments = transcribe(child.stdout, { backend: 'scripted', options })
    await once(child, 'exit')
    await setTimeout(100)
    const words: string[] = []
    for await (const { words: said } of segments) words.push(...said.map(({ text }) => text))
    expect(words).toEqual(TEXTS.slice(0, 2))
  })

  it('is heard from the call of stream on, the rest of it when there is room', async () => {
    const cwd = talkFolder()
    await using transcriber = await scripted(cwd)
    const child = printed(join(cwd, 'talk.wav'))
    const events = transcriber.stream(child.stdout)
    await setTimeout(300)
    expect(finalWords(await eventsOf(events))).toEqual(TEXTS)
  })
})

describe('a socket that its program answers on', () => {
  /** What a client gets that sends the talk and ends its side, or leaves it open; and whether it is closed. */
  async function answers(endsItsSide: boolean, options: (stop: AbortSignal) => StreamOptions) {
    const cwd = talkFolder()
    await using transcriber = await scripted(cwd)
    const stop = new AbortController()
    const server = createServer({ allowHalfOpen: true }, async (socket) => {
      for await (const event of transcriber.stream(socket, options(stop.signal))) {
        if (event.type === 'progress' && event.takenSec >= SECONDS && !endsItsSide) stop.abort()
        if (event.type === 'text-final') socket.write(`${event.segment.text} `)
      }
      socket.end('end')
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true })
    const talk = readFileSync(join(cwd, 'talk.wav'))
    if (endsItsSide) client.end(talk)
    else client.write(talk)
    const said = (await buffer(client)).toString()
    client.end()
    // The other side is closed as well.
    await new Promise((resolve) => {
      server.close(resolve)
    })
    return said.trim().split(/\s+/)
  }

  it.each([
    ['the client has ended its side', true, () => ({})],
    ['listening was stopped', false, (stop: AbortSignal) => ({ stop })],
  ])('takes all its text when %s', async (_, endsItsSide, options) => {
    expect(await answers(endsItsSide, options)).toEqual([...TEXTS, 'end'])
  })

  it('takes its end when the stream was aborted', async () => {
    expect((await answers(false, (signal) => ({ signal }))).at(-1)).toBe('end')
  })
})

describe('a Node stream that nobody can answer on', () => {
  it('is closed when it is not read to its end', async () => {
    await using transcriber = await scripted(talkFolder())
    const child = spawn(process.execPath, ['-e', 'setInterval(() => process.stdout.write(new Uint8Array(32000)), 10)'])
    for await (const event of transcriber.stream(child.stdout)) if (event.type === 'text-final') break
    // It can write no more, and ends.
    await once(child, 'exit')
    expect(child.stdout.destroyed).toBe(true)
  })
})

describe('a Node stream that fails before it is read', () => {
  it('ends the stream of events, not the program', async () => {
    await using transcriber = await scripted(talkFolder())
    const events = transcriber.stream(createReadStream('/nowhere/talk.wav'))
    await setTimeout(100)
    await expect(eventsOf(events)).rejects.toMatchObject({
      code: 'ASR_INPUT',
      message: expect.stringContaining('ENOENT'),
    })
  })
})
