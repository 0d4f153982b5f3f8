import { describe, expect, it } from 'vitest'
import { orClose } from '../../src/core/closing.js'

/** Something that counts how often it is closed. */
function closable(fails = false) {
  const opened = {
    closings: 0,
    async close() {
      opened.closings++
      if (fails) throw new Error('cannot be closed')
    },
  }
  return opened
}

describe('a step after something was opened', () => {
  it('leaves it open when it succeeds', async () => {
    const opened = closable()
    expect(await orClose(opened, Promise.resolve(7))).toBe(7)
    expect(opened.closings).toBe(0)
  })

  it.each([false, true])('closes it and tells of itself when it fails; closing fails too: %s', async (fails) => {
    const opened = closable(fails)
    await expect(orClose(opened, Promise.reject(new Error('the step')))).rejects.toThrow('the step')
    expect(opened.closings).toBe(1)
    await expect(orClose({}, Promise.reject(new Error('the step')))).rejects.toThrow('the step')
  })
})
