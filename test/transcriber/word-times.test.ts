import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quantile } from '../../bench/measures.js'
import type { TranscriptEvent } from '../../src/core/events.js'
import type { Segment, Word } from '../../src/core/types.js'
import { createTranscriber } from '../../src/transcriber/create-transcriber.js'
import { WordTimes } from '../../src/transcriber/word-times.js'
import { eventsOf } from '../helpers/scripted-talk.js'
import { fixture, fixturePath } from '../helpers/speech.js'
import '../helpers/seeds.js'

const MAX_MS = 300_000

const segmentOf = (words: readonly Word[]): Segment => ({
  begin: words[0]?.begin ?? 0,
  end: words.at(-1)?.end ?? 0,
  text: words.map(({ text }) => text).join(''),
  words,
})
const final = (words: readonly Word[]): TranscriptEvent => ({
  type: 'text-final',
  segment: segmentOf(words),
  emittedAt: 0,
})
const given = (event: TranscriptEvent) =>
  event.type === 'text-final' ? event.segment.words.map(({ begin, end }) => [begin, end]) : []
const word = (begin: number, end: number): Word => ({ begin, end, text: ' word' })

describe('the times of words that are late', () => {
  it('move where one word follows the other, and stay where there is a pause', () => {
    const times = new WordTimes(0.1)
    expect(given(times.corrected(final([word(1, 1.5), word(1.5, 2), word(3, 3.5)])))).toEqual([
      [1, 1.4],
      [1.4, 2],
      [3, 3.4],
    ])
    expect(given(times.corrected(final([word(3.5, 4)])))).toEqual([[3.4, 3.9]])
  })

  it('move the other way where they are early, and not beyond the audio that was heard', () => {
    const times = new WordTimes(-0.25)
    times.corrected({ type: 'progress', takenSec: 2.5, recognizedSec: 0, lagSec: 0, computingSec: 0 })
    expect(given(times.corrected(final([word(1, 1.5), word(1.5, 2.5)])))).toEqual([
      [1, 1.75],
      [1.75, 2.5],
    ])
  })

  it('stay as they are without a delay', () => {
    const event = final([word(1, 1.5)])
    expect(new WordTimes(0).corrected(event)).toBe(event)
  })

  it('move in text that may change as they will when it is final', () => {
    const times = new WordTimes(0.1)
    times.corrected(final([word(1, 1.5)]))
    const partial: TranscriptEvent = { type: 'text-partial', segment: segmentOf([word(1.5, 2)]) }
    expect(times.corrected(partial)).toMatchObject({ segment: { begin: 1.4, end: 1.9 } })
    expect(times.corrected({ type: 'text-partial', segment: null })).toEqual({ type: 'text-partial', segment: null })
    expect(given(times.corrected(final([word(1.5, 2)])))).toEqual([[1.4, 1.9]])
  })

  it('stay in order, and words keep a length', () => {
    const lengths = fc.record({
      pause: fc.double({ min: 0, max: 0.5, noNaN: true }),
      long: fc.double({ min: 0.02, max: 1, noNaN: true }),
    })
    const lines = fc.array(fc.array(lengths, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(lines, fc.double({ min: -0.3, max: 0.3, noNaN: true }), (spoken, delay) => {
        const times = new WordTimes(delay)
        let at = 0
        let last = Number.NEGATIVE_INFINITY
        for (const line of spoken) {
          const words = line.map(({ pause, long }) => {
            const begin = at + pause
            at = begin + long
            return word(begin, at)
          })
          const moved = given(times.corrected(final(words)))
          expect(moved).toHaveLength(words.length)
          for (const [begin = 0, end = 0] of moved) {
            expect(begin).toBeGreaterThanOrEqual(last)
            expect(end).toBeGreaterThan(begin)
            last = end
          }
        }
      }),
    )
  })
})

describe('with the embedded model', () => {
  it('words begin and end when they are said, in the median', { timeout: MAX_MS }, async () => {
    await using transcriber = await createTranscriber({ offline: true, fast: true })
    const off: { begin: number; end: number }[] = []
    for (const name of ['two_cities', 'jfk', 'austen_870']) {
      const said = fixture(name).words
      let next = 0
      for (const event of await eventsOf(transcriber.stream(fixturePath(name)))) {
        if (event.type !== 'text-final') continue
        for (const { text, begin, end } of event.segment.words) {
          const plain = text.toLowerCase().replace(/[^\p{L}']/gu, '')
          const at = said.findIndex((one, index) => index >= next && index < next + 3 && one.text === plain)
          if (at < 0) continue
          next = at + 1
          off.push({ begin: begin - said[at]!.begin, end: end - said[at]!.end })
        }
      }
    }
    expect(off.length).toBeGreaterThan(100)
    for (const edge of ['begin', 'end'] as const) {
      const all = off.map((one) => one[edge])
      expect(Math.abs(quantile(all, 0.5)), edge).toBeLessThan(0.06)
      expect(all.filter((sec) => Math.abs(sec) <= 0.1).length / all.length, edge).toBeGreaterThan(0.6)
    }
  })
})
