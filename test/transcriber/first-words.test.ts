import { describe, expect, it } from 'vitest'
import { roomNoise } from '../../bench/attacks/sounds.js'
import { createTranscriber, type TranscriberSettings } from '../../src/transcriber/create-transcriber.js'
import { joined, wavOf } from '../helpers/recordings.js'
import { eventsOf } from '../helpers/scripted-talk.js'
import { fixture } from '../helpers/speech.js'
import { wordErrors } from '../helpers/word-errors.js'

/** The model over minutes of speech, on a busy machine. */
const MAX_MS = 300_000

async function textOf(given: TranscriberSettings, audio: Float32Array): Promise<string> {
  await using transcriber = await createTranscriber(given)
  const events = await eventsOf(transcriber.stream([wavOf(audio)]))
  return events.map((event) => (event.type === 'text-final' ? event.segment.text : '')).join('')
}

describe.each<readonly [string, TranscriberSettings]>([
  ['local agreement', { minChunkSize: 1 }],
  ['AlignAtt', { policy: 'alignatt', minChunkSize: 0.5 }],
])('%s', (_, given) => {
  it(
    'hears the first words after a long time in a quiet room',
    async () => {
      const room = roomNoise(15, -58, 0.9, 3)
      const audio = joined([fixture('austen_880').audio, room, fixture('austen_870').audio])
      expect(await textOf(given, audio)).toMatch(/\band mr\W+john dashwood had then\b/i)
    },
    MAX_MS,
  )

  it(
    'hears each word once behind a loud fan',
    async () => {
      const fan = roomNoise(12, -22, 0.5, 5)
      const text = await textOf(given, joined([fan, fixture('jfk').audio]))
      expect(wordErrors('jfk', text)).toBeLessThanOrEqual(2)
      expect(text).not.toMatch(/\b(\w+)\W+\1\b/i)
    },
    MAX_MS,
  )
})

describe('a recording at once', () => {
  it.each([
    ['hiss', 0.9],
    ['rumble', 0.97],
  ])(
    'is heard to the end of what is said before as loud %s, in which no sound stands out',
    async (_, colour) => {
      const noise = (seed: number) => roomNoise(20, -24, colour, seed)
      const audio = joined([noise(5), fixture('austen_870').audio, noise(6), fixture('austen_890').audio])
      expect(await textOf({ offline: true }, audio)).toMatch(/prudently in \w+ power to do for them\W+unless to be/i)
    },
    MAX_MS,
  )

  const silence = (seconds: number) => new Float32Array(seconds * 16_000)

  it.each([[{ offline: true }], [{ offline: true, fast: true }]])(
    'goes on where the model ends its text before the last words, with %o',
    async (given) => {
      const { audio } = fixture('jfk')
      const text = await textOf(given, joined([silence(3), audio, silence(3), audio]))
      expect(text).toMatch(/for your country\W+and so\W+my .*your country\W*$/i)
    },
    MAX_MS,
  )

  it(
    'is heard again where the model jumps over the last words before a pause',
    async () => {
      const audio = joined([silence(0.5), fixture('austen_890').audio, silence(2), fixture('jfk').audio])
      expect(await textOf({ offline: true, fast: true }, audio)).toMatch(/is to be [\w-]+\W+and so\W+my fellow/i)
    },
    MAX_MS,
  )
})
