import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computationUnaware, offline, realTime } from '../../src/audio/pacing/pacers.js'
import type { LoadedModel, ModelMetadata } from '../../src/backends/contract.js'
import { scriptedLoader } from '../../src/backends/scripted.js'
import { type ASRConfig, parseConfig } from '../../src/config/config.js'
import { BackendError, InputError, UsageError } from '../../src/core/errors.js'
import type { ASRBase, ASRProcessor, Pacer, Segment, Word } from '../../src/core/types.js'
import { shareModel } from '../../src/transcriber/shared-model.js'
import { FakeClock } from '../helpers/fake-clock.js'
import { rememberingLog } from '../helpers/logs.js'
import { memorySource } from '../helpers/memory-source.js'
import { folderWith, spokenWords } from '../helpers/program.js'
import { quietRecognizer } from '../helpers/quiet-recognizer.js'
import { createProcessor, type TimedSegment, transcribeStream } from '../helpers/streams.js'

const RATE = 16_000
const metadata: ModelMetadata = { separator: ' ', modelType: 'test', modelSize: 'none', language: null }
const TEXTS = Array.from({ length: 80 }, (_, index) => (index % 6 === 5 ? `w${index}.` : `w${index}`))

/** The scripted backend, loaded as a user's would be. */
async function scripted(words: readonly Word[], options: Record<string, unknown> = {}): Promise<LoadedModel> {
  const script = `${folderWith({ 'words.json': words })}/words.json`
  const config = parseConfig({ script, ...options }, scriptedLoader.options)
  return scriptedLoader.load(config as Parameters<typeof scriptedLoader.load>[0], {
    log: rememberingLog(),
    progress: () => {},
  })
}

async function run(
  config: ASRConfig,
  loaded: LoadedModel,
  pacer: Pacer,
  signal?: AbortSignal,
): Promise<{ readonly segments: readonly TimedSegment[]; readonly error: unknown }> {
  const processor = await createProcessor(config, loaded, rememberingLog())
  const segments: TimedSegment[] = []
  try {
    for await (const segment of transcribeStream(pacer, processor, signal ? { signal } : {})) segments.push(segment)
    return { segments, error: null }
  } catch (error) {
    return { segments, error }
  }
}

const source = (seconds: number) => memorySource(new Float32Array(Math.round(seconds * RATE)))
const unaware = (seconds: number, minChunkSec = 1, startAtSec = 0) =>
  computationUnaware({ source: source(seconds - startAtSec), minChunkSec, startAtSec, clock: new FakeClock() })
const textOf = (segments: readonly TimedSegment[]) =>
  segments.flatMap(({ segment }) => segment.words.map(({ text }) => text))

