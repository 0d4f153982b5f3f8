import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computationUnaware, offline } from '../../src/audio/pacing/pacers.js'
import { parseConfig } from '../../src/config/config.js'
import { BackendError } from '../../src/core/errors.js'
import type { ASRBase, PrefixASR, PrefixOptions, PrefixResult, PrefixWord, Word } from '../../src/core/types.js'
import { AudioLedger } from '../../src/online/ledger/audio-ledger.js'
import type { Gap } from '../../src/transcriber/retry-guard.js'
import { FakeClock } from '../helpers/fake-clock.js'
import { rememberingLog } from '../helpers/logs.js'
import { memorySource } from '../helpers/memory-source.js'
import { spokenWords } from '../helpers/program.js'
import { createProcessor, transcribeStream } from '../helpers/streams.js'

const RATE = 16_000
const SECONDS = 60
const WORDS: readonly Word[] = spokenWords(Array.from({ length: 2 * SECONDS }, (_, index) => `w${index}`))
const TEXTS = WORDS.map(({ text }) => text)

/** Knows what is said when, and throws when audio reaches into a place that it cannot stand, or when told to. */
function fragile(isBroken: (begin: number, end: number) => boolean): ASRBase {
  const between = (position: number, samples: number) => {
    const [begin, end] = [position / RATE, (position + samples) / RATE]
    if (isBroken(begin, end)) throw new TypeError("Cannot read properties of undefined (reading 'end')")
    return WORDS.filter((word) => word.begin >= begin - 1e-6 && word.end <= end + 1e-6).map((word) => ({
      ...word,
      begin: word.begin - begin,
      end: word.end - begin,
    }))
  }
  const asr = {
    sep: ' ',
    originalLanguage: 'en',
    transcribe: async (audio: Float32Array, { positionSamples }: { readonly positionSamples?: number }) =>
      positionSamples === undefined ? [] : between(positionSamples, audio.length),
    tsWords: (words: readonly Word[]) => words,
    segmentsEndTs: (words: readonly Word[]) => words.slice(-1).map(({ end }) => end),
    setTranslateTask: () => {},
    async transcribeFrom(audio: Float32Array, options: PrefixOptions): Promise<PrefixResult> {
      const { fromSec, untilSec, positionSamples = 0, prefix } = options
      const last = prefix.at(-1)?.tokens[0] ?? -1
      const words = between(positionSamples, audio.length).flatMap((word): PrefixWord[] => {
        const token = Number(word.text.slice(1))
        const isNew = token > last && word.begin >= fromSec - 0.01 && word.end <= untilSec + 1e-6
        return isNew ? [{ ...word, tokens: [token] }] : []
      })
      return { words, ended: 'attention', skippedSpeechSec: 0 }
    },
  }
  return asr as ASRBase
}

/** Answers in another shape where audio reaches into a place, and knows what is said elsewhere. */
function misshaping(isBroken: (begin: number, end: number) => boolean, wrong: unknown): ASRBase {
  const asr = fragile(isBroken) as PrefixASR
  const instead = <Given>(work: Promise<Given>, result: unknown) => work.catch(() => result as Given)
  return {
    ...asr,
    transcribe: (...given) => instead(asr.transcribe(...given), wrong),
    transcribeFrom: (...given) =>
      instead(asr.transcribeFrom(...given), { words: wrong, ended: 'text', skippedSpeechSec: 0 }),
    segmentsEndTs: (result) => (Array.isArray(result) && result !== wrong ? asr.segmentsEndTs(result) : []),
  } as PrefixASR
}

async function run(asr: ASRBase, settings: Record<string, unknown> = {}) {
  const config = parseConfig(settings)
  const [log, ledger, gaps] = [rememberingLog(), new AudioLedger(), [] as Gap[]]
  const metadata = { separator: ' ', modelType: 'test', modelSize: 'none', language: null }
  const processor = await createProcessor(config, { asr, metadata }, log, { ledger })
  const mode = config.offline ? offline : computationUnaware
  const source = memorySource(new Float32Array(SECONDS * RATE))
  const pacer = mode({ source, minChunkSec: config.minChunkSize, startAtSec: 0, clock: new FakeClock() })
  const texts: string[] = []
  let error: unknown = null
  try {
    for await (const { segment } of transcribeStream(pacer, processor, { log, onGap: (gap) => gaps.push(gap) })) {
      texts.push(...segment.words.map(({ text }) => text))
    }
  } catch (cause) {
    error = cause
  }
  const skipped = ledger.sums().filter(({ disposition }) => disposition === 'skipped')
  const accounted = ledger.sums().reduce((sum, { samples }) => sum + samples, 0)
  return { texts, error, gaps, warnings: log.warnings, skipped, accounted, received: ledger.receivedSamples }
}

const overlaps = (from: number, to: number) => (begin: number, end: number) => begin < to && end > from

