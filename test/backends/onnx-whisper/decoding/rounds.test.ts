import { describe, expect, it } from 'vitest'
import { endOfSpokenRounds, maxTokensIn, saysAgain } from '../../../../src/backends/onnx-whisper/decoding/repetition.js'

const TIMESTAMP = 1000
const isText = (token: number) => token < TIMESTAMP
const rounds = (round: readonly number[], count: number) => Array.from({ length: count }, () => round).flat()
/** Attention that moves on by ten positions of 20 ms with each token, and stands in the middle of what it saw last from a place on. */
const moving =
  (from = Number.POSITIVE_INFINITY, round = 1) =>
  (place: number) =>
    10 * (place < from ? place : from - (round + 1) / 2)

describe('a text that repeats itself', () => {
  const audioPositions = 500
  const [A, B, C] = [1, 2, 3] as const

  it('is no loop while attention moves on with it, as with somebody who repeats himself', () => {
    for (const round of [[A], [A, B], [A, B, C]]) {
      const text = [7, 8, ...rounds(round, 8)]
      expect(endOfSpokenRounds(text, { isText, audioPositions, attendedAt: moving() }), round.join()).toBeNull()
    }
  })

  it('is cut after the last round that was spoken where attention stands still', () => {
    for (const [round, said] of [
      [[A, B], 3],
      [[A, B, C], 2],
      [[A, B, C, 4], 1],
    ] as const) {
      const text = [7, 8, ...rounds(round, 12)]
      const end = 2 + said * round.length
      expect(endOfSpokenRounds(text, { isText, audioPositions, attendedAt: moving(end, round.length) })).toBe(end)
    }
  })

  it('keeps one round where none was heard behind it', () => {
    const text = [7, ...rounds([A, B], 10)]
    expect(endOfSpokenRounds(text, { isText, audioPositions, attendedAt: () => 40 })).toBe(3)
  })

  it('is a loop whatever timestamps stand between', () => {
    const text = rounds([A, B, TIMESTAMP + 5], 12)
    expect(endOfSpokenRounds(text, { isText, audioPositions, attendedAt: () => 40 })).toBe(2)
  })

  it('is no loop where its end is something else, or comes only twice', () => {
    const attendedAt = () => 40
    expect(endOfSpokenRounds([...rounds([A, B], 10), 9], { isText, audioPositions, attendedAt })).toBeNull()
    expect(endOfSpokenRounds([7, 8, 9, A, B, A, B], { isText, audioPositions, attendedAt })).toBeNull()
    expect(endOfSpokenRounds([], { isText, audioPositions, attendedAt })).toBeNull()
  })

  it('is a loop without attention where nobody could say so much in the time', () => {
    const text = (count: number) => [7, ...rounds([A, B], count)]
    const most = maxTokensIn(50)
    expect(
      endOfSpokenRounds(text(Math.floor(most / 2) - 1), { isText, audioPositions: 50, attendedAt: null }),
    ).toBeNull()
    expect(endOfSpokenRounds(text(most), { isText, audioPositions: 50, attendedAt: null })).toBe(3)
  })
})

describe('saying again', () => {
  const [A, B, C, D] = [1, 2, 3, 4] as const

  it('is found wherever it is in a text, timestamps between', () => {
    const again = [7, 8, ...rounds([A, B, TIMESTAMP, C, D], 3)]
    expect(saysAgain(again, isText)).toBe(true)
    expect(saysAgain([...again, 9, 9, 8], isText)).toBe(true)
  })

  it('is not what comes twice, or is short, or differs in a word', () => {
    expect(saysAgain(rounds([A, B, C, D], 2), isText)).toBe(false)
    expect(saysAgain(rounds([A], 5), isText)).toBe(false)
    expect(saysAgain([A, B, C, D, A, B, C, D, A, B, C, 5], isText)).toBe(false)
    expect(saysAgain([], isText)).toBe(false)
  })
})
