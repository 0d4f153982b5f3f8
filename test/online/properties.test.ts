import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Log, Segment, Word } from '../../src/core/types.js'
import { OnlineASRProcessor } from '../../src/online/local-agreement/online-asr-processor.js'
import { rememberingLog } from '../helpers/logs.js'
import {
  numberedAudio,
  Oracle,
  type OracleCall,
  type OracleOptions,
  oneSegment,
  RATE,
  sentenceSegments,
} from './timed-oracle.js'

/** Hypotheses are right at this distance from the end of the audio, in seconds. */
const MAX_UNSURE_SEC = 1.5
/** Times of words that are not committed yet waver by so much. */
const WAVER_SEC = 0.03
/** Committed times are wrong by less: a cut at a wrong time and a wrong time after it add up. */
const MAX_WRONG_SEC = 3 * WAVER_SEC
/** After the last word there is so much silence that the last hypothesis is right. */
const SILENCE_AT_END_SEC = 2

/** A round of chunks brings so much at least. */
const MIN_SAMPLES = 2000
/** An ending that fails is tried again so often. */
const MAX_TRIES = 1000

/** Words of any length with any pauses, some longer than the buffer; each text comes once. Times are no whole samples. */
const speech = fc
  .array(
    fc.record({
      length: fc.double({ min: 0.1, max: 0.8, noNaN: true }),
      pause: fc.oneof(
        { weight: 4, arbitrary: fc.constant(0) },
        { weight: 12, arbitrary: fc.double({ min: 0, max: 0.6, noNaN: true }) },
        { weight: 1, arbitrary: fc.double({ min: 2, max: 50, noNaN: true }) },
      ),
      mark: fc.constantFrom('', '', '', ',', '.', '?'),
    }),
    { minLength: 1, maxLength: 120 },
  )
  .map((words) => {
    let at = 0
    return words.map(({ length, pause, mark }, i): Word => {
      const begin = at + pause
      at = begin + length
      return { begin, end: at, text: `w${i}${mark}` }
    })
  })

const seconds = (min: number, max: number) => fc.double({ min, max, noNaN: true })

/** Seconds of audio that arrive together, and whether an update follows. */
const cadence = fc.array(
  fc.record({
    sec: fc.oneof({ weight: 8, arbitrary: seconds(0.02, 2) }, seconds(0, 0.001), seconds(2, 70)),
    update: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
  }),
  { minLength: 1, maxLength: 12 },
)

const segmentation = fc.oneof(
  fc.constant({ name: 'none', segments: () => [] }),
  fc.constant({ name: 'one', segments: oneSegment }),
  fc.constant({ name: 'sentences', segments: sentenceSegments }),
  // Ends that have nothing to do with words.
  seconds(0.3, 12).map((every) => ({
    name: `every ${every} s`,
    segments: (_: readonly Word[], sec: number) => Array.from({ length: Math.ceil(sec / every) }, (_, i) => i * every),
  })),
)

const options = fc.record({
  way: fc.constantFrom('segment' as const, 'sentence' as const),
  trimmingSec: seconds(0.5, 40),
  maxBufferSec: fc.oneof(fc.integer({ min: 6, max: 30 }), seconds(6, 40)),
  startSec: fc.oneof(fc.constant(0), seconds(0, 200)),
  sep: fc.constantFrom('', ' '),
})

/** How the end of each hypothesis goes wrong: word by word, in turn. */
const distortion = fc.record({
  unsureSec: seconds(0, MAX_UNSURE_SEC),
  moods: fc.array(fc.constantFrom('right', 'wrong', 'early', 'late', 'stops'), { minLength: 1, maxLength: 30 }),
})

type Distortion = typeof distortion extends fc.Arbitrary<infer Kind> ? Kind : never

/** Wrong words differ from one hypothesis to the next: two that agree on a wrong word would commit it, rightly. */
function distorted({ unsureSec, moods }: Distortion): NonNullable<OracleOptions['distort']> {
  return (words, sec, pass) => {
    const said: Word[] = []
    for (const [i, word] of words.entries()) {
      const mood = word.end < sec - unsureSec ? 'right' : moods[(pass * 7 + i) % moods.length]
      if (mood === 'stops') break
      const shift = mood === 'early' ? -WAVER_SEC : mood === 'late' ? WAVER_SEC : 0
      const [begin, end] = [Math.max(0, word.begin + shift), Math.max(0, word.end + shift)]
      said.push({ begin, end, text: mood === 'wrong' ? `${word.text}~${pass}` : word.text })
    }
    return said
  }
}

