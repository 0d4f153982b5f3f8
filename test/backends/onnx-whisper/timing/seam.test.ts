import { describe, expect, it } from 'vitest'
import { seamBefore } from '../../../../src/backends/onnx-whisper/timing/seam.js'

/** Words of 0.4 s, 0.1 s apart, that end where a window of 10 s does. */
const words = Array.from({ length: 10 }, (_, i) => ({ begin: 5.1 + i * 0.49, end: 5.49 + i * 0.49, text: ' word' }))

describe('the seam of two windows', () => {
  it('is none where the text ends before the cut', () => {
    expect(seamBefore(words, 10.5)).toBeNull()
    expect(seamBefore([], 10)).toBeNull()
  })

  it('is none where there is one word, which would be transcribed again for ever', () => {
    expect(seamBefore([{ begin: 0, end: 10, text: ' word' }], 10)).toBeNull()
  })

  it('lies before the last word where all pauses are the same', () => {
    const seam = seamBefore(words, 10)
    expect(seam?.words).toBe(9)
    expect(seam?.fromSec).toBeGreaterThan(words[8]!.end)
    expect(seam?.fromSec).toBeLessThan(words[9]!.begin)
  })

  it('lies in the longest pause of the last seconds', () => {
    const paused = words.with(6, { ...words[6]!, begin: words[6]!.begin + 0.2 })
    expect(seamBefore(paused, 10)?.words).toBe(6)
  })

  it('lies at the end of a sentence, if there is one', () => {
    const ended = words
      .with(4, { ...words[4]!, text: ' word.' })
      .with(8, { ...words[8]!, begin: words[8]!.begin + 0.2 })
    expect(seamBefore(ended, 10)?.words).toBe(5)
  })

  it('lies in the last five seconds', () => {
    const early = [{ begin: 0, end: 1, text: ' Before.' }, { begin: 3, end: 5.1, text: ' then' }, ...words]
    expect(seamBefore(early, 10)?.words).toBeGreaterThan(1)
  })
})
