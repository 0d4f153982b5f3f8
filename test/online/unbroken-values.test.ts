import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ASRProcessor, Segment } from '../../src/core/types.js'
import { holdingValues } from '../../src/online/unbroken-values.js'

const segmentOf = (texts: readonly string[], from: number): Segment | null => {
  const words = texts.map((text, i) => ({ begin: from + i, end: from + i + 1, text }))
  return words.length === 0 ? null : { begin: from, end: from + texts.length, text: texts.join(''), words }
}

/** Commits these words, an update a list; the last list comes with the end. */
function committing(updates: readonly (readonly string[])[]): ASRProcessor {
  let [at, begin] = [0, 0]
  const next = async () => {
    const texts = updates[at++] ?? []
    begin += texts.length
    return segmentOf(texts, begin - texts.length)
  }
  return { init() {}, insertAudioChunk() {}, processIter: next, finish: next }
}

async function linesOf(updates: readonly (readonly string[])[]): Promise<readonly (Segment | null)[]> {
  const processor = holdingValues(committing(updates), '')
  const lines: (Segment | null)[] = []
  for (const _ of updates.slice(1)) lines.push(await processor.processIter())
  return [...lines, await processor.finish()]
}

const textsOf = async (updates: readonly (readonly string[])[]) =>
  (await linesOf(updates)).map((segment) => segment?.text ?? null)

describe('a value', () => {
  it.each([
    [
      [[' costs', ' $1,234'], ['.56', ' today'], []],
      [' costs', ' $1,234.56 today', null],
    ],
    [
      [[' Mr.'], [' Dashwood'], []],
      [null, ' Mr. Dashwood', null],
    ],
    [
      [[' about', ' 10'], ['%', ' of'], []],
      [' about', ' 10% of', null],
    ],
    [
      [[' it', ' is', ' $'], ['5'], []],
      [' it is', ' $5', null],
    ],
    [
      [[' the', ' year', ' 1984'], []],
      [' the year', ' 1984'],
    ],
    [
      [[' in', ' 1984.'], [' Then'], []],
      [' in 1984.', ' Then', null],
    ],
  ])('is not split over lines: %j', async (updates, lines) => {
    expect(await textsOf(updates)).toEqual(lines)
  })

  it('waits for one update, not for two', async () => {
    expect(await textsOf([[' 10'], [], [' people'], []])).toEqual([null, ' 10', ' people', null])
  })

  it('loses no word and no time, and holds none for more than an update', async () => {
    const text = fc.constantFrom(' one', ' $', ' 12', '.5', '%', ' Mr.', ' J.', ' and', ' end.')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(text, { maxLength: 5 }), { minLength: 1, maxLength: 8 }), async (updates) => {
        const lines = await linesOf(updates)
        const words = lines.flatMap((segment) => segment?.words ?? [])
        expect(words.map((word) => word.text)).toEqual(updates.flat())
        expect(words.map(({ begin }) => begin)).toEqual(words.map((_, i) => i))
        lines.forEach((segment, i) => {
          if (segment) expect(segment.text).toBe(segment.words.map((word) => word.text).join(''))
          const said = lines.slice(0, i + 1).reduce((sum, line) => sum + (line?.words.length ?? 0), 0)
          expect(said).toBeGreaterThanOrEqual(updates.slice(0, i).flat().length)
        })
      }),
    )
  })
})
