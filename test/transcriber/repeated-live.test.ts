import { describe, expect, it } from 'vitest'
import { SAMPLE_RATE } from '../../src/core/sample-rate.js'
import { createTranscriber, type TranscriberSettings } from '../../src/transcriber/create-transcriber.js'
import { joined, quiet } from '../helpers/recordings.js'
import { eventsOf } from '../helpers/scripted-talk.js'
import { fixture } from '../helpers/speech.js'

const MAX_MS = 300_000
const POLICIES: readonly (readonly [string, TranscriberSettings])[] = [
  ['LocalAgreement', {}],
  ['AlignAtt', { policy: 'alignatt' }],
]

const between = (recording: Float32Array, begin: number, end: number) =>
  recording.slice(Math.round(begin * SAMPLE_RATE), Math.round(end * SAMPLE_RATE))

async function live(samples: Float32Array, settings: TranscriberSettings) {
  await using transcriber = await createTranscriber(settings)
  const events = await eventsOf(transcriber.stream(samples))
  return events.flatMap((event) => (event.type === 'text-final' ? [event.segment.text] : [])).join('')
}

describe.each(POLICIES)('what is said again and again and heard as it comes, with %s,', (_, settings) => {
  const youngMan = joined(
    Array.from({ length: 25 }, () => [between(fixture('austen_880').audio, 2.07, 2.78), quiet(0.2)]).flat(),
  )

  it('is text where the model takes it for no speech at all', { timeout: MAX_MS }, async () => {
    const heard = await live(youngMan, { ...settings, minChunkSize: 0.5 })
    expect(heard.match(/\bman\b|\bmen\b/gi)?.length ?? 0, heard).toBeGreaterThan(9)
  })
})

it('AlignAtt makes no rounds of its own', { timeout: MAX_MS }, async () => {
  const [before, again, after] = [fixture('austen_880'), fixture('austen_890'), fixture('austen_870')]
  const rounds = Array.from({ length: 9 }, () => [between(again.audio, 2.35, 3.62), quiet(1.5)]).flat()
  const samples = joined([before.audio, quiet(0.8), ...rounds, after.audio])
  const heard = await live(samples, { policy: 'alignatt', minChunkSize: 0.5 })
  expect(heard.match(/selfish/gi), heard).toHaveLength(9)
})
