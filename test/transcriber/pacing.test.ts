import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { stepSec } from '../../src/transcriber/pacing.js'

describe('audio between two looks', () => {
  it('is the smaller of the two chunks with voice activity control, else that of updates', () => {
    const sec = (settings: Record<string, unknown>) => stepSec(parseConfig(settings))
    expect(sec({ minChunkSize: 1, vacChunkSize: 0.04 })).toBe(1)
    expect(sec({ vac: true, minChunkSize: 1, vacChunkSize: 0.04 })).toBe(0.04)
    expect(sec({ vac: true, minChunkSize: 1, vacChunkSize: 5 })).toBe(1)
  })
})
