import { describe, expect, it } from 'vitest'
import { SampleQueue } from '../../../src/audio/pacing/sample-queue.js'
import { InputError } from '../../../src/core/errors.js'

describe('all audio of a source at once', () => {
  it('is refused when the source does not end, and the source is not read on', async () => {
    let given = 0
    async function* endless() {
      for (;;) {
        given++
        yield new Float32Array(1000)
      }
    }
    await expect(new SampleQueue(endless()).takeAll(5000)).rejects.toThrow(InputError)
    expect(given).toBe(6)
  })

  it('is given when it fits to the sample', async () => {
    async function* five() {
      for (let piece = 0; piece < 5; piece++) yield new Float32Array(1000).fill(piece)
    }
    expect(await new SampleQueue(five()).takeAll(5000)).toHaveLength(5000)
  })
})