const moved = (words: readonly Word[], bySec: number, sep: string): readonly Word[] =>
  words.map(({ begin, end, text }) => ({
    begin: begin + bySec,
    end: end + bySec,
    text: sep === '' ? ` ${text}` : text,
  }))

/** The whole stream in pieces, with the silence at its end. */
interface Run {
  readonly processor: OnlineASRProcessor
  readonly startSec: number
  readonly endSec: number
  readonly cadence: readonly { readonly sec: number; readonly update: boolean }[]
  /** Updates that fail are left to the next, an ending that fails is tried again. */
  readonly mayFail?: boolean
}

async function run({ processor, startSec, endSec, cadence, mayFail = false }: Run): Promise<readonly Segment[]> {
  processor.init(startSec)
  const segments: { readonly segment: Segment; readonly asGiven: string }[] = []
  /** Whether it was answered. */
  const take = async (answer: Promise<Segment | null>): Promise<boolean> => {
    try {
      const segment = await answer
      if (segment) segments.push({ segment, asGiven: JSON.stringify(segment) })
      return true
    } catch (error) {
      if (!mayFail) throw error
      return false
    }
  }
  const end = Math.round(endSec * RATE)
  for (let at = Math.round(startSec * RATE), i = 0; at < end; i++) {
    const { sec, update } = cadence[i % cadence.length]!
    // A stream of nothing would not end.
    const least = i % cadence.length === 0 ? MIN_SAMPLES : 0
    const samples = Math.min(Math.max(least, Math.round(sec * RATE)), end - at)
    processor.insertAudioChunk(numberedAudio(at, samples))
    at += samples
    if (!update) continue
    const offset = processor.bufferTimeOffset
    await take(processor.processIter())
    expect(processor.bufferTimeOffset).toBeGreaterThanOrEqual(offset)
  }
  for (let tries = 0; !(await take(processor.finish())); tries++) expect(tries).toBeLessThan(MAX_TRIES)
  expect(await processor.finish()).toBeNull()
  expect(processor.bufferTimeOffset).toBe(end / RATE)
  for (const { segment, asGiven } of segments) expect(JSON.stringify(segment)).toBe(asGiven)
  return segments.map(({ segment }) => segment)
}

/** All audio was heard, nothing was skipped, and never more at once than allowed. */
function expectAllTranscribed(
  calls: readonly OracleCall[],
  startSec: number,
  endSec: number,
  maxBufferSec: number,
): void {
  let insertedTo = Math.round(startSec * RATE)
  for (const { position, samples } of calls) {
    expect(samples).toBeLessThanOrEqual(maxBufferSec * RATE)
    expect(position).toBeLessThanOrEqual(insertedTo)
    insertedTo = Math.max(insertedTo, position + samples)
  }
  expect(insertedTo).toBe(Math.round(endSec * RATE))
}

/** Every word once, in order, when it was spoken, and in segments that are what their words are. */
function expectSaid(segments: readonly Segment[], spoken: readonly Word[], sep: string): void {
  const words = segments.flatMap((segment) => segment.words)
  expect(words.map(({ text }) => text)).toEqual(spoken.map(({ text }) => text))
  for (const [i, { begin, end }] of words.entries()) {
    expect(Math.abs(begin - spoken[i]!.begin)).toBeLessThan(MAX_WRONG_SEC)
    expect(Math.abs(end - spoken[i]!.end)).toBeLessThan(MAX_WRONG_SEC)
    expect(end).toBeGreaterThanOrEqual(begin)
    expect(begin).toBeGreaterThanOrEqual(words[i - 1]?.begin ?? 0)
    expect(end).toBeGreaterThanOrEqual(words[i - 1]?.end ?? 0)
  }
  for (const { begin, end, text, words } of segments) {
    expect({ begin, end }).toEqual({ begin: words[0]!.begin, end: words.at(-1)!.end })
    expect(text).toBe(words.map((word) => word.text).join(sep))
  }
}

/** What the recognizer is told was said before is said, and is said before its audio. */
function expectPrompts(calls: readonly OracleCall[], spoken: readonly Word[], sep: string): void {
  for (const { position, prompt } of calls) {
    const before = spoken.filter(({ end }) => end - MAX_WRONG_SEC <= position / RATE)
    expect(before.map(({ text }) => text).join(sep)).toContain(prompt)
  }
}

