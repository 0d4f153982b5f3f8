import { describe, expect, it } from 'vitest'
import { roomNoise } from '../../../../bench/attacks/sounds.js'
import { loudFrames } from '../../../../src/backends/onnx-whisper/timing/energy.js'
import {
  beginsLate,
  findSkippedSpeech,
  mayLackWords,
  speechBehind,
  withBeginningTogether,
  withEndInside,
  withLateBegin,
  withoutLead,
} from '../../../../src/backends/onnx-whisper/timing/skipped-speech.js'
import { joined } from '../../../helpers/recordings.js'

/** 10 s in which somebody speaks all the time. */
const loud = new Uint8Array(1000).fill(1)

describe('speech that the model skipped', () => {
  it('is none where every word has the time it needs', () => {
    const words = Array.from({ length: 10 }, (_, i) => ({ begin: i, end: i + 1, text: ' something' }))
    expect(findSkippedSpeech(words, loud, 10)).toBeNull()
  })

  it('is found after a word', () => {
    const words = [
      { begin: 0, end: 0.8, text: ' one' },
      { begin: 6, end: 6.5, text: ' two' },
    ]
    expect(findSkippedSpeech(words, loud, 7)).toEqual({ words: 1, fromSec: 0.8 })
  })

  it('is found after the last word', () => {
    expect(findSkippedSpeech([{ begin: 0, end: 0.8, text: ' one' }], loud, 10)).toEqual({ words: 1, fromSec: 0.8 })
  })

  it('is the last words, where the audio is heard for the first time: nothing comes after it', () => {
    const words = [{ begin: 0, end: 0.8, text: ' one' }]
    expect(findSkippedSpeech(words, loud, 2.5, true)).toEqual({ words: 1, fromSec: 0.8 })
    expect(findSkippedSpeech(words, loud, 2.5)).toBeNull()
    expect(findSkippedSpeech(words, loud, 1.5, true)).toBeNull()
  })

  it('is what is before a long silence, where the audio is heard for the first time', () => {
    const pause = new Uint8Array(1000).fill(1).fill(0, 250, 600)
    pause[500] = 1
    const words = [
      { begin: 0, end: 0.8, text: ' one' },
      { begin: 6, end: 6.5, text: ' two' },
    ]
    expect(findSkippedSpeech(words, pause, 6.5, true)).toEqual({ words: 1, fromSec: 0.8 })
    expect(findSkippedSpeech(words, pause, 6.5)).toBeNull()
    expect(findSkippedSpeech(words, pause.fill(0, 150, 600), 6.5, true)).toBeNull()
  })

  it('is heard again with a word that is stretched over it', () => {
    const words = [
      { begin: 0, end: 0.8, text: ' one' },
      { begin: 1, end: 9, text: ' two' },
    ]
    expect(findSkippedSpeech(words, loud, 10)).toEqual({ words: 1, fromSec: 0.8 })
  })

  it('is a short sentence behind the last word of another', () => {
    const words = [
      { begin: 0, end: 0.8, text: ' before' },
      { begin: 0.8, end: 2.4, text: ' us.' },
      { begin: 2.4, end: 3, text: ' We' },
    ]
    expect(findSkippedSpeech(words, loud, 3)).toEqual({ words: 1, fromSec: 0.8 })
    expect(findSkippedSpeech(words.with(1, { begin: 0.8, end: 2.4, text: ' us' }), loud, 3)).toBeNull()
    expect(findSkippedSpeech(words.slice(0, 2), loud, 2.4)).toBeNull()
  })

  it('is not lost with the first word stretched over it', () => {
    const place = findSkippedSpeech([{ begin: 0.2, end: 9.9, text: ' When' }], loud, 10)
    expect(place?.words).toBe(1)
    expect(place?.fromSec).toBeGreaterThan(0.2)
    expect(place?.fromSec).toBeLessThan(2)
  })
})

describe('sound before the first word', () => {
  const words = [
    { begin: 0, end: 8.6, text: ' And' },
    { begin: 8.6, end: 9, text: ' so' },
  ]

  it('is not taken for the word where the model attends to its end', () => {
    const [first, second] = withLateBegin(words, loud, 8.2)
    expect(first?.end).toBe(8.6)
    expect(first?.begin).toBeGreaterThan(7)
    expect(second).toBe(words[1])
    expect(beginsLate(withLateBegin(words, loud, 8.2), loud)).toBe(true)
  })

  it('stays with it where the model attends to its start, where it is short, or silent', () => {
    expect(withLateBegin(words, loud, 0.3)).toBe(words)
    expect(withLateBegin(words, new Uint8Array(1000), 8.2)).toBe(words)
    expect(withLateBegin([{ begin: 0, end: 0.8, text: ' And' }], loud, 0.7)).toEqual([
      { begin: 0, end: 0.8, text: ' And' },
    ])
    expect(withLateBegin([], loud, 0)).toEqual([])
    expect(beginsLate(words, loud)).toBe(false)
    expect(beginsLate([], loud)).toBe(false)
  })
})

