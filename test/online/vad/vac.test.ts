import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ASRProcessor, Segment } from '../../../src/core/types.js'
import { OnlineASRProcessor } from '../../../src/online/local-agreement/online-asr-processor.js'
import { createSpeechGate, VACOnlineASRProcessor } from '../../../src/online/vad/vac-online-asr-processor.js'
import { VADIterator } from '../../../src/online/vad/vad-iterator.js'
import { idealDetector, type Talk, talk, transcribeTalk } from '../../helpers/utterances.js'
import { numberedAudio, Oracle, type OracleOptions, RATE, textsOf } from '../timed-oracle.js'

const SLICE = 640

function vacFor(said: Talk, compat: 'whisper_online' | null, options: OracleOptions = {}, minChunkSec = 1) {
  const oracle = new Oracle(said.words, options)
  const online = new OnlineASRProcessor(oracle, compat ? { compat } : {})
  const vac = new VACOnlineASRProcessor(online, createSpeechGate(idealDetector(said), {}, compat), {
    minChunkSec,
    separator: ' ',
  })
  return { vac, oracle }
}

const texts = async (processor: ASRProcessor, said: Talk, chunks: readonly number[] = [SLICE]) =>
  textsOf((await transcribeTalk(processor, said, chunks)).map(({ segment }) => segment))

const wordsOf = ({ words }: Talk) => words.map(({ text }) => text)

describe('what the reference loses with voice activity control', () => {
  const utterances = talk([1.2, 1.7, 2.1, 2.6, 3, 3.4, 3.9, 4.3].map((seconds) => ({ pause: 1.5, seconds })))

  it('words at the end of an utterance', async () => {
    const { vac } = vacFor(utterances, 'whisper_online')
    expect((await texts(vac, utterances)).length).toBeLessThan(utterances.words.length)
    const own = vacFor(utterances, null)
    expect(await texts(own.vac, utterances)).toEqual(wordsOf(utterances))
    expect([...own.oracle.complaints]).toEqual([])
  })

  it('short utterances', async () => {
    const yes = talk([{ pause: 1.3, seconds: 0.3 }])
    const reference = vacFor(yes, 'whisper_online')
    expect(await texts(reference.vac, yes)).toEqual([])
    expect(reference.oracle.calls).toEqual([])
    expect(await texts(vacFor(yes, null).vac, yes)).toEqual(['w0'])
  })

  it('the sense of an end: it says the last words again', async () => {
    const said = talk([{ pause: 1, seconds: 2.6 }])
    const spoken = await texts(vacFor(said, 'whisper_online').vac, said)
    expect(new Set(spoken).size).toBeLessThan(spoken.length)
    const { vac } = vacFor(said, null)
    expect(await texts(vac, said)).toEqual(wordsOf(said))
    expect(await vac.finish()).toBeNull()
  })

  it('what begins in the chunk in which something ended', async () => {
    const said = talk([
      { pause: 1, seconds: 1 },
      { pause: 0.7, seconds: 2 },
    ])
    const chunks = [Math.round(2.75 * RATE), SLICE]
    expect(await texts(vacFor(said, 'whisper_online').vac, said, chunks)).not.toEqual(wordsOf(said))
    expect(await texts(vacFor(said, null).vac, said, chunks)).toEqual(wordsOf(said))
  })

  it('the start, when speech begins where a buffer was just cleared', async () => {
    const said = talk([
      { pause: 1, seconds: 2 },
      { pause: 0.54, seconds: 2 },
    ])
    const reference = vacFor(said, 'whisper_online')
    expect(await texts(reference.vac, said)).not.toEqual(wordsOf(said))
    const own = vacFor(said, null)
    expect(await texts(own.vac, said)).toEqual(wordsOf(said))
    expect([...own.oracle.complaints]).toEqual([])
  })

  it('what was said before the pause', async () => {
    const said = talk([1, 1, 1].map((seconds) => ({ pause: 1, seconds })))
    const prompts = async (compat: 'whisper_online' | null) => {
      const { vac, oracle } = vacFor(said, compat, {}, 0.4)
      await transcribeTalk(vac, said, [SLICE])
      return new Set(oracle.calls.map(({ prompt }) => prompt))
    }
    expect([...(await prompts('whisper_online'))]).toEqual([''])
    expect([...(await prompts(null))]).toEqual(['', 'w0 w1 w2', 'w0 w1 w2 w3 w4 w5'])
  })
})

