import { describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/core/errors.js'
import type { ASRProcessor, Word } from '../../../src/core/types.js'
import { OnlineASRProcessor } from '../../../src/online/local-agreement/online-asr-processor.js'
import { rememberingLog } from '../../helpers/logs.js'
import { spokenWords } from '../../helpers/program.js'
import { numberedAudio, Oracle, RATE, stream, textsOf } from '../timed-oracle.js'

const NUMBERED = spokenWords(Array.from({ length: 400 }, (_, i) => `w${i}`))
const NUMBERED_TEXTS = NUMBERED.map(({ text }) => text)

describe('a buffer that is full', () => {
  const longestCall = (oracle: Oracle) => Math.max(...oracle.calls.map(({ samples }) => samples))

  it.each([0.5, 0.50001, 1.234567, 1 / 3])(
    'is cut after a word that ends at %f, however long the silence',
    async (end) => {
      const oracle = new Oracle([{ begin: 0.1, end, text: 'word' }])
      expect(textsOf(await stream(new OnlineASRProcessor(oracle), 200))).toEqual(['word'])
      expect([...oracle.complaints]).toEqual([])
      expect(longestCall(oracle)).toBe(30 * RATE)
    },
  )

  it.each([10 / 3, 29.99999, 0.5, 1e-4])('may hold %f s, which are no whole samples', async (maxBufferSec) => {
    const oracle = new Oracle([])
    await stream(new OnlineASRProcessor(oracle, { maxBufferSec }), maxBufferSec * 4, { everySec: maxBufferSec * 1.5 })
    expect([...oracle.complaints]).toEqual([])
    expect(longestCall(oracle)).toBe(Math.floor(maxBufferSec * RATE))
  })

  it('has the limit that the recognizer tells', async () => {
    const oracle = new Oracle(NUMBERED, { maxAudioSec: 8 })
    expect(textsOf(await stream(new OnlineASRProcessor(oracle), 202))).toEqual(NUMBERED_TEXTS)
    expect(longestCall(oracle)).toBe(8 * RATE)
  })

  it('is cut though all that the recognizer hears in it has no length', async () => {
    const nothing = { begin: 0, end: 0, text: 'Thanks!' }
    const oracle = new Oracle([], { distort: () => [nothing] })
    const texts = textsOf(await stream(new OnlineASRProcessor(oracle), 200, { everySec: 70 }))
    expect([...oracle.complaints]).toEqual([])
    expect(texts.length).toBeLessThan(20)
  })

  it('keeps the first words after long sound without words whole', async () => {
    const words = spokenWords(['first', 'words', 'of', 'it']).map((word) => ({
      ...word,
      begin: word.begin + 26,
      end: word.end + 26,
    }))
    const oracle = new Oracle(words)
    await stream(new OnlineASRProcessor(oracle), 40)
    const begins = [...new Set(oracle.calls.map(({ position }) => position / RATE))]
    expect(begins).toHaveLength(2)
    expect(begins[1]).toBeGreaterThan(25)
    expect(begins[1]).toBeLessThan(26)
  })

  it.each([0, -1, Number.NaN, 1e-5])('cannot hold %f s', (maxBufferSec) => {
    expect(() => new OnlineASRProcessor(new Oracle([]), { maxBufferSec })).toThrow(UsageError)
    expect(() => new OnlineASRProcessor(new Oracle([], { maxAudioSec: maxBufferSec }))).toThrow(UsageError)
  })

  it('loses nothing when far more arrives at once than fits', async () => {
    const oracle = new Oracle(NUMBERED)
    expect(textsOf(await stream(new OnlineASRProcessor(oracle), 202, { everySec: 202 }))).toEqual(NUMBERED_TEXTS)
    expect(longestCall(oracle)).toBe(30 * RATE)
  })
})

describe('audio that arrives while the recognizer works', () => {
  /** A recognizer during whose every answer another piece arrives, as from a microphone. */
  function live(spoken: readonly Word[], pieces: number) {
    let [at, left] = [0, pieces]
    const arrive = () => {
      if (left-- <= 0) return
      processor.insertAudioChunk(numberedAudio(at, RATE / 10))
      at += RATE / 10
    }
    const oracle = new Oracle(spoken, { beforeAnswer: arrive })
    const processor: ASRProcessor = new OnlineASRProcessor(oracle)
    arrive()
    return { oracle, processor }
  }

  it('waits for the next update, so that text comes out', async () => {
    const { oracle, processor } = live(NUMBERED, 100)
    await processor.processIter()
    expect(oracle.calls).toHaveLength(1)
    await processor.processIter()
    expect(oracle.calls).toHaveLength(2)
  })

  it('is heard by the updates that follow, every word once', async () => {
    const { oracle, processor } = live(NUMBERED, 2000)
    const texts: string[] = []
    while (oracle.calls.length < 2000) texts.push(...textsOf([await processor.processIter()]))
    texts.push(...textsOf([await processor.finish()]))
    expect([...oracle.complaints]).toEqual([])
    expect(texts).toEqual(NUMBERED_TEXTS.slice(0, texts.length))
    expect(texts.length).toBeGreaterThan(398)
  })
})

describe('a recognizer that fails', () => {
  const failing = (isFailing: (pass: number) => boolean) => {
    let calls = 0
    return new Oracle(NUMBERED, {
      beforeAnswer: () => {
        if (isFailing(calls++)) throw new Error('out of memory')
      },
    })
  }

  it('is asked again, and nothing is lost', async () => {
    const processor = new OnlineASRProcessor(failing((call) => call === 0))
    processor.insertAudioChunk(numberedAudio(0, 2 * RATE))
    await expect(processor.processIter()).rejects.toThrow('out of memory')
    expect(await processor.processIter()).toBeNull()
    expect(textsOf([await processor.processIter()])).toEqual(NUMBERED_TEXTS.slice(0, 4))
  })

  it('does not keep back what was committed before it failed', async () => {
    const log = rememberingLog()
    const processor = new OnlineASRProcessor(
      failing((call) => call === 2),
      { log },
    )
    processor.insertAudioChunk(numberedAudio(0, 100 * RATE))
    const before = textsOf([await processor.processIter()])
    expect(before).toEqual(NUMBERED_TEXTS.slice(0, before.length))
    expect(before.length).toBeGreaterThan(10)
    expect(log.warnings).toHaveLength(1)
    expect(log.warnings[0]).toContain('out of memory')
    expect([...before, ...textsOf([await processor.finish()])]).toEqual(NUMBERED_TEXTS.slice(0, 200))
  })

  it('is not asked any more when the stream is given up: what is known comes', async () => {
    const oracle = new Oracle(NUMBERED)
    const processor = new OnlineASRProcessor(oracle)
    processor.insertAudioChunk(numberedAudio(0, 2 * RATE))
    await processor.processIter()
    processor.insertAudioChunk(numberedAudio(2 * RATE, 2 * RATE))
    expect(textsOf([await processor.finish(AbortSignal.abort())])).toEqual(NUMBERED_TEXTS.slice(0, 4))
    expect(oracle.calls).toHaveLength(1)
  })
})

describe('a stream that begins later', () => {
  it.each([0, 37.5, 3600.123456])('at %f s has its words in seconds of the whole', async (startSec) => {
    const spoken = NUMBERED.slice(0, 60).map(({ begin, end, text }) => ({
      begin: begin + startSec,
      end: end + startSec,
      text,
    }))
    const oracle = new Oracle(spoken)
    const processor = new OnlineASRProcessor(oracle)
    processor.init(startSec)
    const start = Math.round(startSec * RATE)
    const words: Word[] = []
    for (let at = 0; at < 31; at++) {
      processor.insertAudioChunk(numberedAudio(start + at * RATE, RATE))
      words.push(...((await processor.processIter())?.words ?? []))
    }
    words.push(...((await processor.finish())?.words ?? []))
    expect([...oracle.complaints]).toEqual([])
    expect(words.map(({ text }) => text)).toEqual(spoken.map(({ text }) => text))
    for (const [i, word] of words.entries()) expect(word.begin).toBeCloseTo(spoken[i]!.begin, 4)
  })

  it('forgets everything of the stream before', async () => {
    const oracle = new Oracle(NUMBERED)
    const processor = new OnlineASRProcessor(oracle)
    await stream(processor, 20)
    processor.init(100)
    processor.insertAudioChunk(numberedAudio(100 * RATE, RATE))
    await processor.processIter()
    expect(oracle.calls.at(-1)).toEqual({ position: 100 * RATE, samples: RATE, prompt: '' })
    expect(processor.committedWords).toEqual([])
  })
})

describe('speech behind the last text', () => {
  const [sentence, next] = [spokenWords(['one', 'two', 'three.']), spokenWords(['Four', 'five', 'six.'])]
  const behind = next.map((word) => ({ ...word, begin: word.begin + 3, end: word.end + 3 }))
  const isFirst = ({ text }: Word) => sentence.some((word) => word.text === text)

  /** A model that ends its text after a sentence, however much is said behind it. */
  class EndsEarly extends Oracle {
    constructor() {
      super([...sentence, ...behind], { distort: (words) => (words.some(isFirst) ? words.filter(isFirst) : words) })
    }

    skippedSpeechSec({ words }: { readonly words: readonly Word[] }): number {
      return words.some(isFirst) ? 1.5 : 0
    }
  }

  it.each([1, 2.5])('comes at the end of the stream, with updates of %f s', async (everySec) => {
    const oracle = new EndsEarly()
    const said = textsOf(await stream(new OnlineASRProcessor(oracle), 5, { everySec }))
    expect(said).toEqual(['one', 'two', 'three.', 'Four', 'five', 'six.'])
    expect(oracle.calls.at(-1)!.prompt).toBe('one two three.')
  })

  it('is not asked for without end', async () => {
    const oracle = new EndsEarly()
    oracle.skippedSpeechSec = () => 5
    const updates = 5
    await stream(new OnlineASRProcessor(oracle), updates, { everySec: 1 })
    expect(oracle.calls.length).toBeLessThanOrEqual(updates + 3)
  })

  it('is lost as in the reference where its losses are asked for', async () => {
    const oracle = new EndsEarly()
    await stream(new OnlineASRProcessor(oracle, { compat: 'whisper_online' }), 5, { everySec: 1 })
    expect(oracle.calls).toHaveLength(5)
  })
})
