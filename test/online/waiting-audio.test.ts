import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WaitingAudio } from '../../src/online/waiting-audio.js'

describe('audio that waits', () => {
  it('comes out in its order, however it was cut and is taken', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(9), { maxLength: 20 }),
        fc.array(fc.integer({ min: -2, max: 15 })),
        (parts, takes) => {
          const waiting = new WaitingAudio()
          let next = 0
          for (const length of parts) waiting.append(Float32Array.from({ length }, () => next++))
          const taken = [...takes, Number.POSITIVE_INFINITY].flatMap((count) => {
            const before = waiting.length
            const audio = waiting.take(count)
            expect(audio.length).toBe(Math.max(0, Math.min(count, before)))
            return [...audio]
          })
          expect(taken).toEqual(Array.from({ length: next }, (_, at) => at))
          expect(waiting.length).toBe(0)
        },
      ),
    )
  })

  it('is its own: neither who gave it nor who takes it changes it', () => {
    const waiting = new WaitingAudio()
    const given = Float32Array.of(1, 2, 3)
    waiting.append(given)
    given.fill(9)
    waiting.prepend(Float32Array.of(0))
    waiting.take(2).fill(9)
    expect([...waiting.take(5)]).toEqual([2, 3])
  })
})