describe('VACOnlineASRProcessor', () => {
  const lengths = fc.array(
    fc.record({
      pause: fc.double({ min: 0.7, max: 3, noNaN: true }),
      seconds: fc.double({ min: 0.2, max: 3, noNaN: true }),
    }),
    { minLength: 50, maxLength: 50 },
  )

  it('hears every word of fifty short utterances, as without it, soon after each has ended', async () => {
    await fc.assert(
      fc.asyncProperty(
        lengths,
        fc.array(fc.integer({ min: 100, max: 2000 }), { minLength: 1 }),
        async (all, chunks) => {
          const said = talk(all)
          const { vac, oracle } = vacFor(said, null)
          const heard = await transcribeTalk(vac, said, chunks)
          expect(textsOf(heard.map(({ segment }) => segment))).toEqual(wordsOf(said))
          expect([...oracle.complaints]).toEqual([])
          for (const { end } of said.utterances) {
            const last = heard.find(({ segment }) => segment.end > end - 0.1)!
            // Silence of 16 windows, what is left of the window before it, one more to see it, a chunk.
            expect(last.consumedSec - end).toBeLessThan(18 * 0.032 + 2000 / RATE)
          }
        },
      ),
      { numRuns: 4 },
    )
  })

  it('does not ask the recognizer while nobody speaks', async () => {
    const said = talk([
      { pause: 20, seconds: 1 },
      { pause: 20, seconds: 1 },
    ])
    const { vac, oracle } = vacFor(said, null)
    await transcribeTalk(vac, said, [SLICE])
    expect(oracle.calls.length).toBeLessThan(6)
    expect(oracle.calls.every(({ samples }) => samples < 1.5 * RATE)).toBe(true)
  })

  it('gives each utterance by itself when many arrive at once', async () => {
    const said = talk([1, 2, 0.5].map((seconds) => ({ pause: 1, seconds })))
    const { vac } = vacFor(said, null)
    const heard = await transcribeTalk(vac, said, [Math.round(said.seconds * RATE)])
    expect(heard.map(({ segment }) => segment.words.length)).toEqual([3, 5, 1])
  })

  it('loses nothing when it is ended with much audio waiting', async () => {
    const said = talk([1, 2, 0.5].map((seconds) => ({ pause: 1, seconds })))
    const { vac } = vacFor(said, null)
    vac.insertAudioChunk(numberedAudio(0, Math.round((said.seconds - 1) * RATE)))
    const segment = await vac.finish()
    expect(textsOf([segment])).toEqual(wordsOf(said))
    expect(segment!.text).toBe(wordsOf(said).join(' '))
  })

  it('ends an utterance again whose end failed', async () => {
    const said = talk([
      { pause: 1, seconds: 0.8 },
      { pause: 1, seconds: 1.4 },
    ])
    let calls = 0
    const beforeAnswer = () => {
      if (calls++ === 0) throw new Error('a passing trouble')
    }
    const { vac } = vacFor(said, null, { beforeAnswer })
    const spoken: (Segment | null)[] = []
    let failures = 0
    for (let at = 0; at < said.seconds * RATE; at += SLICE) {
      vac.insertAudioChunk(numberedAudio(at, SLICE))
      spoken.push(await vac.processIter().catch(() => (failures++ ? null : null)))
    }
    spoken.push(await vac.finish())
    expect(failures).toBe(1)
    expect(textsOf(spoken)).toEqual(wordsOf(said))
  })

  it('gives what it knows when it is broken off', async () => {
    const said = talk([{ pause: 0.5, seconds: 4 }])
    const { vac, oracle } = vacFor(said, null)
    vac.insertAudioChunk(numberedAudio(0, 2 * RATE))
    await vac.processIter()
    vac.insertAudioChunk(numberedAudio(2 * RATE, RATE))
    expect(textsOf([await vac.finish(AbortSignal.abort())])).toEqual(['w0', 'w1', 'w2'])
    expect(oracle.calls).toHaveLength(1)
  })

  it('tells what is unconfirmed in the utterance that goes on, and nothing after it', async () => {
    const said = talk([{ pause: 0.5, seconds: 2 }])
    const { vac } = vacFor(said, null, {}, 0.5)
    const unconfirmed: number[] = []
    for (let at = 0; at < said.seconds * RATE; at += SLICE) {
      vac.insertAudioChunk(numberedAudio(at, SLICE))
      await vac.processIter()
      unconfirmed.push(textsOf([vac.unconfirmed()]).length)
    }
    expect(Math.max(...unconfirmed)).toBeGreaterThan(0)
    expect(unconfirmed.at(-1)).toBe(0)
  })

  it('begins where it is told, and goes around processors that cannot resume', async () => {
    const begins: number[] = []
    const plain: ASRProcessor = {
      init: (offset = 0) => begins.push(offset),
      insertAudioChunk() {},
      processIter: async () => null,
      finish: async () => null,
    }
    const said = talk([
      { pause: 11, seconds: 1 },
      { pause: 1, seconds: 1 },
    ])
    const vac = new VACOnlineASRProcessor(plain, createSpeechGate(idealDetector(said), {}, null), {
      minChunkSec: 1,
      separator: '',
    })
    vac.init(10)
    vac.insertAudioChunk(numberedAudio(10 * RATE, 6 * RATE))
    await vac.finish()
    expect(begins.slice(0, 2)).toEqual([0, 10])
    expect(begins[2]).toBeCloseTo(10.9, 1)
    expect(begins[3]).toBeCloseTo(12.9, 1)
  })
})

describe('the starts and ends of speech', () => {
  it.each([0.05, 0.1, 0.15, 0.5, 0.9])('are found with a threshold of %d', (threshold) => {
    const iterator = new VADIterator({ threshold, minSilenceMs: 100, speechPadMs: 0 })
    const next = (probability: number) => iterator.next(probability, 512)
    expect(next(0)).toBeNull()
    expect(next(threshold)).toEqual({ start: 512 })
    const events = Array.from({ length: 6 }, () => next(0)).filter((event) => event !== null)
    expect(events).toEqual([{ end: 1024 }])
    expect(iterator.isSpeech).toBe(false)
  })
})
