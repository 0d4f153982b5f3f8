import { describe, expect, it } from 'vitest'
import { score, scoringWords } from '../../bench/measures.js'
import { SAMPLE_RATE } from '../../src/core/sample-rate.js'
import { createTranscriber, type TranscriberSettings } from '../../src/transcriber/create-transcriber.js'
import { eventsOf } from '../helpers/scripted-talk.js'
import { fixture } from '../helpers/speech.js'

const MAX_MS = 300_000
const { audio } = fixture('two_cities')
const BEST = { text: 'it was the best of times', begin: 1.11, end: 2.91 }
const WISDOM = { text: 'it was the age of wisdom', begin: 4.95, end: 6.26 }

/** A phrase that is said some times, and another one after it, with pauses between. */
function talk(times: number, pauseSec: number) {
  const phrases = [...new Array(times).fill(BEST), WISDOM] as (typeof BEST)[]
  const pause = new Float32Array(Math.round(pauseSec * SAMPLE_RATE))
  const parts = phrases.flatMap(({ begin, end }, at) => [
    ...(at > 0 ? [pause] : []),
    audio.slice(Math.round(begin * SAMPLE_RATE), Math.round(end * SAMPLE_RATE)),
  ])
  const samples = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    samples.set(part, at)
    at += part.length
  }
  return { samples, text: phrases.map(({ text }) => text).join(' ') }
}

const CASES: readonly (readonly [string, TranscriberSettings])[] = [
  ['offline, with beams', { offline: true }],
  ['offline and fast', { offline: true, fast: true }],
]

describe.each(CASES)('what a speaker says again and again, %s', (_, settings) => {
  it.each([
    [3, 0.3],
    [4, 1.5],
    [5, 0.5],
  ])(
    '%i times, %f s apart, comes as often, and what follows comes too',
    { timeout: MAX_MS },
    async (times, pauseSec) => {
      const { samples, text } = talk(times, pauseSec)
      await using transcriber = await createTranscriber(settings)
      const events = await eventsOf(transcriber.stream(samples))
      const heard = events.flatMap((event) => (event.type === 'text-final' ? [event.segment.text] : [])).join('')
      const reference = scoringWords(text).map((word) => ({ word, start: 0, end: 0 }))
      const { substitutions, deletions, insertions } = score(reference, [{ emitted: 0, text: heard }])
      expect(substitutions + deletions + insertions, heard).toBeLessThanOrEqual(1)
    },
  )
})