describe('a recognizer that cannot stand a stretch of audio', () => {
  it.each([
    ['LocalAgreement', {}],
    ['AlignAtt', { policy: 'alignatt', minChunkSize: 0.5 }],
    ['offline', { offline: true }],
  ])('costs that stretch and not the stream: %s', async (_, settings) => {
    const { texts, error, gaps, warnings, skipped } = await run(fragile(overlaps(25.1, 25.4)), settings)
    expect(error).toBeNull()
    const lost = TEXTS.filter((text) => !texts.includes(text))
    expect(texts).toEqual(TEXTS.filter((text) => !lost.includes(text)))
    expect(lost.length).toBeGreaterThan(0)
    const lostSec = gaps.reduce((sum, { begin, end }) => sum + end - begin, 0)
    expect(lost.length).toBeLessThanOrEqual(2 * lostSec + 2)
    expect(gaps.some(({ begin, end }) => begin < 25.4 && end > 25.1)).toBe(true)
    expect(skipped.map(({ samples }) => samples / RATE)).toEqual([expect.closeTo(lostSec, 1)])
    expect(skipped[0]?.reason).toContain("reading 'end'")
    expect(warnings.filter((warning) => warning.includes('please report'))).toHaveLength(1)
    expect(warnings[0]).toMatch(/^\d+\.\d s of audio from \d+\.\d s on are left out/)
  })

  it.each([
    ['a time that is none', [{ begin: Number.NaN, end: 1, text: 'x', tokens: [1] }]],
    ['no list', 'x'],
    ['null in the list', [null]],
    ["Python's shape", [{ start: 0, end: 1, word: 'x' }]],
  ])('and so does a result of another shape: %s', async (_, wrong) => {
    for (const settings of [{}, { policy: 'alignatt', minChunkSize: 0.5 }, { offline: true }]) {
      const there = overlaps(25.1, 25.4)
      const { texts, error, gaps, warnings, skipped } = await run(misshaping(there, wrong), settings)
      expect(error).toBeNull()
      expect(texts.length).toBeGreaterThan(TEXTS.length * 0.45)
      expect(texts).toContain(TEXTS.at(-1))
      expect(gaps.some(({ begin, end }) => begin < 25.4 && end > 25.1)).toBe(true)
      expect(skipped[0]?.reason).toMatch(/^the backend/)
      expect(warnings[0]).toMatch(/s of audio from \d+\.\d s on are left out: the backend "onnx-whisper": /)
      const always = await run(
        misshaping(() => true, wrong),
        settings,
      )
      expect([always.error, always.texts]).toEqual([expect.objectContaining({ code: 'ASR_BACKEND' }), []])
    }
  })

  it('anywhere, of any length, now and then: committed words stay, the ledger sums up, the stream goes on', async () => {
    // Three stretches in a row, with nothing recognized between them, end the stream by design: these lie apart.
    const moments = fc
      .array(fc.double({ min: 1, max: SECONDS - 1, noNaN: true }), { minLength: 1, maxLength: 4 })
      .filter((places) => places.every((one, i) => places.every((other, j) => i === j || Math.abs(one - other) > 5)))
    await fc.assert(
      fc.asyncProperty(moments, fc.boolean(), async (places, isAlignAtt) => {
        const isBroken = (begin: number, end: number) => places.some((at) => overlaps(at, at + 0.1)(begin, end))
        const settings = isAlignAtt ? { policy: 'alignatt' } : {}
        const { texts, error, gaps, accounted, received } = await run(fragile(isBroken), settings)
        expect(error).toBeNull()
        const inGap = ({ begin, end }: Word) => gaps.some((gap) => begin < gap.end + 0.51 && end > gap.begin - 0.51)
        const owed = WORDS.filter((word) => !inGap(word)).map(({ text }) => text)
        expect(texts.filter((text) => owed.includes(text))).toEqual(owed)
        expect(new Set(texts).size).toBe(texts.length)
        expect(accounted).toBe(received)
      }),
      { numRuns: 30 },
    )
  })

  it('ends the stream when it cannot stand anything, with what failed', async () => {
    for (const settings of [{}, { policy: 'alignatt' }, { offline: true }]) {
      const { error, texts } = await run(
        fragile(() => true),
        settings,
      )
      expect(error).toMatchObject({ message: expect.stringContaining("reading 'end'") })
      expect(texts).toEqual([])
    }
  })

  it('ends the stream when from some moment on nothing works any more, after the text so far', async () => {
    const { error, texts } = await run(fragile((_, end) => end > 20))
    expect(error).toMatchObject({ code: 'ASR_BACKEND' })
    expect(texts.slice(0, 36)).toEqual(TEXTS.slice(0, 36))
  })

  it('ends the stream at once when the reason is known: a key that is refused', async () => {
    const asr = fragile(() => false)
    const refuse = () => Promise.reject(new BackendError('the service refuses the key'))
    let calls = 0
    const transcribe = asr.transcribe.bind(asr)
    Object.assign(asr, {
      transcribe: (...given: Parameters<typeof transcribe>) => (++calls > 5 ? refuse() : transcribe(...given)),
    })
    const { error, gaps } = await run(asr)
    expect([(error as Error).message, gaps, calls]).toEqual(['the service refuses the key', [], 7])
  })
})
