import { describe, expect, it } from 'vitest'
import { createTranscriber, type TranscriberSettings } from '../../src/transcriber/create-transcriber.js'
import { joined, wavOf } from '../helpers/recordings.js'
import { eventsOf } from '../helpers/scripted-talk.js'
import { fixture } from '../helpers/speech.js'

/** The model over a minute of sound, on a busy machine. */
const MAX_MS = 300_000
const CLICKS = 24

/** Two clicks of 20 ms a second. */
function clicks(): Float32Array {
  const audio = new Float32Array(CLICKS * 8000)
  for (let click = 0; click < CLICKS; click++) {
    for (let i = 0; i < 320; i++) audio[click * 8000 + i] = 0.5 * Math.sin((2 * Math.PI * 1000 * i) / 16_000)
  }
  return audio
}

describe.each<readonly [string, TranscriberSettings]>([
  ['local agreement', { minChunkSize: 1 }],
  ['AlignAtt', { policy: 'alignatt', minChunkSize: 0.5 }],
])('%s', (_, given) => {
  it(
    'gives words that begin where they are said, and not where clicks before them do',
    async () => {
      const [first, second] = [fixture('jfk').audio, fixture('austen_880').audio]
      const audio = joined([clicks(), first, clicks(), second])
      await using transcriber = await createTranscriber({ ...given, compUnaware: true })
      const events = await eventsOf(transcriber.stream([wavOf(audio)]))
      const words = events.flatMap((event) => (event.type === 'text-final' ? event.segment.words : []))
      const secondSec = CLICKS + first.length / 16_000
      const beginOf = (at: number) => words[at]?.begin ?? 0
      const he = words.findIndex(({ text }) => /^\W*he$/i.test(text))
      expect(words[0]?.text).toMatch(/and/i)
      expect(beginOf(0)).toBeGreaterThan(CLICKS / 2 - 0.3)
      expect(beginOf(0)).toBeLessThan(CLICKS / 2 + 1)
      expect(beginOf(he)).toBeGreaterThan(secondSec - 0.3)
      expect(beginOf(he)).toBeLessThan(secondSec + 1)
    },
    MAX_MS,
  )
})