describe('the last words of a segment', () => {
  const words = [
    { begin: 22, end: 22.5, text: ' marks' },
    { begin: 22.5, end: 22.7, text: ' of' },
    { begin: 23.4, end: 24.26, text: ' violence,' },
    { begin: 27.23, end: 29.63, text: ' appearance' },
    { begin: 29.98, end: 30, text: ' of' },
  ]

  it('are inside of it, where alignment stretches them into what comes after', () => {
    const inside = withEndInside(words, 24.88)
    expect(inside.slice(0, 2)).toEqual(words.slice(0, 2))
    expect(inside.at(-1)!.end).toBe(24.88)
    for (const [at, word] of inside.entries()) {
      expect(word.text).toBe(words[at]!.text)
      expect(word.end).toBeGreaterThanOrEqual(word.begin)
      if (at > 0) expect(word.begin).toBeGreaterThanOrEqual(inside[at - 1]!.end)
    }
    expect(inside[3]!.begin).toBeGreaterThan(23)
  })

  it('stay where they end near its end, and where it is open', () => {
    expect(withEndInside(words, 29.6)).toBe(words)
    expect(withEndInside(words, null)).toBe(words)
    expect(withEndInside([], 3)).toEqual([])
  })
})

describe('a first word that is laid before other sound', () => {
  const words = [
    { begin: 0, end: 0.9, text: ' And' },
    { begin: 8, end: 8.4, text: ' so' },
    { begin: 8.4, end: 8.8, text: ' my' },
  ]

  it('is said right before the rest of its sentence', () => {
    const [first, ...rest] = withBeginningTogether(words, loud)
    expect(first).toMatchObject({ end: 8, text: ' And' })
    expect(first?.begin).toBeGreaterThan(7)
    expect(rest).toEqual(words.slice(1))
    expect(findSkippedSpeech(withBeginningTogether(words, loud), loud, 9)).toBeNull()
  })

  it('may be two words', () => {
    const two = [words[0]!, { begin: 0.9, end: 1.2, text: ' then' }, ...words.slice(1)]
    const [first, second] = withBeginningTogether(two, loud)
    expect(second?.end).toBe(8)
    expect(first?.end).toBe(second?.begin)
  })

  it('stays where it is in silence, as the end of a sentence, and before another sentence', () => {
    expect(withBeginningTogether(words, new Uint8Array(1000))).toBe(words)
    const other = [{ ...words[0]!, text: ' Yes.' }, ...words.slice(1)]
    expect(withBeginningTogether(other, loud)).toBe(other)
    const capital = words.with(1, { ...words[1]!, text: ' So' })
    expect(withBeginningTogether(capital, loud)).toBe(capital)
  })

  it('stays where it is as the rest of the sentence before', () => {
    const rest = words.with(0, { ...words[0]!, text: ' country' })
    expect(withBeginningTogether(rest, loud)).toBe(rest)
  })
})

describe('speech behind a word', () => {
  it('is what sounds after its end', () => {
    expect(speechBehind({ begin: 0, end: 2, text: ' sentence.' }, loud, silence(4))).toBeCloseTo(2, 5)
    expect(speechBehind({ begin: 0, end: 2, text: ' sentence.' }, new Uint8Array(1000), silence(4))).toBe(0)
  })

  it('is not the rest of a word that ends too early', () => {
    expect(speechBehind({ begin: 0, end: 0.5, text: ' sentence.' }, loud, silence(1.5))).toBe(0)
  })

  it('may be fainter than the room that was heard until then', () => {
    const room = joined([roomNoise(15, -30, 0, 1), roomNoise(4, -60, 0, 2)])
    const word = { begin: 14, end: 15, text: ' and' }
    expect(speechBehind(word, loudFrames(room), room)).toBe(0)
    const faint = room.map((sample, at) => (at >= 15.5 * 16_000 && at < 18.5 * 16_000 ? sample * 20 : sample))
    expect(loudFrames(faint).every((frame) => frame === 0)).toBe(true)
    expect(speechBehind(word, loudFrames(faint), faint)).toBeCloseTo(3, 1)
  })
})

function silence(seconds: number): Float32Array {
  return new Float32Array(seconds * 16_000)
}

describe('words that may be missing', () => {
  const season = { begin: 1, end: 1.4, text: ' season' }

  it('are none where each word has what it takes and the next one follows soon', () => {
    expect(mayLackWords([season, { begin: 2.2, end: 2.8, text: ' of' }], loud, 0.2)).toBe(false)
  })

  it('are some beside a word that lasts far longer than it takes', () => {
    expect(mayLackWords([season, { begin: 1.4, end: 2.5, text: ' it' }], loud, 1)).toBe(true)
    expect(mayLackWords([season, { begin: 1.4, end: 2.5, text: ' considerable' }], loud, 1)).toBe(false)
  })

  it('are some where sound goes by in front of a word', () => {
    expect(mayLackWords([season], loud, 0)).toBe(true)
    expect(mayLackWords([season, { begin: 2.4, end: 2.6, text: ' it' }], loud, 1)).toBe(true)
  })

  it('are none where it is silent', () => {
    expect(mayLackWords([season, { begin: 1.4, end: 9, text: ' it' }], new Uint8Array(1000), 0)).toBe(false)
  })
})

describe('a word behind what is no speech', () => {
  const words = [
    { begin: 0, end: 12.6, text: ' And' },
    { begin: 12.6, end: 13, text: ' so' },
    { begin: 13, end: 14.4, text: ' my' },
  ]

  it('is at the end of it where the model looks there', () => {
    const [first, ...others] = withoutLead(words, () => 12.4)
    expect(first?.begin).toBeGreaterThan(12)
    expect(first?.begin).toBeLessThan(12.4)
    expect(others).toEqual(words.slice(1))
  })

  it('stays where the model looks to its begin, and where it is only slow', () => {
    expect(withoutLead(words, () => 0.5)).toEqual(words)
    expect(withoutLead(words.slice(1), () => 14.3)).toEqual(words.slice(1))
  })
})
