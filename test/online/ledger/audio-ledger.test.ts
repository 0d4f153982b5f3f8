import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ASRProcessor, PrefixASR, PrefixOptions, PrefixResult } from '../../../src/core/types.js'
import { AlignAttProcessor } from '../../../src/online/alignatt/alignatt-processor.js'
import { AudioLedger } from '../../../src/online/ledger/audio-ledger.js'
import { recordAudio, recordUtterances } from '../../../src/online/ledger/ledger-processors.js'
import { OnlineASRProcessor } from '../../../src/online/local-agreement/online-asr-processor.js'
import { withSpeechFilter } from '../../../src/online/vad/speech-filter-asr.js'
import { createSpeechGate, VACOnlineASRProcessor } from '../../../src/online/vad/vac-online-asr-processor.js'
import { idealDetector, type Talk, talk, transcribeTalk } from '../../helpers/utterances.js'
import { numberedAudio, Oracle, RATE } from '../timed-oracle.js'

/** An oracle that goes on after its last word. */
class PrefixOracle extends Oracle implements PrefixASR<unknown> {
  async transcribeFrom(audio: Float32Array, options: PrefixOptions): Promise<PrefixResult> {
    const { words } = await this.transcribe(audio, options)
    const until = Math.min(options.untilSec, audio.length / RATE)
    const rest = words.filter(({ begin, end }) => begin >= options.fromSec - 0.01 && end <= until)
    return { words: rest.map((word) => ({ ...word, tokens: [] })), ended: 'attention', skippedSpeechSec: 0 }
  }
}

interface LedgerCase {
  readonly policy: 'local-agreement' | 'alignatt'
  readonly vac: boolean
  readonly vad?: boolean
  readonly compat?: 'whisper_online'
}

function withLedger(said: Talk, { policy, vac, vad, compat }: LedgerCase) {
  const ledger = new AudioLedger()
  const oracle = new PrefixOracle(said.words)
  const asr = vad ? withSpeechFilter(oracle, idealDetector(said), {}, ledger) : oracle
  const online: ASRProcessor =
    policy === 'alignatt'
      ? new AlignAttProcessor(oracle, { ledger })
      : new OnlineASRProcessor<unknown>(asr, { ledger, ...(compat ? { compat } : {}) })
  const inner = recordUtterances(online, ledger)
  const gate = createSpeechGate(idealDetector(said), {}, compat ?? null)
  const controlled = vac ? new VACOnlineASRProcessor(inner, gate, { minChunkSec: 1, separator: ' ', ledger }) : inner
  const processor = recordAudio(controlled, ledger)
  processor.init(0)
  return { ledger, processor }
}

const samplesOf = (ledger: AudioLedger, ...dispositions: readonly string[]) =>
  ledger.sums().reduce((sum, { disposition, samples }) => sum + (dispositions.includes(disposition) ? samples : 0), 0)
const allSamples = (ledger: AudioLedger) => ledger.sums().reduce((sum, { samples }) => sum + samples, 0)

