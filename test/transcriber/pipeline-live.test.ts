import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computationUnaware } from '../../src/audio/pacing/pacers.js'
import { scriptedLoader } from '../../src/backends/scripted.js'
import { parseConfig } from '../../src/config/config.js'
import type { TranscriptEvent } from '../../src/core/events.js'
import type { ASRBase, Log, PacedAudio, Pacer } from '../../src/core/types.js'
import { OnlineASRProcessor } from '../../src/online/local-agreement/online-asr-processor.js'
import { createSpeechGate, VACOnlineASRProcessor } from '../../src/online/vad/vac-online-asr-processor.js'
import { FakeClock } from '../helpers/fake-clock.js'
import { rememberingLog } from '../helpers/logs.js'
import { memorySource } from '../helpers/memory-source.js'
import { folderWith, spokenWords } from '../helpers/program.js'
import { recordedDetector } from '../helpers/recorded.js'
import { createProcessor, type StreamListeners, type TimedSegment, transcribeStream } from '../helpers/streams.js'

const RATE = 16_000
const TEXTS = Array.from({ length: 60 }, (_, index) => `w${index}`)

/** The scripted recognizer, whose calls fail as told; the warm-up is call 0. */
async function recognizer(fails: (call: number) => boolean, options: Record<string, unknown> = {}): Promise<ASRBase> {
  const script = `${folderWith({ 'words.json': spokenWords(TEXTS) })}/words.json`
  const config = parseConfig({ script, ...options }, scriptedLoader.options)
  const context = { log: rememberingLog(), progress: () => {} }
  const { asr } = await scriptedLoader.load(config as Parameters<typeof scriptedLoader.load>[0], context)
  if (!asr) throw new Error('scripted is a recognizer')
  let call = 0
  const transcribe = asr.transcribe.bind(asr)
  return Object.assign(asr, {
    transcribe: (...given: Parameters<typeof transcribe>) =>
      fails(call++) ? Promise.reject(new Error(`call ${call - 1} fails`)) : transcribe(...given),
  })
}

async function run(asr: ASRBase, pacer: Pacer, options: StreamListeners = {}) {
  const metadata = { separator: ' ', modelType: 'test', modelSize: 'none', language: null }
  const processor = await createProcessor(parseConfig({}), { asr, metadata }, rememberingLog())
  const segments: TimedSegment[] = []
  let error: unknown = null
  try {
    for await (const segment of transcribeStream(pacer, processor, options)) segments.push(segment)
  } catch (cause) {
    error = cause
  }
  return { segments, error, texts: segments.flatMap(({ segment }) => segment.words.map(({ text }) => text)) }
}

const unaware = (seconds: number) =>
  computationUnaware({
    source: memorySource(new Float32Array(seconds * RATE)),
    minChunkSec: 1,
    startAtSec: 0,
    clock: new FakeClock(),
  })

describe('a recognizer that fails', () => {
  it('now and then loses and doubles nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 5, maxLength: 40 }), async (pattern) => {
        // Never twice in a row.
        const fails = (call: number) => call > 0 && pattern[call] === true && pattern[call - 1] !== true
        const { texts, error } = await run(await recognizer(fails), unaware(30))
        expect([texts, error]).toEqual([TEXTS, null])
      }),
      { numRuns: 25 },
    )
  })

  it('is told of where somebody wants to know', async () => {
    const told: string[] = []
    const log: Log = { ...rememberingLog(), info: (message) => void told.push(message) }
    await run(await recognizer((call) => call === 3), unaware(6), { log })
    const name = 'the backend "onnx-whisper"'
    expect(told).toEqual([`${name} fails while it recognizes: call 3 fails; the audio is transcribed again`])
  })

  it('for good ends the stream, after the text so far', async () => {
    const { texts, error } = await run(await recognizer((call) => call > 5), unaware(30))
    expect(texts).toEqual(TEXTS.slice(0, 10))
    const message = expect.stringMatching(/^the backend "onnx-whisper" fails while it recognizes: call \d+ fails$/)
    expect(error).toMatchObject({ code: 'ASR_BACKEND', message, hint: expect.stringContaining('--log-level debug') })
  })

  it('only at the end is asked once more', async () => {
    const { texts, error } = await run(await recognizer((call) => call === 5), unaware(5))
    expect([texts, error]).toEqual([TEXTS.slice(0, 10), null])
  })
})

describe('an ending that fails', () => {
  it('loses nothing of what it had committed before', async () => {
    for (const failing of [1, 2, 3]) {
      const processor = new OnlineASRProcessor(await recognizer((call) => call === failing), { maxBufferSec: 8 })
      processor.insertAudioChunk(new Float32Array(30 * RATE))
      await expect(processor.finish()).rejects.toThrow(`call ${failing} fails`)
      const rest = await processor.finish()
      expect(rest?.words.map(({ text }) => text)).toEqual(TEXTS)
    }
  })
})

describe('an ending after voice activity that fails', () => {
  it('loses no utterance that had ended before', async () => {
    const windowSec = 512 / RATE
    const isSpoken = (second: number) => second % 4 < 2
    const probabilities = Array.from({ length: 400 }, (_, index) => (isSpoken(index * windowSec) ? 1 : 0))
    const hear = async (failing: number) => {
      const online = new OnlineASRProcessor(await recognizer((call) => call === failing))
      const gate = createSpeechGate(recordedDetector(probabilities), {}, null)
      const processor = new VACOnlineASRProcessor(online, gate, { minChunkSec: 1, separator: ' ' })
      processor.insertAudioChunk(new Float32Array(12 * RATE))
      if (failing >= 0) await expect(processor.finish()).rejects.toThrow(`call ${failing} fails`)
      const rest = await processor.finish()
      return rest?.words.map(({ text }) => text) ?? []
    }
    const whole = await hear(-1)
    expect(whole.length).toBeGreaterThan(10)
    for (const failing of [0, 1, 2]) expect(await hear(failing)).toEqual(whole)
  })
})

describe('audio that was left out', () => {
  it('ends what was said before it, and leaves times right after it', async () => {
    const second = (resumeAtSec?: number): PacedAudio => ({
      audio: new Float32Array(RATE),
      now: () => 0,
      ...(resumeAtSec === undefined ? {} : { resumeAtSec }),
    })
    const pacer: Pacer = {
      async *updates() {
        yield* [second(), second(), second(20), second(), second(25.25)]
      },
      endTime: () => 30,
    }
    const { segments } = await run(await recognizer(() => false), pacer)
    expect(segments.map(({ segment: { begin, text } }) => [begin, text])).toEqual([
      [0, 'w0 w1'],
      [1, 'w2 w3'],
      [20, 'w40 w41'],
      [21, 'w42 w43'],
      [25.5, 'w51'],
    ])
  })
})

describe('unconfirmed text', () => {
  it('is told after each update, with absolute times, and none is left at the end', async () => {
    const seen: (readonly [number, string] | null)[] = []
    const onEvent = (event: TranscriptEvent) => {
      if (event.type === 'text-partial') seen.push(event.segment && [event.segment.begin, event.segment.text])
    }
    await run(await recognizer(() => false, { unstable: 1 }), unaware(3), { onEvent })
    expect(seen).toEqual([[0, 'w0 w1~1.00'], [0.5, 'w1 w2 w3~2.00'], [1.5, 'w3 w4 w5~3.00'], null])
  })
})
