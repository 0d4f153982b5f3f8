import { describe, expect, it } from 'vitest'
import { firstUnheard } from '../../../src/backends/onnx-whisper/unheard.js'

/** 10 s in which somebody speaks all the time. */
const loud = new Uint8Array(1000).fill(1)

describe('speech that the model skipped', () => {
  it('is none where every word has the time it needs', () => {
    const words = Array.from({ length: 10 }, (_, i) => ({ begin: i, end: i + 1, text: ' something' }))
    expect(firstUnheard(words, loud, 10)).toBeNull()
  })

  it('is found behind a word', () => {
    const words = [
      { begin: 0, end: 0.8, text: ' one' },
      { begin: 6, end: 6.5, text: ' two' },
    ]
    expect(firstUnheard(words, loud, 7)).toEqual({ words: 1, fromSec: 0.8 })
  })

  it('is found behind the last word', () => {
    expect(firstUnheard([{ begin: 0, end: 0.8, text: ' one' }], loud, 10)).toEqual({ words: 1, fromSec: 0.8 })
  })

  it('is heard again with a word that is stretched over it', () => {
    const words = [
      { begin: 0, end: 0.8, text: ' one' },
      { begin: 1, end: 9, text: ' two' },
    ]
    expect(firstUnheard(words, loud, 10)).toEqual({ words: 1, fromSec: 0.8 })
  })

  it('is not lost with the first word stretched over it', () => {
    const place = firstUnheard([{ begin: 0.2, end: 9.9, text: ' When' }], loud, 10)
    expect(place?.words).toBe(1)
    expect(place?.fromSec).toBeGreaterThan(0.2)
    expect(place?.fromSec).toBeLessThan(2)
  })
})
