import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RoomInPieces } from '../../src/server/http/in-pieces.js'
import { UploadBudget } from '../../src/server/http/uploads.js'
import { Refusal } from '../../src/server/session-pool/refusal.js'
import { UploadRate } from '../../src/server/session-pool/upload-rate.js'
import { PatientClock } from '../helpers/fake-clock.js'

const MB = 1_000_000

describe('what comes in chunks', () => {
  it('is in one piece at the end, whatever was announced, and counted before it is taken', async () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 900_000 }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 0, max: 5 * MB }), async (lengths, announced) => {
        let taken = 0
        const room = new RoomInPieces(announced, (bytes) => {
          taken += bytes
        })
        const chunks = lengths.map((length, at) => new Uint8Array(length).fill(at + 1))
        for (const chunk of chunks) await room.append(chunk)
        const bytes = room.bytes()
        expect(Buffer.compare(bytes, Buffer.concat(chunks))).toBe(0)
        expect(taken).toBe(bytes.buffer.byteLength)
        expect(taken).toBeLessThanOrEqual(Math.max(announced, bytes.length))
      }),
      { numRuns: 30 },
    )
  })

  it('takes no memory for what is announced and does not come', async () => {
    let taken = 0
    const room = new RoomInPieces(200 * MB, (bytes) => {
      taken += bytes
    })
    await room.append(new Uint8Array(1000))
    expect(taken).toBeLessThan(2 * MB)
  })
})

describe('uploads', () => {
  it('are at most four of the largest, and three of one address', () => {
    const uploads = new UploadBudget(MB, 300, async () => {})
    for (let at = 0; at < 3; at++) uploads.take(MB, 'one')
    expect(() => uploads.take(1, 'one')).toThrow(Refusal)
    uploads.take(MB, 'other')
    expect(() => uploads.take(1, 'other')).toThrow(Refusal)
    uploads.give(MB, 'one')
    uploads.take(MB, 'other')
    expect(() => uploads.take(1, 'third')).toThrow(Refusal)
  })

  it('are read at once when nobody speaks, and all together at a bounded rate while somebody does', async () => {
    const clock = new PatientClock()
    let isSpoken = false
    const uploads = new UploadRate(() => isSpoken, clock)
    await uploads.rest(1000 * MB)
    isSpoken = true
    const done: number[] = []
    const reads = [1, 2, 3].map((at) => uploads.rest(2 * MB).then(() => done.push(at)))
    for (let at = 0; at < reads.length; at++) {
      clock.advance(0.049)
      await setImmediate()
      expect(done).toHaveLength(at)
      clock.advance(0.001)
      await reads[at]
    }
    expect(done).toEqual([1, 2, 3])
  })
})