describe('the pipeline', () => {
  it.each([realTime, computationUnaware, offline])('says every word once, in order: $name', async (mode) => {
    const config = parseConfig({ offline: mode === offline })
    const pacer = mode({ source: source(45), minChunkSec: 1, startAtSec: 0, clock: new FakeClock() })
    const { segments } = await run(config, await scripted(spokenWords(TEXTS)), pacer)
    expect(textOf(segments)).toEqual(TEXTS)
  })

  it('loses and doubles nothing, however it is cut and paced', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.1, max: 7, noNaN: true }),
        fc.double({ min: 0.5, max: 20, noNaN: true }),
        fc.constantFrom('segment', 'sentence'),
        fc.nat(3),
        async (minChunkSize, bufferTrimmingSec, bufferTrimming, unstable) => {
          const loaded = await scripted(spokenWords(TEXTS), { unstable })
          const config = parseConfig({ minChunkSize, bufferTrimmingSec, bufferTrimming })
          const { segments } = await run(config, loaded, unaware(60, minChunkSize))
          // What is unstable at the end of the audio stays so.
          expect(textOf(segments).map((text) => text.replace(/~.*/, ''))).toEqual(TEXTS)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('keeps a hypothesis back that changes', async () => {
    const { segments } = await run(parseConfig({}), await scripted(spokenWords(TEXTS), { unstable: 1 }), unaware(10))
    const early = segments.filter(({ now }) => now < 10)
    expect(textOf(early).every((text) => !text.includes('~'))).toBe(true)
    expect(early.length).toBeGreaterThan(5)
  })

  it('has times of the whole stream after --start-at, and relative ones in compat', async () => {
    const words = spokenWords(TEXTS)
    const own = await run(parseConfig({ startAt: 5 }), await scripted(words), unaware(20, 1, 5))
    expect(own.segments[0]?.segment).toMatchObject({ begin: 5, text: 'w10 w11.' })
    const compat = parseConfig({ startAt: 5, compat: 'whisper_online' })
    const reference = await run(compat, await scripted(words), unaware(20, 1, 5))
    expect(reference.segments[0]?.segment.begin).toBe(0)
  })

  it('warms the recognizer up before the stream, with a second of what no backend takes for silence', async () => {
    const given: Float32Array[] = []
    const asr = quietRecognizer({ transcribe: async (audio) => void given.push(audio) })
    await createProcessor(parseConfig({}), { asr, metadata }, rememberingLog())
    expect(given.map((audio) => audio.length)).toEqual([RATE])
    expect(Math.max(...given[0]!)).toBeGreaterThan(0.04)
  })

  it('lets a recognizer check itself in its own way', async () => {
    const calls: string[] = []
    const asr = quietRecognizer({
      transcribe: async () => void calls.push('transcribe'),
      check: async () => void calls.push('check'),
    })
    await createProcessor(parseConfig({}), { asr, metadata }, rememberingLog())
    expect(calls).toEqual(['check'])
  })

  it('says at the start that a recognizer is broken, and releases it', async () => {
    let closed = 0
    const asr = quietRecognizer({
      transcribe: () => Promise.reject(new TypeError('no weights')),
      close: async () => void closed++,
    })
    const attempt = shareModel(parseConfig({}), async () => ({ asr, metadata }), rememberingLog())
    await expect(attempt).rejects.toThrow(BackendError)
    await expect(attempt).rejects.toThrow('no weights')
    expect(closed).toBe(1)
  })

  it('says when the recognizer of a session has numbers that make no sense, and releases it', async () => {
    let closed = 0
    const session = async () => quietRecognizer({ maxAudioSec: Number.NaN, close: async () => void closed++ })
    const asr = quietRecognizer({ session })
    const model = await shareModel(parseConfig({ backend: 'mine' }), async () => ({ asr, metadata }), rememberingLog())
    await expect(model.open()).rejects.toThrow('the backend "mine": maxAudioSec is a number (NaN)')
    expect(closed).toBe(1)
  })

  it('asks for translation where that is the task, and says when a backend has none', async () => {
    let asked = 0
    const config = parseConfig({ task: 'translate', backend: 'mine' })
    await createProcessor(
      config,
      { asr: quietRecognizer({ setTranslateTask: () => void asked++ }), metadata },
      rememberingLog(),
    )
    expect(asked).toBe(1)
    const { setTranslateTask: _, ...without } = quietRecognizer({})
    const attempt = createProcessor(config, { asr: without as ASRBase, metadata }, rememberingLog())
    await expect(attempt).rejects.toThrow(UsageError)
    await expect(attempt).rejects.toThrow('"mine" cannot translate')
  })

  it('leaves a processor of its own to the backend', async () => {
    const calls: string[] = []
    const processor = recordingProcessor(calls)
    const { segments } = await run(parseConfig({ startAt: 3 }), { processor, metadata }, unaware(5, 1, 3))
    expect(calls).toEqual(['init 3', 'insert 16000', 'iter', 'insert 16000', 'iter', 'finish', 'close'])
    expect(segments.map(({ now, segment }) => [now, segment.text])).toEqual([
      [4, 'iter'],
      [5, 'iter'],
      [5, 'finish'],
    ])
  })
})

