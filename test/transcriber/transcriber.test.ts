import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PluginLoader } from '../../src/backends/plugin.js'
import { BackendError, InputError, UsageError } from '../../src/core/errors.js'
import type { TranscriptEvent } from '../../src/core/events.js'
import type { ASRBase } from '../../src/core/types.js'
import type { AudioInput } from '../../src/transcriber/audio-input.js'
import { createTranscriber, type TranscriberSettings, transcribe } from '../../src/transcriber/create-transcriber.js'
import { rememberingLog } from '../helpers/logs.js'
import { quietRecognizer } from '../helpers/quiet-recognizer.js'
import { eventsOf, finalWords, SECONDS, scripted, TEXTS, talkFolder } from '../helpers/scripted-talk.js'

const RATE = 16_000

/** All events of a stream as far as it comes, and what it throws. */
async function untilError(stream: AsyncIterable<TranscriptEvent>) {
  const events: TranscriptEvent[] = []
  try {
    for await (const event of stream) events.push(event)
    return { events, error: null }
  } catch (error) {
    return { events, error }
  }
}

/** A transcriber of the backend "mine", which hears nothing. */
function withRecognizer(parts: Partial<ASRBase>) {
  const metadata = { separator: ' ', modelType: 'mine', modelSize: 'none', language: null }
  const load = async () => ({ asr: quietRecognizer(parts), metadata })
  return createTranscriber({ backend: 'mine', plugins: [{ name: 'mine', description: 'of the test', load }] })
}