const talks = fc
  .array(
    fc.record({
      pause: fc.double({ min: 0, max: 4, noNaN: true }),
      seconds: fc.double({ min: 0.1, max: 4, noNaN: true }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map(talk)
const chunkings = fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 6 }).filter((chunks) => {
  return chunks.reduce((sum, chunk) => sum + chunk, 0) / chunks.length > 1500
})

const POLICIES = ['local-agreement', 'alignatt'] as const

describe('the account of a stream', () => {
  it.each(POLICIES.flatMap((policy) => [true, false].map((vac) => ({ policy, vac }))))(
    'adds up to the input, and to no more than that: %o',
    async (settings) => {
      await fc.assert(
        fc.asyncProperty(talks, chunkings, async (said, chunks) => {
          const { ledger, processor } = withLedger(said, settings)
          const heard = await transcribeTalk(processor, said, chunks)
          await processor.close?.()
          const total = Math.round(said.seconds * RATE)
          expect(ledger.receivedSamples).toBe(total)
          expect(allSamples(ledger)).toBe(total)
          expect(ledger.settledSamples).toBe(total)
          expect(samplesOf(ledger, 'skipped')).toBe(0)
          // Each entry begins where the one before ended.
          expect(ledger.entries.map(({ begin }) => begin)).toEqual([
            0,
            ...ledger.entries.slice(0, -1).map((e) => e.end),
          ])
          const printed = heard.flatMap(({ segment }) => segment.words)
          const underWords = printed.reduce((sum, { begin, end }) => sum + end - begin, 0) * RATE
          expect(Math.abs(samplesOf(ledger, 'words') - underWords)).toBeLessThanOrEqual(2 * printed.length)
        }),
        { numRuns: 12 },
      )
    },
  )

  it('adds up as well with the layer that leaves out non-speech, and when all is as in the reference', async () => {
    await fc.assert(
      fc.asyncProperty(talks, chunkings, fc.boolean(), async (said, chunks, asReference) => {
        const own = { policy: 'local-agreement', vac: false, vad: true } as const
        const reference = { policy: 'local-agreement', vac: true, compat: 'whisper_online' } as const
        const { ledger, processor } = withLedger(said, asReference ? reference : own)
        await transcribeTalk(processor, said, chunks)
        await processor.close?.()
        expect(allSamples(ledger)).toBe(Math.round(said.seconds * RATE))
      }),
      { numRuns: 12 },
    )
  })

  it('adds up wherever a stream is broken off, and says that it was', async () => {
    await fc.assert(
      fc.asyncProperty(talks, fc.double({ min: 0.1, max: 1, noNaN: true }), fc.boolean(), async (said, part, vac) => {
        const { ledger, processor } = withLedger(said, { policy: 'local-agreement', vac })
        const samples = Math.round(said.seconds * part * RATE)
        for (let at = 0; at < samples; at += RATE) {
          processor.insertAudioChunk(numberedAudio(at, Math.min(RATE, samples - at)))
          if (at + RATE < samples) await processor.processIter()
        }
        await processor.finish(AbortSignal.abort())
        await processor.close?.()
        expect(allSamples(ledger)).toBe(samples)
        const reasons = ledger.sums().flatMap(({ reason }) => (reason === '' ? [] : [reason]))
        expect(reasons.length).toBeGreaterThan(0)
        expect(reasons).not.toContain('not accounted for')
      }),
      { numRuns: 12 },
    )
  })

  it('says what is silence and what was heard in vain', async () => {
    const said = talk([{ pause: 5, seconds: 2 }])
    const { ledger, processor } = withLedger(said, { policy: 'local-agreement', vac: true })
    await transcribeTalk(processor, said, [640])
    await processor.close?.()
    expect(ledger.entries.map(({ disposition }) => disposition)).toEqual([
      'silent',
      'noText',
      'words',
      'noText',
      'silent',
    ])
    expect(samplesOf(ledger, 'words', 'between') / RATE).toBeCloseTo(2, 1)
    expect(samplesOf(ledger, 'silent') / RATE).toBeGreaterThan(5.5)
  })

  it('shows what the reference never hears', async () => {
    const said = talk([{ pause: 1, seconds: 0.3 }])
    const lost = async (compat?: 'whisper_online') => {
      const settings = { policy: 'local-agreement', vac: true, ...(compat ? { compat } : {}) } as const
      const { ledger, processor } = withLedger(said, settings)
      await transcribeTalk(processor, said, [640])
      await processor.close?.()
      return ledger.sums().filter(({ disposition }) => disposition === 'skipped')
    }
    const reasons = (await lost('whisper_online')).map(({ reason }) => reason)
    expect(reasons).toContain('arrived after the last update')
    expect(reasons).toContain('thrown away after an end of speech')
    expect(await lost()).toEqual([])
  })

  it('counts what was left out because the stream went on elsewhere', async () => {
    const said = talk([{ pause: 0, seconds: 10 }])
    const { ledger, processor } = withLedger(said, { policy: 'local-agreement', vac: false })
    processor.insertAudioChunk(numberedAudio(0, 2 * RATE))
    await processor.finish()
    processor.init(5)
    processor.insertAudioChunk(numberedAudio(5 * RATE, 2 * RATE))
    await processor.finish()
    await processor.close?.()
    expect(ledger.receivedSamples).toBe(7 * RATE)
    expect(samplesOf(ledger, 'skipped')).toBe(3 * RATE)
    expect(allSamples(ledger)).toBe(7 * RATE)
  })

  it('counts audio in which a recognizer heard nothing until its buffer was full', async () => {
    const said = { ...talk([{ pause: 70, seconds: 2 }]) }
    const { ledger, processor } = withLedger(said, { policy: 'local-agreement', vac: false })
    await transcribeTalk(processor, said, [RATE])
    await processor.close?.()
    expect(ledger.sums().map(({ reason }) => reason)).toContain('nothing was recognized in a full buffer')
    expect(allSamples(ledger)).toBe(Math.round(said.seconds * RATE))
  })
})
