import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beginPositions, warp } from '../../../../src/backends/onnx-whisper/attention/alignment.js'
import { monotonic } from '../../../../src/backends/onnx-whisper/timing/timing.js'

describe('warp', () => {
  it('finds a way that was built in', () => {
    const steps = fc.array(fc.constantFrom('down', 'right', 'both'), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(steps, (moves) => {
        const way: (readonly [number, number])[] = [[0, 0]]
        for (const move of moves) {
          const [row, column] = way.at(-1)!
          way.push([row + (move === 'right' ? 0 : 1), column + (move === 'down' ? 0 : 1)])
        }
        const [rows, columns] = [way.at(-1)![0] + 1, way.at(-1)![1] + 1]
        const matrix = new Float32Array(rows * columns).fill(-100)
        for (const [row, column] of way) matrix[row * columns + column] = 1
        const sum = (cells: readonly (readonly [number, number])[]) =>
          cells.reduce((total, [row, column]) => total + matrix[row * columns + column]!, 0)
        expect(sum(warp(matrix, rows, columns))).toBeGreaterThanOrEqual(sum(way))
      }),
    )
  })
})

describe('beginPositions', () => {
  /** Two heads that look at one place a token, in a window of `positions`. */
  const looking = (places: readonly number[], positions: number) =>
    places.map((place) => {
      const row = new Float32Array(2 * positions).fill(0.001)
      for (const head of [0, 1]) for (let i = -4; i <= 4; i++) row[head * positions + place + i] = 0.1
      return row
    })

  it('gives where each token begins to be attended', () => {
    const begins = beginPositions(looking([10, 40, 70, 100], 150), 150, 120)
    for (const [token, centre] of [10, 40, 70, 100].entries()) {
      if (token === 0) continue
      expect(begins[token]).toBeGreaterThan(centre - 16)
      expect(begins[token]).toBeLessThanOrEqual(centre)
    }
  })

  it('stays inside the audio that was heard', () => {
    const begins = beginPositions(looking([10, 40, 140], 150), 150, 50)
    expect(Math.max(...begins)).toBeLessThan(50)
  })

  it('has nothing to say of no tokens', () => {
    expect(beginPositions([], 150, 50)).toEqual([])
  })
})

describe('monotonic', () => {
  it('gives times that rise, inside the audio, whatever went in', () => {
    const times = fc.record({
      begin: fc.float({ min: 0, max: 40, noNaN: true }),
      end: fc.float({ min: 0, max: 40, noNaN: true }),
    })
    fc.assert(
      fc.property(
        fc.array(times, { minLength: 1, maxLength: 50 }),
        fc.integer({ min: 1, max: 30 }),
        (raw, durationSec) => {
          const words = monotonic(
            raw.map((time) => ({ ...time, text: ' x', segment: 0 })),
            durationSec,
          )
          expect(words[0]!.begin).toBeGreaterThanOrEqual(0)
          let earliest = 0
          for (const { begin, end } of words) {
            expect(begin).toBeGreaterThanOrEqual(earliest - 1e-9)
            expect(end).toBeGreaterThan(begin)
            earliest = end
          }
          expect(earliest).toBeLessThanOrEqual(durationSec + 1e-9)
        },
      ),
    )
  })
})
