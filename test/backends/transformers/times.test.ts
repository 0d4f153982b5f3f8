import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CoarseTimes } from '../../../src/backends/transformers/coarse-times.js'
import { bestPath, type CtcVocabulary, ctcWords } from '../../../src/backends/transformers/ctc-words.js'
import { canHaveWords, MAX_PIECE_SEC, piecesOf } from '../../../src/backends/transformers/pieces.js'
import { insideAudio, splitUnspaced, wordsOfText } from '../../../src/backends/transformers/texts.js'
import { tones } from './tiny-models.js'

const RATE = 16_000

describe('coarse times', () => {
  const words = fc.array(fc.constantFrom('a', 'the', 'longer', 'words', 'of', 'speech'), { maxLength: 12 })
  const place = (coarse: CoarseTimes, text: readonly string[], audio: Float32Array, position?: number) =>
    coarse.place([{ begin: 0, end: audio.length / RATE, text: text.join(' ') }], audio, position)

  it('lie in the audio and in order, whatever was said before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ words, seconds: fc.double({ min: 0.1, max: 4, noNaN: true }), from: fc.nat(3 * RATE) }), {
          minLength: 1,
          maxLength: 4,
        }),
        (updates) => {
          const coarse = new CoarseTimes()
          for (const update of updates) {
            const audio = tones([
              [0, update.seconds / 2],
              [500, update.seconds / 2],
            ])
            const placed = place(coarse, update.words, audio, update.from)
            expect(placed.map(({ text }) => text.trim())).toEqual(update.words)
            for (const [index, { begin, end }] of placed.entries()) {
              expect(begin).toBeGreaterThanOrEqual(placed[index - 1]?.begin ?? 0)
              expect(end).toBeGreaterThanOrEqual(begin)
              expect(end).toBeLessThanOrEqual(audio.length / RATE)
            }
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('leave out no word that is said again at the very end', () => {
    const coarse = new CoarseTimes()
    const audio = tones([
      [0, 0.05],
      [500, 0.05],
    ])
    place(coarse, ['a'], audio, 0)
    expect(place(coarse, ['a', 'a'], audio, 0)).toHaveLength(2)
  })

  it('stay when words and audio are appended', () => {
    fc.assert(
      fc.property(words, words, (first, more) => {
        const coarse = new CoarseTimes()
        const before = place(coarse, first, tones([[500, 2]]), 0)
        const after = place(coarse, [...first, ...more], tones([[500, 4]]), 0)
        expect(after.slice(0, first.length)).toEqual(before)
      }),
      { numRuns: 40 },
    )
  })

  it('stay in the stream when the start of the audio is cut off', () => {
    const coarse = new CoarseTimes()
    const before = place(coarse, ['one', 'two', 'three'], tones([[500, 3]]), 0)
    const cut = Math.round(before[0]!.end * RATE)
    const after = place(coarse, ['Two,', 'three', 'four'], tones([[500, 4 - cut / RATE]]), cut)
    expect(after.map(({ text }) => text)).toEqual([' Two,', ' three', ' four'])
    for (const index of [0, 1]) expect(after[index]!.begin + cut / RATE).toBeCloseTo(before[index + 1]!.begin, 3)
    expect(after[2]!.begin + cut / RATE).toBeGreaterThanOrEqual(before[2]!.end - 1e-6)
  })

  it('forget a stream that begins again', () => {
    const coarse = new CoarseTimes()
    place(coarse, ['one'], tones([[500, 1]]), 5 * RATE)
    const [word] = place(
      coarse,
      ['one'],
      tones([
        [0, 2],
        [500, 1],
      ]),
      0,
    )
    expect(word).toMatchObject({ begin: expect.closeTo(2, 1), end: expect.closeTo(3, 1) })
  })

  it('leave pauses between words out', () => {
    const audio = tones([
      [500, 1],
      [0, 1],
      [500, 1],
    ])
    const placed = place(new CoarseTimes(), ['four', 'five'], audio)
    expect(placed.map(({ begin, end }) => [begin, end].map((time) => Math.round(time)))).toEqual([
      [0, 1],
      [2, 3],
    ])
  })
})

describe('words of CTC frames', () => {
  const TOKENS = ['<pad>', '|', 'A', 'B', '▁A', '▁B']
  const vocabulary: CtcVocabulary = {
    token: (id) => TOKENS[id]!,
    isSpecial: (id) => id === 0,
    isDelimiter: (id) => id === 1,
    decode: (ids) =>
      ids
        .filter((id, index) => id !== 0 && id !== ids[index - 1])
        .map((id) => TOKENS[id]!.replace('▁', ' '))
        .join(''),
  }
  const wordsOf = (tokens: readonly number[]) =>
    ctcWords({ tokens, probabilities: tokens.map(() => 1), frameSec: 0.02 }, vocabulary).map(({ begin, end, text }) => [
      Math.round(begin * 50),
      Math.round(end * 50),
      text,
    ])

  it('end at delimiters, and begin at letters', () => {
    expect(wordsOf([0, 2, 2, 0, 2, 0, 1, 1, 3, 0, 1])).toEqual([
      [1, 5, ' AA'],
      [8, 9, ' B'],
    ])
  })

  it('begin where the vocabulary says so', () => {
    expect(wordsOf([4, 4, 2, 0, 5, 0, 5])).toEqual([
      [0, 3, ' AA'],
      [4, 5, ' B'],
      [6, 7, ' B'],
    ])
  })

  it('are none without letters', () => {
    expect(wordsOf([])).toEqual([])
    expect(wordsOf([0, 1, 0, 1])).toEqual([])
  })

  it('take the likeliest token', () => {
    const { tokens, probabilities } = bestPath(Float32Array.of(0, 0, 5, 3, 0, 0), 2, 0.02)
    expect(tokens).toEqual([2, 0])
    expect(probabilities[0]).toBeCloseTo(Math.exp(5) / (Math.exp(5) + 2), 5)
  })
})

describe('texts', () => {
  it('are words with their spaces', () => {
    expect(wordsOfText(' Hello,  dear world. ')).toEqual([' Hello,', ' dear', ' world.'])
    expect(wordsOfText('')).toEqual([])
  })

  it('are cut into words where there are no spaces', () => {
    const text = '今日は天気がいいです。'
    const words = wordsOfText(text)
    expect(words.length).toBeGreaterThan(2)
    expect(words.join('')).toBe(text)
    expect(words.at(-1)).toMatch(/。$/)
    const parts = splitUnspaced({ begin: 1, end: 3, text })
    expect(parts.map((part) => part.text)).toEqual(words)
    expect([parts[0]!.begin, parts.at(-1)!.end]).toEqual([1, 3])
  })

  it('lie inside the audio', () => {
    const words = [
      { begin: 0.5, end: 0.4, text: ' a' },
      { begin: 0.2, end: 5, text: ' b' },
      { begin: 0.8, end: Number.NaN, text: ' c' },
      { begin: 0.9, end: 1, text: ' ' },
      { begin: 1.5, end: 2, text: ' behind' },
    ]
    expect(insideAudio(words, 1)).toEqual([
      { begin: 0.5, end: 0.5, text: ' a' },
      { begin: 0.5, end: 1, text: ' b' },
      { begin: 0.8, end: 0.8, text: ' c' },
    ])
  })
})

describe('pieces', () => {
  it('cover the audio, and none is longer than models hear', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 130, noNaN: true }), (seconds) => {
        const audio = new Float32Array(Math.round(seconds * RATE)).fill(0.1)
        const pieces = piecesOf(audio)
        expect(pieces[0]?.from).toBe(0)
        expect(pieces.at(-1)?.to).toBe(audio.length)
        for (const [index, { from, to }] of pieces.entries()) {
          if (index > 0) expect(from).toBe(pieces[index - 1]?.to)
          expect(to - from).toBeLessThanOrEqual(MAX_PIECE_SEC * RATE)
          expect(Number.isInteger(to)).toBe(true)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('end in a pause', () => {
    const [first] = piecesOf(
      tones([
        [500, 25],
        [0, 0.5],
        [500, 20],
      ]),
    )
    expect(first!.to / RATE).toBeGreaterThan(25)
    expect(first!.to / RATE).toBeLessThan(25.5)
  })

  it('can have words when there is sound', () => {
    expect(canHaveWords(new Float32Array(0))).toBe(false)
    expect(canHaveWords(new Float32Array(100).fill(0.5))).toBe(false)
    expect(canHaveWords(new Float32Array(RATE))).toBe(false)
    expect(canHaveWords(new Float32Array(RATE).fill(Number.NaN))).toBe(false)
    expect(canHaveWords(new Float32Array(RATE).fill(0.1))).toBe(true)
  })
})
