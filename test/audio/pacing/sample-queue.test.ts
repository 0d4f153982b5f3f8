import { describe, expect, it } from 'vitest'
import { SampleQueue } from '../../../src/audio/pacing/sample-queue.js'
import { InputError } from '../../../src/core/errors.js'

describe('audio of which all is wanted', () => {
  it('is refused when the source does not end, and the source is not read on', async () => {
    let given = 0
    async function* endless() {
      for (;;) {
        given++
        yield new Float32Array(1000)
      }
    }
    const queue = new SampleQueue(endless())
    const all = async () => {
      for (;;) {
        await queue.take(1000)
        queue.refuseMoreThan(5000)
      }
    }
    await expect(all()).rejects.toThrow(InputError)
    expect(given).toBe(6)
  })

  it('is given when it fits to the sample', async () => {
    async function* five() {
      for (let piece = 0; piece < 5; piece++) yield new Float32Array(1000).fill(piece)
    }
    const queue = new SampleQueue(five())
    expect(await queue.take(9999)).toHaveLength(5000)
    expect(() => queue.refuseMoreThan(5000)).not.toThrow()
  })
})
