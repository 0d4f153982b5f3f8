import { describe, expect, it } from 'vitest'
import { shiftedDraft } from '../../../../src/backends/onnx-whisper/decoding/draft.js'
import { endOfSpokenRounds } from '../../../../src/backends/onnx-whisper/decoding/repetition.js'
import { goesOnFrom, splitSegments } from '../../../../src/backends/onnx-whisper/decoding/segments.js'
import { groupWords } from '../../../../src/backends/onnx-whisper/timing/words.js'

const FIRST_TIMESTAMP = 1000
const at = (seconds: number) => FIRST_TIMESTAMP + Math.round(seconds / 0.02)
const isText = (token: number) => token < FIRST_TIMESTAMP

describe('endOfSpokenRounds', () => {
  /** Attention that moves on by so many positions from one token to the next, up to a last one. */
  const moving = (positions: number, last = Number.POSITIVE_INFINITY) => ({
    isText,
    attendedAt: (place: number) => Math.min(place * positions, last),
    audioPositions: 1500,
  })
  const row = [1, 2, ...new Array<number>(20).fill(7)]
  const round = [5, 6, 7, 8, 9, 10]
  const sentences = [1, ...[0, 2, 4].flatMap((second) => [at(second), ...round, at(second + 2)])]

  it('leaves alone what does not repeat itself, or not often', () => {
    for (const attention of [moving(0), moving(15)]) {
      expect(endOfSpokenRounds([1, 2, 3, 4, 1, 2, 3, 5, 1, 2, 3, 6], attention)).toBeNull()
      expect(endOfSpokenRounds([9, 9, 9, 9, 9], attention)).toBeNull()
      expect(endOfSpokenRounds([], attention)).toBeNull()
    }
  })

  it('leaves a speaker alone who repeats himself: attention moves on', () => {
    expect(endOfSpokenRounds(row, moving(10))).toBeNull()
    expect(endOfSpokenRounds(sentences, moving(15))).toBeNull()
  })

  it('finds a loop where attention stays, whose timestamps may go on', () => {
    expect(endOfSpokenRounds(row, moving(0))).toBe(3)
    expect(endOfSpokenRounds(sentences, moving(0))).toBe(1 + 1 + round.length)
  })

  it('keeps the rounds up to where attention stays', () => {
    const stuck = [1, 2, ...new Array<number>(40).fill(7)]
    const kept = endOfSpokenRounds(stuck, moving(10, 82)) ?? 0
    expect(kept).toBeGreaterThanOrEqual(7)
    expect(kept).toBeLessThanOrEqual(9)
  })

  it('finds a loop where attention jumps back', () => {
    const attention = { ...moving(0), attendedAt: (place: number) => (place * 17) % 100 }
    const ends = Array.from({ length: 40 }, (_, i) => endOfSpokenRounds(new Array<number>(i + 1).fill(7), attention))
    expect(ends.some((end) => end !== null)).toBe(true)
  })

  it('takes what nobody can say in the time for a loop where the model does not tell its attention', () => {
    const blind = { isText, attendedAt: null, audioPositions: 50 }
    expect(endOfSpokenRounds(sentences, { ...blind, audioPositions: 100 })).toBeNull()
    expect(endOfSpokenRounds(row, blind)).toBe(3)
    expect(endOfSpokenRounds(row, { ...blind, audioPositions: 250 })).toBeNull()
  })
})

describe('goesOnFrom', () => {
  it.each<readonly [string, readonly number[], number | null]>([
    ['two timestamps at the end', [at(0), 5, 6, at(4.2), at(4.4)], 4.4],
    ['one timestamp, after which nothing is said', [at(0), 5, 6, at(4.2)], null],
    ['two timestamps in the middle', [at(0), 5, at(2), at(2), 6], null],
    ['no text', [], null],
    ['one token', [at(0)], null],
  ])('%s', (_, tokens, sec) => {
    expect(goesOnFrom(tokens, FIRST_TIMESTAMP)).toBe(sec)
  })
})

describe('splitSegments', () => {
  it('cuts at pairs of timestamps and leaves the last segment open', () => {
    expect(splitSegments([at(0), 1, 2, at(1.5), at(1.5), 3, at(4), at(4), 4], FIRST_TIMESTAMP)).toEqual([
      { begin: 0, end: 1.5, from: 1, to: 3 },
      { begin: 1.5, end: 4, from: 5, to: 6 },
      { begin: 4, end: null, from: 8, to: 9 },
    ])
  })

  it('takes text without timestamps for one open segment', () => {
    expect(splitSegments([1, 2], FIRST_TIMESTAMP)).toEqual([{ begin: 0, end: null, from: 0, to: 2 }])
    expect(splitSegments([at(0)], FIRST_TIMESTAMP)).toEqual([])
  })
})

describe('shiftedDraft', () => {
  const tokens = [at(0), 1, 2, at(2), at(2), 3, 4, at(5), at(5), 5]

  it('is the hypothesis itself while the audio only grows', () => {
    expect(shiftedDraft(tokens, 0, FIRST_TIMESTAMP)).toEqual(tokens)
  })

  it('leaves out what was cut off and moves the times', () => {
    expect(shiftedDraft(tokens, 2, FIRST_TIMESTAMP)).toEqual([at(0), 3, 4, at(3), at(3), 5])
    expect(shiftedDraft(tokens, 1.96, FIRST_TIMESTAMP)).toEqual([at(0.04), 3, 4, at(3.04), at(3.04), 5])
  })

  it('is empty when all of it was cut off', () => {
    expect(shiftedDraft(tokens, 20, FIRST_TIMESTAMP)).toEqual([])
  })
})

describe('groupWords', () => {
  const bytes = (...texts: readonly string[]) => texts.map((text) => new TextEncoder().encode(text))
  const texts = (tokens: readonly Uint8Array[], language: string | null) =>
    groupWords(tokens, language).map(({ text }) => text)

  it('joins tokens at spaces and punctuation to its word', () => {
    const tokens = bytes(' My', ' fel', 'low', ' Ameri', 'cans', ',', ' ask', ' (', 'now', ')', '.')
    expect(texts(tokens, 'en')).toEqual([' My', ' fellow', ' Americans,', ' ask', ' (now).'])
  })

  it('never breaks a character whose bytes are spread over tokens', () => {
    const [tokyo] = bytes(' 東京')
    const tokens = [tokyo!.slice(0, 2), tokyo!.slice(2, 5), tokyo!.slice(5)]
    expect(texts(tokens, 'en')).toEqual([' 東京'])
    expect(texts(tokens, 'ja').join('')).toBe(' 東京')
  })

  it('holds a character back whose last bytes are still to come', () => {
    const [word] = bytes(' naïve')
    expect(texts([word!.slice(0, 4)], 'en')).toEqual([])
    expect(texts([...bytes(' so'), word!.slice(0, 4)], 'en')).toEqual([' so'])
  })

  it('knows which token a word begins and ends with', () => {
    expect(groupWords(bytes(' a', 'b', ' c', '!'), 'en')).toEqual([
      { text: ' ab', from: 0, to: 2 },
      { text: ' c!', from: 2, to: 4 },
    ])
  })
})