describe('a transcriber', () => {
  it('hears the same words, however the audio comes', async () => {
    const cwd = talkFolder()
    const path = join(cwd, 'talk.wav')
    const bytes = readFileSync(path)
    const samples = new Float32Array(SECONDS * RATE)
    const pieces = Array.from({ length: SECONDS }, (_, at) => samples.subarray(at * RATE, (at + 1) * RATE))
    const inputs: Readonly<Record<string, () => AudioInput>> = {
      path: () => path,
      url: () => pathToFileURL(path),
      standing: () => Readable.from([bytes.subarray(0, 999), bytes.subarray(999)]),
      bytes: () => bytes,
      samples: () => samples,
      readable: () => Readable.from(bytes, { objectMode: false }),
      web: () => new Blob([bytes]).stream() as unknown as AsyncIterable<Uint8Array>,
      list: () => pieces,
      async: async function* () {
        yield* pieces
      } as unknown as () => AudioInput,
      source: () => ({ name: 'mine', durationSec: SECONDS, read: () => asyncOf(pieces) }),
    }
    await using transcriber = await scripted(cwd)
    for (const [name, open] of Object.entries(inputs)) {
      const events = await eventsOf(transcriber.stream(open()))
      expect({ name, words: finalWords(events) }).toEqual({ name, words: TEXTS })
    }
  })

  it('says in its own words that a backend cannot be closed', async () => {
    const transcriber = await withRecognizer({ close: () => Promise.reject(new TypeError('no handle')) })
    await expect(transcriber.close()).rejects.toMatchObject({
      code: 'ASR_BACKEND',
      message: expect.stringMatching(/mine.*no handle/),
    })
  })

  it.each([
    ['a number', 5, 'gave a number (5)'],
    ['nothing', null, 'gave null'],
    ['half a recognizer', { sep: ' ', transcribe() {} }, 'gave an object without tsWords(), segmentsEndTs()'],
  ])('names a session() that gives no recognizer: %s', async (_, given, message) => {
    await using transcriber = await withRecognizer({ session: async () => given as unknown as ASRBase })
    const { error } = await untilError(transcriber.stream(new Float32Array(RATE)))
    expect(error).toMatchObject({
      code: 'ASR_BACKEND',
      message: `the backend "mine": session() must give a recognizer, ${message}`,
    })
  })

  it('gives the recognizer of a stream the log of that stream', async () => {
    await using transcriber = await withRecognizer({
      async session(request) {
        request?.log?.warn('of this stream')
        return quietRecognizer()
      },
    })
    const log = rememberingLog()
    const pacer = { async *updates() {}, endTime: () => 0 }
    await eventsOf(transcriber.run({ pacer, startAtSec: 0, isLive: false, close: async () => {} }, { log }))
    expect(log.warnings).toEqual(['of this stream'])
  })

  it('serves streams at once that know nothing of each other', async () => {
    const cwd = talkFolder()
    await using transcriber = await scripted(cwd)
    const all = await Promise.all(Array.from({ length: 5 }, () => eventsOf(transcriber.stream(join(cwd, 'talk.wav')))))
    expect(all.map(finalWords)).toEqual(Array.from({ length: 5 }, () => TEXTS))
  })

  it('takes plugins as objects, options of backends, and "language" for "lan"', async () => {
    const given: unknown[] = []
    const loader: PluginLoader = {
      name: 'mine',
      description: 'of the test',
      async load(config) {
        given.push(config.lan, config.backend)
        const word = { begin: 0, end: 1, text: 'mine' }
        const segment = { ...word, words: [word] }
        const processor = {
          init() {},
          insertAudioChunk() {},
          processIter: async () => null,
          finish: async () => segment,
        }
        return { processor, metadata: { separator: ' ', modelType: 'mine', modelSize: 'none', language: null } }
      },
    }
    const texts: string[] = []
    const settings = { backend: 'mine', plugins: [loader], language: 'de' }
    for await (const { text } of transcribe(new Float32Array(RATE), settings)) texts.push(text)
    expect([texts, given]).toEqual([['mine'], ['de', 'mine']])
  })

  it.each<[string, TranscriberSettings, RegExp]>([
    ['a key that there is not', { minChunkSiez: 1 } as TranscriberSettings, /unknown key "minChunkSiez"/],
    ['a language given twice', { language: 'en', lan: 'de' }, /language is given twice/],
    ['a backend that there is not', { backend: 'onnx-wisper' }, /unknown backend/],
    ['a value out of range', { minChunkSize: 0 }, /minChunkSize/],
  ])('refuses %s', async (_, settings, message) => {
    const attempt = createTranscriber(settings)
    await expect(attempt).rejects.toThrow(UsageError)
    await expect(attempt).rejects.toThrow(message)
  })

  it('refuses what is no audio, and says what is', async () => {
    await using transcriber = await scripted(talkFolder())
    const refused = async (audio: unknown) => (await untilError(transcriber.stream(audio as AudioInput))).error
    expect(await refused(42)).toBeInstanceOf(UsageError)
    expect(await refused([[1, 2, 3]])).toMatchObject({
      code: 'ASR_INPUT',
      hint: expect.stringContaining('Float32Array'),
    })
    for (const none of [new Float32Array(0), new Uint8Array(0)]) {
      expect(await refused(none)).toMatchObject({ code: 'ASR_INPUT', message: 'the audio is empty' })
    }
    expect(await refused('/nowhere/talk.wav')).toBeInstanceOf(InputError)
    expect(await refused([new Float32Array(RATE), new Uint8Array(3)])).toBeInstanceOf(InputError)
  })

  it('gives those who read a stream its end when it is closed', async () => {
    const transcriber = await scripted(talkFolder())
    const events: TranscriptEvent[] = []
    const pushed = transcriber.push()
    for (let second = 0; second < 5; second++) pushed.write(new Float32Array(RATE))
    for await (const event of pushed) {
      if (event.type === 'text-final' && events.every(({ type }) => type !== 'text-final')) void transcriber.close()
      events.push(event)
    }
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'aborted' })
    await transcriber.close()
  })

  it('ends its streams when it is closed, and opens no more', async () => {
    const cwd = talkFolder()
    const transcriber = await scripted(cwd)
    const stream = transcriber.stream(join(cwd, 'talk.wav'))
    await stream.next()
    const untouched = transcriber.stream(join(cwd, 'talk.wav'))
    await transcriber.close()
    await transcriber.close()
    expect(await stream.next()).toMatchObject({ done: true })
    await expect(untouched.next()).rejects.toThrow(/closed/)
  })
})

