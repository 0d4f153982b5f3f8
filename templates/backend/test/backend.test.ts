import { transcribe, type Word } from 'asr-stream'
import { describeBackend } from 'asr-stream/testing'
import { expect, it } from 'vitest'
import loader from '../src/index.js'

const RATE = 16_000
/** Half a second of quiet, a second of sound, half a second of quiet. */
const audio = Float32Array.from({ length: 2 * RATE }, (_, sample) =>
  sample >= 0.5 * RATE && sample < 1.5 * RATE ? 0.3 * Math.sin(sample / 10) : 0,
)

// All that the program relies on. Give it real speech, with the words that are said, as soon as your model recognizes some:
// speech: { audio, words: 'and so my fellow Americans' }
describeBackend(loader.name, loader, { speech: { audio } })

it('says when there is sound', async () => {
  const said: Word[] = []
  const settings = { backend: loader.name, plugins: [loader], offline: true }
  for await (const { words } of transcribe(audio, settings)) said.push(...words)
  expect(said).toEqual([{ begin: 0.5, end: 1.5, text: 'sound(1.00s)' }])
})
