import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OnlineASRProcessor } from '../../src/online/online-asr-processor.js'
import type { Segment, Word } from '../../src/types.js'
import { markedAudio, Oracle, RATE } from '../helpers/oracle.js'

/** Words of random length with random pauses, each different, some of which end sentences. */
const speech = fc
  .array(
    fc.record({
      length: fc.integer({ min: 10, max: 90 }),
      pause: fc.integer({ min: 1, max: 250 }),
      stop: fc.boolean(),
    }),
    {
      minLength: 1,
      maxLength: 150,
    },
  )
  .map((words) => {
    let at = 0.1
    return words.map(({ length, pause, stop }, i): Word => {
      const begin = at
      const end = begin + length / 100
      at = end + pause / 100
      return { begin, end, text: ` w${i}${stop ? '.' : ''}` }
    })
  })

const chunks = fc.array(fc.double({ min: 0.02, max: 12, noNaN: true }), { minLength: 1, maxLength: 6 })
const trimming = fc.record({
  way: fc.constantFrom('segment' as const, 'sentence' as const),
  seconds: fc.integer({ min: 2, max: 28 }),
})

async function stream(
  processor: OnlineASRProcessor<never>,
  seconds: number,
  sizes: readonly number[],
  offset: number,
): Promise<readonly Segment[]> {
  const segments: Segment[] = []
  const take = (segment: Segment | null) => segment && segments.push(segment)
  processor.init(offset)
  const last = Math.round((offset + seconds) * RATE)
  for (let at = Math.round(offset * RATE), i = 0; at < last; i++) {
    const end = Math.min(last, at + Math.max(1, Math.round(sizes[i % sizes.length]! * RATE)))
    processor.insertAudioChunk(markedAudio(at, end))
    at = end
    if (i % 3 !== 2) take(await processor.processIter())
  }
  take(await processor.finish())
  return segments
}

describe('OnlineASRProcessor, whatever comes', () => {
  it('says every word once, in order, with its time', async () => {
    await fc.assert(
      fc.asyncProperty(
        speech,
        chunks,
        trimming,
        fc.constantFrom('none' as const, 'one' as const, 'sentences' as const),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 12, max: 30 }),
        fc.constantFrom(0, 0, 37.5),
        async (words, sizes, bufferTrimming, segments, unstable, maxBufferSec, offset) => {
          const said = words.map((word) => ({ ...word, begin: word.begin + offset, end: word.end + offset }))
          const spoil = (all: readonly Word[], call: number) =>
            all.map((word, i) => (i >= all.length - unstable ? { ...word, text: ` guess${call}` } : word))
          // At the end of the stream nobody mends the last words: they are left as they are.
          const oracle = new Oracle(said, {
            segments,
            spoil: (all, call) => (endsWith(all, said, offset) ? all : spoil(all, call)),
          })
          const processor = new OnlineASRProcessor(oracle, {
            bufferTrimming,
            maxBufferSec,
          }) as OnlineASRProcessor<never>
          const seconds = words.at(-1)!.end + 0.2
          const heard = (await stream(processor, seconds, sizes, offset)).flatMap((segment) => segment.words)
          expect(Math.max(...oracle.heard)).toBeLessThanOrEqual(maxBufferSec + 1e-9)
          for (const [i, word] of heard.entries()) {
            expect(word.begin).toBeGreaterThanOrEqual((heard[i - 1]?.end ?? offset) - 0.11)
          }
          const real = heard.map(({ text }) => text).filter((text) => !text.startsWith(' guess'))
          if (unstable === 0) expect(real).toEqual(said.map(({ text }) => text))
          else expect(new Set(real).size).toBe(real.length)
        },
      ),
      { numRuns: 80 },
    )
  })

  it('does not copy the buffer for each chunk: an hour in pieces of 40 ms', async () => {
    const said = Array.from({ length: 7200 }, (_, i) => ({
      begin: i * 0.5 + 0.05,
      end: i * 0.5 + 0.45,
      text: ` w${i}${i % 9 ? '' : '.'}`,
    }))
    const oracle = new Oracle(said)
    const processor = new OnlineASRProcessor(oracle) as OnlineASRProcessor<never>
    let words = 0
    for (let chunk = 0; chunk < 90_000; chunk++) {
      processor.insertAudioChunk(markedAudio(chunk * 640, (chunk + 1) * 640))
      if (chunk % 25 === 24) words += (await processor.processIter())?.words.length ?? 0
    }
    words += (await processor.finish())?.words.length ?? 0
    expect(words).toBe(7200)
  })
})

function endsWith(words: readonly Word[], said: readonly Word[], _offset: number): boolean {
  return words.at(-1)?.text === said.at(-1)?.text
}