describe('the events of a stream', () => {
  it('end with the ledger of every sample; progress only grows; final text is never taken back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          minChunkSize: fc.double({ min: 0.2, max: 6, noNaN: true }),
          bufferTrimmingSec: fc.double({ min: 1, max: 15, noNaN: true }),
        }),
        fc.constantFrom('fast' as const, 'offline' as const, 'live' as const),
        async (settings, pace) => {
          const cwd = talkFolder()
          await using transcriber = await scripted(cwd, settings, { unstable: 1 })
          const events = await eventsOf(transcriber.stream(join(cwd, 'talk.wav'), { pace }))
          const last = events.at(-1)
          if (last?.type !== 'end') throw new Error('the last event is the end')
          expect(events.filter(({ type }) => type === 'end')).toHaveLength(1)
          expect(last.reason).toBe('complete')
          expect(last.ledger.sums.reduce((sum, { samples }) => sum + samples, 0)).toBe(SECONDS * RATE)
          const progress = events.filter((event) => event.type === 'progress')
          for (const [at, { takenSec, recognizedSec, durationSec }] of progress.entries()) {
            expect(recognizedSec).toBeLessThanOrEqual(takenSec)
            expect(durationSec).toBe(SECONDS)
            expect(recognizedSec).toBeGreaterThanOrEqual(progress[at - 1]?.recognizedSec ?? 0)
          }
          expect(progress.at(-1)).toMatchObject({ takenSec: SECONDS, recognizedSec: SECONDS })
          const begins = events.flatMap((event) => (event.type === 'text-final' ? [event.segment.begin] : []))
          expect(begins).toEqual([...begins].sort((a, b) => a - b))
        },
      ),
      { numRuns: 15 },
    )
  })

  it('show partial text that becomes final, and that nothing is open in the end', async () => {
    const cwd = talkFolder()
    await using transcriber = await scripted(cwd)
    const events = await eventsOf(transcriber.stream(join(cwd, 'talk.wav')))
    const partials = events.filter((event) => event.type === 'text-partial')
    expect(partials.length).toBeGreaterThan(10)
    expect(partials.flatMap(({ segment }) => segment?.words ?? []).every(({ text }) => TEXTS.includes(text))).toBe(true)
    expect(partials.at(-1)?.segment).toBeNull()
  })

  it('tell positions of the recording, also where it is not heard from its start', async () => {
    const cwd = talkFolder()
    await using transcriber = await scripted(cwd, { startAt: 5 })
    const events = await eventsOf(transcriber.stream(join(cwd, 'talk.wav')))
    const progress = events.filter((event) => event.type === 'progress')
    expect(progress[0]).toMatchObject({ takenSec: 5, recognizedSec: 5, durationSec: SECONDS })
    expect(progress.at(-1)).toMatchObject({ takenSec: SECONDS, recognizedSec: SECONDS })
    expect(finalWords(events)).toEqual(TEXTS.slice(10))
  })

  it('of a stream that fails are its text, the end, then the error', async () => {
    const cwd = talkFolder()
    await using transcriber = await scripted(cwd, {}, { failAtSec: 10 })
    const { events, error } = await untilError(transcriber.stream(join(cwd, 'talk.wav')))
    expect(error).toBeInstanceOf(BackendError)
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'failed' })
    expect(finalWords(events)).toEqual(TEXTS.slice(0, finalWords(events).length))
    expect(finalWords(events).length).toBeGreaterThan(10)
  })

  it('of one that is aborted are what is known, and the end', async () => {
    const cwd = talkFolder()
    await using transcriber = await scripted(cwd)
    const abort = new AbortController()
    const events: TranscriptEvent[] = []
    for await (const event of transcriber.stream(join(cwd, 'talk.wav'), { signal: abort.signal })) {
      events.push(event)
      if (event.type === 'text-final' && event.segment.end > 5) abort.abort()
    }
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'aborted' })
    expect(finalWords(events)).toEqual(TEXTS.slice(0, finalWords(events).length))
    expect(finalWords(events).length).toBeLessThan(TEXTS.length)
  })

  it('come once: who reads them twice is told', async () => {
    const cwd = talkFolder()
    await using transcriber = await scripted(cwd)
    const events = transcriber.stream(join(cwd, 'talk.wav'))
    await events.next()
    expect(finalWords(await eventsOf(events))).toEqual(TEXTS)
    await expect(eventsOf(events)).rejects.toThrow(/read twice/)
    const segments = transcribe(join(cwd, 'talk.wav'), {
      backend: 'scripted',
      options: { script: join(cwd, 'words.json') },
    })
    for await (const { text } of segments) if (text !== '') break
    expect(() => segments[Symbol.asyncIterator]()).toThrow(UsageError)
  })

  it('come to who stops early as far as wanted, and everything is released', async () => {
    const cwd = talkFolder()
    await using transcriber = await scripted(cwd, {}, { computeSec: 0.05 })
    for await (const event of transcriber.stream(join(cwd, 'talk.wav'))) if (event.type === 'text-final') break
    expect(finalWords(await eventsOf(transcriber.stream(join(cwd, 'talk.wav'))))).toEqual(TEXTS)
  })
})

async function* asyncOf<Value>(values: readonly Value[]): AsyncGenerator<Value> {
  yield* values
}
