import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { transcribe } from '../../src/transcriber/create-transcriber.js'
import { eventsOf, finalWords, scripted, TEXTS, talkFolder } from '../helpers/scripted-talk.js'

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