type Setting = typeof options extends fc.Arbitrary<infer Kind> ? Kind : never

/** A processor around an oracle for some speech that begins where the stream does, and silence after it. */
function listening(words: readonly Word[], setting: Setting, oracleOptions: OracleOptions, log?: Log) {
  const { way: strategy, trimmingSec, maxBufferSec, startSec, sep } = setting
  const spoken = moved(words, startSec, sep)
  const oracle = new Oracle(spoken, { ...oracleOptions, sep })
  const bufferTrimming = { strategy, seconds: trimmingSec }
  const processor = new OnlineASRProcessor(oracle, { bufferTrimming, maxBufferSec, ...(log ? { log } : {}) })
  return { spoken, oracle, processor, startSec, endSec: (spoken.at(-1)?.end ?? startSec) + SILENCE_AT_END_SEC }
}

describe('OnlineASRProcessor', () => {
  it('says every word once, in order, with its time, when the recognizer is right in the end', async () => {
    await fc.assert(
      fc.asyncProperty(speech, cadence, segmentation, options, distortion, async (words, cadence, by, how, wrong) => {
        const stage = listening(words, how, { segments: by.segments, distort: distorted(wrong) })
        const segments = await run({ ...stage, cadence })
        expect([...stage.oracle.complaints]).toEqual([])
        expectSaid(segments, stage.spoken, how.sep)
        expectAllTranscribed(stage.oracle.calls, stage.startSec, stage.endSec, how.maxBufferSec)
        expectPrompts(stage.oracle.calls, stage.spoken, how.sep)
      }),
      { numRuns: 200 },
    )
  })

  it('loses and doubles nothing when the recognizer never says the same twice', async () => {
    const fickle: OracleOptions['distort'] = (words, _, pass) =>
      words.map((word) => ({ ...word, text: `${word.text}~${pass}` }))
    await fc.assert(
      fc.asyncProperty(speech, cadence, options, async (words, cadence, how) => {
        const stage = listening(words, how, { distort: fickle })
        const segments = await run({ ...stage, cadence })
        const texts = segments.flatMap((segment) => segment.words.map(({ text }) => text.replace(/~\d+$/, '')))
        expect([...stage.oracle.complaints]).toEqual([])
        expect(texts).toEqual(stage.spoken.map(({ text }) => text))
        expectAllTranscribed(stage.oracle.calls, stage.startSec, stage.endSec, how.maxBufferSec)
      }),
      { numRuns: 100 },
    )
  })

  it('loses and doubles nothing when updates fail', async () => {
    const failures = fc.array(fc.boolean(), { maxLength: 8 }).map((fails) => [...fails, false])
    await fc.assert(
      fc.asyncProperty(speech, cadence, segmentation, options, failures, async (words, cadence, by, how, failures) => {
        let calls = 0
        const beforeAnswer = () => {
          if (failures[calls++ % failures.length]) throw new Error('out of memory')
        }
        const stage = listening(words, how, { segments: by.segments, beforeAnswer })
        const segments = await run({ ...stage, cadence, mayFail: true })
        expect([...stage.oracle.complaints]).toEqual([])
        expectSaid(segments, stage.spoken, how.sep)
        expectAllTranscribed(stage.oracle.calls, stage.startSec, stage.endSec, how.maxBufferSec)
      }),
      { numRuns: 100 },
    )
  })

  it('lets the oldest audio go, with one warning, when nothing is recognized at all', async () => {
    await fc.assert(
      fc.asyncProperty(seconds(1, 120), cadence, options, async (lengthSec, cadence, how) => {
        const log = rememberingLog()
        const stage = listening([], how, {}, log)
        const endSec = stage.startSec + lengthSec
        expect(await run({ ...stage, endSec, cadence })).toEqual([])
        expect([...stage.oracle.complaints]).toEqual([])
        expectAllTranscribed(stage.oracle.calls, stage.startSec, endSec, how.maxBufferSec)
        const samples = Math.round(endSec * RATE) - Math.round(stage.startSec * RATE)
        expect(log.warnings).toHaveLength(samples < Math.floor(how.maxBufferSec * RATE) ? 0 : 1)
        for (const warning of log.warnings) expect(warning).toMatch(/^nothing is recognized from .* is dropped$/)
      }),
      { numRuns: 100 },
    )
  })
})
