import { describe, expect, it } from 'vitest'
import { roomNoise } from '../../../bench/attacks/sounds.js'
import type { PrefixResult } from '../../../src/core/types.js'
import { isNothing } from '../../../src/online/alignatt/wordless-speech.js'

const nothing: PrefixResult = { words: [], ended: 'text', skippedSpeechSec: 0 }

describe('audio in which a model heard nothing', () => {
  it('is forgotten of a quiet room, and not of noise: behind a cut in it the first words were said twice', () => {
    expect(isNothing(nothing, roomNoise(4, -58, 0.9, 1))).toBe(true)
    expect(isNothing(nothing, new Float32Array(64_000))).toBe(true)
    expect(isNothing(nothing, roomNoise(4, -28, 0.9, 1))).toBe(false)
  })

  it('is kept where there may be speech, or words', () => {
    const quiet = new Float32Array(64_000)
    expect(isNothing({ ...nothing, skippedSpeechSec: 1 }, quiet)).toBe(false)
    expect(isNothing({ ...nothing, ended: 'stuck' }, quiet)).toBe(false)
    const word = { begin: 0, end: 1, text: ' a', tokens: [1] }
    expect(isNothing({ ...nothing, words: [word] }, quiet)).toBe(false)
  })
})
