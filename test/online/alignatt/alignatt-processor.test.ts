import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PrefixASR, PrefixResult, Segment } from '../../../src/core/types.js'
import type { AlignAttOptions } from '../../../src/online/alignatt/alignatt-options.js'
import { AlignAttProcessor } from '../../../src/online/alignatt/alignatt-processor.js'
import { prefixRecognizer } from '../../helpers/prefix-recognizer.js'

const RATE = 16_000

interface Said {
  readonly begin: number
  readonly end: number
  readonly text: string
}

/** How the recognizer misbehaves. */
interface Moods {
  /** Every so manieth call it has nothing to say although there is speech; 0: never. */
  readonly silentEvery?: number
  /** It says nothing more after this many forced words, until it hears afresh. */
  readonly stuckBehind?: number
}

/** A recognizer that knows what is said when; a word's token is its number. */
function oracle(said: readonly Said[], { silentEvery = 0, stuckBehind = Number.POSITIVE_INFINITY }: Moods = {}) {
  const calls: { readonly seconds: number; readonly prompt: string; readonly prefix: number }[] = []
  const asr = prefixRecognizer(async (audio, options): Promise<PrefixResult> => {
    const { prefix, fromSec, untilSec, positionSamples = 0, prompt } = options
    const offset = positionSamples / RATE
    const seconds = audio.length / RATE
    calls.push({ seconds, prompt, prefix: prefix.length })
    const until = Math.min(untilSec, seconds)
    const last = prefix.at(-1)?.tokens[0] ?? -1
    const rest = said.flatMap(({ begin, end, text }, token) => {
      const inside = token > last && begin - offset >= fromSec - 0.01 && end - offset <= until + 1e-6
      return inside ? [{ begin: begin - offset, end: end - offset, text, tokens: [token] }] : []
    })
    const speechSec = rest.reduce((sum, { begin, end }) => sum + end - begin, 0)
    const quiet = (silentEvery > 0 && calls.length % silentEvery === 0) || prefix.length >= stuckBehind
    if (quiet) return { words: [], ended: 'text', skippedSpeechSec: speechSec }
    return { words: rest, ended: 'attention', skippedSpeechSec: 0 }
  })
  return { asr, calls }
}

const speech = fc
  .array(fc.tuple(fc.integer({ min: 5, max: 80 }), fc.integer({ min: 0, max: 300 })), { minLength: 1, maxLength: 120 })
  .map((lengths) => {
    let at = 0.2
    return lengths.map(([length, pause], i): Said => {
      const begin = at + 0.01
      const end = begin + length / 100
      at = end + pause / 100
      return { begin, end, text: `${i % 7 === 6 ? ` w${i}.` : ` w${i}`}` }
    })
  })

async function stream(
  processor: AlignAttProcessor,
  seconds: number,
  chunks: readonly number[],
): Promise<readonly Segment[]> {
  const segments: Segment[] = []
  const take = (segment: Segment | null) => segment && segments.push(segment)
  for (let at = 0, i = 0; at < seconds; i++) {
    const chunk = Math.min(chunks[i % chunks.length]!, seconds - at)
    processor.insertAudioChunk(new Float32Array(Math.round((at + chunk) * RATE) - Math.round(at * RATE)))
    at += chunk
    take(await processor.processIter())
  }
  take(await processor.finish())
  expect(await processor.finish()).toBeNull()
  return segments
}

const textOf = (segments: readonly Segment[]) => segments.map(({ text }) => text).join('')

