import { describe, expect, it } from 'vitest'
import { score, scoringWords } from '../../bench/measures.js'
import { SAMPLE_RATE } from '../../src/core/sample-rate.js'
import { createTranscriber, type TranscriberSettings } from '../../src/transcriber/create-transcriber.js'
import { joined, quiet } from '../helpers/recordings.js'
import { eventsOf } from '../helpers/scripted-talk.js'
import { fixture } from '../helpers/speech.js'

const MAX_MS = 300_000
const { audio } = fixture('two_cities')
const BEST = { text: 'it was the best of times', begin: 1.11, end: 2.91 }
const WISDOM = { text: 'it was the age of wisdom', begin: 4.95, end: 6.26 }

const SEASON = { text: 'season of light', begin: 13.76, end: 14.86 }

const between = (recording: Float32Array, begin: number, end: number) =>
  recording.slice(Math.round(begin * SAMPLE_RATE), Math.round(end * SAMPLE_RATE))

/** A phrase that is said some times, and another one after it, with pauses between. */
function talk(times: number, pauseSec: number) {
  const phrases = [...new Array(times).fill(BEST), WISDOM] as (typeof BEST)[]
  const pause = new Float32Array(Math.round(pauseSec * SAMPLE_RATE))
  const parts = phrases.flatMap(({ begin, end }, at) => [...(at > 0 ? [pause] : []), between(audio, begin, end)])
  return { samples: joined(parts), text: phrases.map(({ text }) => text).join(' ') }
}

/** Words that are said twenty times between two sentences. */
function chant() {
  const [before, after] = [fixture('austen_880'), fixture('jfk')]
  const times = Array.from({ length: 20 }, () => [between(audio, SEASON.begin, SEASON.end), quiet(0.5)]).flat()
  const textOf = ({ words }: typeof before) => words.map(({ text }) => text).join(' ')
  return {
    samples: joined([before.audio, quiet(0.8), ...times, quiet(0.3), after.audio]),
    text: `${textOf(before)} ${`${SEASON.text} `.repeat(20)} ${textOf(after)}`,
  }
}

async function errorsIn({ samples, text }: ReturnType<typeof talk>, settings: TranscriberSettings) {
  await using transcriber = await createTranscriber(settings)
  const events = await eventsOf(transcriber.stream(samples))
  const heard = events.flatMap((event) => (event.type === 'text-final' ? [event.segment.text] : [])).join('')
  const reference = scoringWords(text).map((word) => ({ word, start: 0, end: 0 }))
  const { substitutions, deletions, insertions } = score(reference, [{ emitted: 0, text: heard }])
  return { errors: substitutions + deletions + insertions, heard }
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
      const { errors, heard } = await errorsIn(talk(times, pauseSec), settings)
      expect(errors, heard).toBeLessThanOrEqual(1)
    },
  )
})

it('what is said twenty times between two sentences is not passed over', { timeout: MAX_MS }, async () => {
  const { errors, heard } = await errorsIn(chant(), { offline: true, fast: true })
  expect(errors, heard).toBeLessThanOrEqual(40)
})