describe('when something fails', () => {
  it('in the recognizer, the text so far comes first, and it is not asked again', async () => {
    const loaded = await scripted(spokenWords(TEXTS), { failAtSec: 7.5 })
    const { segments, error } = await run(parseConfig({}), loaded, unaware(20))
    expect(textOf(segments)).toEqual(TEXTS.slice(0, 14))
    expect(error).toBeInstanceOf(BackendError)
    expect(error).toMatchObject({ message: 'the script fails at 7.5 s, as --option failAtSec says' })
  })

  it('in the source, what has arrived is recognized first', async () => {
    const torn: Pacer = {
      async *updates() {
        yield* unaware(3).updates()
        throw new InputError('the file is torn')
      },
      endTime: () => 3,
    }
    const { segments, error } = await run(parseConfig({}), await scripted(spokenWords(TEXTS)), torn)
    expect(textOf(segments)).toEqual(TEXTS.slice(0, 6))
    expect(error).toMatchObject({ message: 'the file is torn' })
  })

  it('with something that is no error of this program, the message says what failed', async () => {
    const fail = () => Promise.reject(new RangeError('off by one'))
    const processor = { ...recordingProcessor([]), processIter: fail, finish: fail }
    const { segments, error } = await run(parseConfig({}), { processor, metadata }, unaware(3))
    expect(error).toMatchObject({
      code: 'ASR_BACKEND',
      message: 'the backend "onnx-whisper" fails while it recognizes: off by one',
    })
    expect(segments).toEqual([])
  })

  it('at the end as well, the first error is the one that is told', async () => {
    const refuse = (message: string) => () => Promise.reject(new Error(message))
    const processor = { ...recordingProcessor([]), finish: refuse('no end'), close: refuse('not closed') }
    const { error } = await run(parseConfig({}), { processor, metadata }, unaware(3))
    expect(error).toMatchObject({ message: 'the backend "onnx-whisper" fails while it recognizes: no end' })
  })
})

describe('when it is stopped', () => {
  it('what is known comes, and no error', async () => {
    const abort = new AbortController()
    const pacer: Pacer = {
      async *updates(signal) {
        let count = 0
        for await (const update of unaware(20).updates(signal)) {
          if (++count === 5) abort.abort()
          yield update
        }
      },
      endTime: () => 4,
    }
    const { segments, error } = await run(parseConfig({}), await scripted(spokenWords(TEXTS)), pacer, abort.signal)
    expect(error).toBeNull()
    expect(textOf(segments)).toEqual(TEXTS.slice(0, 8))
  })

  it('in the middle of a recognition, the hypothesis before it is the last word', async () => {
    const abort = new AbortController()
    let updates = 0
    const { asr } = (await scripted(spokenWords(TEXTS))) as { asr: ASRBase }
    const interrupted = quietRecognizer({
      ...bound(asr),
      transcribe(audio, options) {
        // The first is the warm-up.
        if (++updates === 5) abort.abort(new Error('stopped'))
        return asr.transcribe(audio, options)
      },
    })
    const { segments, error } = await run(parseConfig({}), { asr: interrupted, metadata }, unaware(20), abort.signal)
    expect(error).toBeNull()
    expect(textOf(segments)).toEqual(TEXTS.slice(0, 6))
  })

  it('early by the reader, source and backend are released', async () => {
    const calls: string[] = []
    const audio = source(20)
    const pacer = computationUnaware({ source: audio, minChunkSec: 1, startAtSec: 0, clock: new FakeClock() })
    for await (const _ of transcribeStream(pacer, recordingProcessor(calls))) break
    expect(audio.closed).toBe(true)
    expect(calls).toEqual(['insert 16000', 'iter', 'close'])
  })
})

function bound(asr: ASRBase): Partial<ASRBase> {
  return { tsWords: (result) => asr.tsWords(result), segmentsEndTs: (result) => asr.segmentsEndTs(result) }
}

function recordingProcessor(calls: string[]): ASRProcessor {
  const says = (text: string): Segment => ({ begin: 0, end: 1, text, words: [{ begin: 0, end: 1, text }] })
  return {
    init: (offset) => void calls.push(`init ${offset}`),
    insertAudioChunk: (audio) => void calls.push(`insert ${audio.length}`),
    async processIter() {
      calls.push('iter')
      return says('iter')
    },
    async finish() {
      calls.push('finish')
      return says('finish')
    },
    async close() {
      calls.push('close')
    },
  }
}