describe('AlignAttProcessor', () => {
  const chunkSizes = fc.array(fc.double({ min: 0.05, max: 40, noNaN: true }), { minLength: 1, maxLength: 5 })

  it('says every word once, in order, however the audio comes', async () => {
    await fc.assert(
      fc.asyncProperty(speech, chunkSizes, fc.integer({ min: 2, max: 28 }), async (said, chunks, audioMaxLenSec) => {
        const { asr, calls } = oracle(said)
        const processor = new AlignAttProcessor(asr, { audioMaxLenSec })
        const segments = await stream(processor, said.at(-1)!.end + 0.5, chunks)
        expect(textOf(segments)).toBe(said.map(({ text }) => text).join(''))
        const words = segments.flatMap((segment) => segment.words)
        for (const [i, word] of words.entries()) {
          expect(word.begin).toBeGreaterThanOrEqual(words[i - 1]?.end ?? 0)
          expect(word.begin).toBeCloseTo(said[i]!.begin, 3)
        }
        expect(Math.max(...calls.map(({ seconds }) => seconds))).toBeLessThanOrEqual(30)
      }),
      { numRuns: 60 },
    )
  })

  it('loses nothing to a recognizer that has nothing to say now and then', async () => {
    await fc.assert(
      fc.asyncProperty(speech, fc.integer({ min: 2, max: 4 }), async (said, silentEvery) => {
        const { asr } = oracle(said, { silentEvery })
        const segments = await stream(new AlignAttProcessor(asr), said.at(-1)!.end + 0.75, [0.5])
        expect(textOf(segments)).toBe(said.map(({ text }) => text).join(''))
      }),
      { numRuns: 40 },
    )
  })

  it('gets a recognizer going again that is stuck after its text', async () => {
    const said = Array.from({ length: 200 }, (_, i) => ({ begin: i * 0.5 + 0.01, end: i * 0.5 + 0.41, text: ` w${i}` }))
    const { asr } = oracle(said, { stuckBehind: 9 })
    expect(textOf(await stream(new AlignAttProcessor(asr), 101, [0.5]))).toBe(said.map(({ text }) => text).join(''))
  })

  it('stamps words in seconds of the stream', async () => {
    const { asr } = oracle([{ begin: 100.5, end: 101, text: ' late' }])
    const processor = new AlignAttProcessor(asr)
    processor.init(100)
    processor.insertAudioChunk(new Float32Array(2 * RATE))
    const segment = await processor.processIter()
    expect(segment).toMatchObject({ begin: 100.5, end: 101, text: ' late' })
    expect(segment!.words[0]).not.toHaveProperty('tokens')
  })

  it('waits with words that are too near the end of the audio, until the stream ends', async () => {
    const { asr } = oracle([{ begin: 0.5, end: 0.9, text: ' word' }])
    const processor = new AlignAttProcessor(asr, { frameThreshold: 25 })
    processor.insertAudioChunk(new Float32Array(1 * RATE))
    expect(await processor.processIter()).toBeNull()
    expect(await processor.processIter()).toBeNull()
    expect((await processor.finish())?.text).toBe(' word')
  })

  it('puts static prompt, initial prompt and what scrolled out of the buffer before the audio', async () => {
    const said = Array.from({ length: 60 }, (_, i) => ({ begin: i * 0.5 + 0.01, end: i * 0.5 + 0.41, text: ` w${i}` }))
    const { asr, calls } = oracle(said)
    const processor = new AlignAttProcessor(asr, {
      audioMaxLenSec: 10,
      staticInitPrompt: 'Terms.',
      initPrompt: ' Names.',
    })
    await stream(processor, 31, [0.5])
    expect(calls[0]!.prompt).toBe('Terms. Names.')
    expect(calls.at(-1)!.prompt).toMatch(/^Terms\..* w38 w39/)
    expect(calls.at(-1)!.prompt.length).toBeLessThanOrEqual('Terms.'.length + 200)
  })

  it('tries audio again when the recognizer failed', async () => {
    const { asr } = oracle([{ begin: 0.1, end: 0.5, text: ' word' }])
    const hear = asr.transcribeFrom.bind(asr)
    let failures = 1
    const failing: PrefixASR = {
      ...asr,
      transcribeFrom: (audio, options) => (failures-- > 0 ? Promise.reject(new Error('once')) : hear(audio, options)),
    }
    const processor = new AlignAttProcessor(failing)
    processor.insertAudioChunk(new Float32Array(2 * RATE))
    await expect(processor.processIter()).rejects.toThrow('once')
    expect((await processor.processIter())?.text).toBe(' word')
  })

  it('loses nothing that was final before the recognizer failed in the same update', async () => {
    const said = Array.from({ length: 100 }, (_, i) => ({ begin: i * 0.5 + 0.01, end: i * 0.5 + 0.41, text: ` w${i}` }))
    const { asr } = oracle(said)
    const hear = asr.transcribeFrom.bind(asr)
    let calls = 0
    const failing: PrefixASR = {
      ...asr,
      transcribeFrom: (audio, options) => (++calls === 2 ? Promise.reject(new Error('second')) : hear(audio, options)),
    }
    const processor = new AlignAttProcessor(failing)
    processor.insertAudioChunk(new Float32Array(50 * RATE))
    await expect(processor.processIter()).rejects.toThrow('second')
    const rest = await processor.finish()
    expect(rest?.text).toBe(said.map(({ text }) => text).join(''))
  })

  it('computes nothing at the end when it is told to stop', async () => {
    const { asr, calls } = oracle([{ begin: 0.1, end: 0.5, text: ' word' }])
    const processor = new AlignAttProcessor(asr)
    processor.insertAudioChunk(new Float32Array(2 * RATE))
    expect(await processor.finish(AbortSignal.abort())).toBeNull()
    expect(calls).toEqual([])
  })
})

describe('much audio at once', () => {
  /** Loses its way as models do: of more than some seconds of new speech it says the end only. */
  function hasty(said: readonly Said[], maxSec: number): PrefixASR {
    const { asr } = oracle(said)
    const hear = asr.transcribeFrom.bind(asr)
    return {
      ...asr,
      async transcribeFrom(audio, options) {
        const heard = await hear(audio, options)
        const until = Math.min(options.untilSec, audio.length / RATE)
        if (until - options.fromSec <= maxSec) return heard
        return { ...heard, words: heard.words.filter(({ begin }) => begin > until - maxSec) }
      },
    }
  }

  it('loses nothing to a model that skips what it is to say at once', async () => {
    const said = Array.from({ length: 90 }, (_, i) => ({ begin: i * 0.5 + 0.01, end: i * 0.5 + 0.41, text: ` w${i}` }))
    for (const chunks of [[0.5], [10], [46], [0.3, 17, 2]]) {
      const segments = await stream(new AlignAttProcessor(hasty(said, 4)), 46, chunks)
      expect(textOf(segments)).toBe(said.map(({ text }) => text).join(''))
    }
  })
})

describe('the distance to the end of the audio', () => {
  /** When each of two words is final, in updates of a quarter of a second. */
  async function finalAt(options: AlignAttOptions): Promise<readonly number[]> {
    const { asr } = oracle([
      { begin: 0.1, end: 0.5, text: ' one' },
      { begin: 1.6, end: 2, text: ' two' },
    ])
    const processor = new AlignAttProcessor(asr, options)
    const times: number[] = []
    for (let at = 0.25; at <= 4; at += 0.25) {
      processor.insertAudioChunk(new Float32Array(RATE / 4))
      if ((await processor.processIter()) !== null) times.push(at)
    }
    return times
  }

  it('is half as long again for the first words of a text', async () => {
    expect(await finalAt({})).toEqual([0.5 + 0.75, 2 + 0.5])
    expect(await finalAt({ frameThreshold: 50 })).toEqual([0.5 + 1.5, 2 + 1])
  })
})
