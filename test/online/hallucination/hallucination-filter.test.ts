import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SAMPLE_RATE as RATE } from '../../../src/core/sample-rate.js'
import type { Word } from '../../../src/core/types.js'
import { guardWords } from '../../../src/online/hallucination/hallucination-filter.js'

/** Words one after the other, each as long as told. */
function words(text: string, wordSec = 0.3, probability = 0.9): readonly Word[] {
  return text
    .split(' ')
    .map((word, i) => ({ begin: i * wordSec, end: (i + 1) * wordSec, text: ` ${word}`, probability }))
}

/** Sound all the time, of so many seconds: loud and quiet by turns, as speech is. */
function sound(seconds: number): Float32Array {
  return Float32Array.from({ length: Math.round(seconds * RATE) }, (_, i) => {
    const level = Math.floor(i / 1600) % 4 === 3 ? 0.0002 : 0.2
    return level * Math.sin(i / 5)
  })
}

/** The same background all the time. */
function background(seconds: number): Float32Array {
  return Float32Array.from({ length: Math.round(seconds * RATE) }, (_, i) => 0.01 * Math.sin(i / 5))
}

const LONG_SOUND = sound(100)

const guard = (heard: readonly Word[], seconds = 60, prompt = '', goesOn = false) =>
  guardWords(heard, { audio: LONG_SOUND.subarray(0, seconds * RATE), prompt, goesOn })

const textOf = (guarded: { readonly words: readonly Word[] }) =>
  guarded.words
    .map(({ text }) => text)
    .join('')
    .trim()

describe('guardWords', () => {
  it.each([
    ['It was the best of times, it was the worst of times, it was the age of wisdom'],
    ['no no no no'],
    ['ha ha ha, very funny, ha ha'],
    ['one two three four five six seven'],
    ['very very very very big'],
    ['no no no no no no no no no, I said'],
    ['Yes we can. Yes we can. Yes we can. Yes we can.'],
    ['one two three one two three one two three four'],
  ])('leaves alone what people say: %s', (text) => {
    expect(guard(words(text), 60, 'It was the best of')).toEqual({ words: words(text), leftOut: [], suspicion: null })
  })

  describe('words behind the last sound', () => {
    const said = words('the sixth door is red', 0.3, 0.9)
    const behind = (probability: number) =>
      [' the', ' fifth'].map((text, i) => ({ begin: 1.6 + 0.4 * i, end: 2 + 0.4 * i, text, probability }))
    const spoken = (level: number) =>
      Float32Array.from({ length: 3 * RATE }, (_, i) => (i < 1.5 * RATE ? 0.2 : level) * Math.sin(i / 5))

    it.each([
      ['are left out where the model doubts them', 0, 0.5, 5],
      ['are left out in a quiet room', 0.001, 0.5, 5],
      ['stay where the model is sure of them: their times are wrong', 0, 0.9, 7],
      ['stay where the rest is loud enough for a voice', 0.02, 0.5, 7],
      ['stay where they sound', 0.2, 0.5, 7],
    ])('%s', (_, level, probability, count) => {
      const guarded = guardWords([...said, ...behind(probability)], { audio: spoken(level), prompt: '' })
      expect(guarded.words).toHaveLength(count)
      expect(guarded.suspicion).toBe(count === 5 ? 'no sound' : null)
      expect(guarded.leftOut).toHaveLength(7 - count)
    })

    it('are left out together with others that come too fast behind them', () => {
      const fast = ['door', 'is', 'red', 'and', 'so'].map((text, i) => ({
        begin: 2 + 0.02 * i,
        end: 2.02 + 0.02 * i,
        text,
        probability: 0.99,
      }))
      const guarded = guardWords([...said, behind(0.6)[0]!, ...fast], { audio: spoken(0), prompt: '' })
      expect(guarded.words).toEqual(said)
    })
  })

  it.each([
    ['best of times. It was the best of times. It was the best of times. It was the', 'best of times. It was the'],
    ['you you you you you you you', 'you'],
    ['well, thank you. Thank you. Thank you. Thank you.', 'well, thank you.'],
  ])('keeps the first round of what nobody could say in the time: %s', (text, kept) => {
    const [first, ...others] = words(text, 0.04).map((word) => ({ ...word, begin: word.begin + 1, end: word.end + 1 }))
    const guarded = guard([{ ...first!, begin: 0 }, ...others])
    expect(guarded.suspicion).not.toBeNull()
    expect(guarded.leftOut.length).toBeGreaterThan(0)
    expect(kept.startsWith(textOf(guarded))).toBe(true)
  })

  describe('what repeats a sentence', () => {
    /** Words of which the model is as sure as told, after so many that it is sure of. */
    const repeated = (text: string, sureWords: number, probability: number) =>
      words(text).map((word, at) => (at < sureWords ? word : { ...word, probability }))
    const whole = 'He was not an ill disposed young man.'

    it.each([
      ['whole', `${whole} ${whole}`, whole],
      ['its beginning', `${whole} He was not an ill disposed`, whole],
      ['with another end', `${whole} He was not an ill disposed one. Then`, `${whole} Then`],
    ])('is left out where the model is unsure of it: %s', (_, text, kept) => {
      const guarded = guard(repeated(text, 8, 0.4))
      expect(guarded.suspicion).toBe('loop')
      expect(textOf(guarded)).toBe(kept)
    })

    it.each([0.6, 0.9])('is kept where the model is sure of it, %f', (probability) => {
      const heard = repeated(`${whole} ${whole}`, 8, probability)
      expect(guard(heard)).toEqual({ words: heard, leftOut: [], suspicion: null })
    })

    it('is left out as well when it was said before the words, whole and in pieces', () => {
      const audio = LONG_SOUND.subarray(0, 60 * RATE)
      const again = (text: string, saidBefore: string, probability: number) =>
        textOf(guardWords(words(text, 0.3, probability), { audio, prompt: '', saidBefore }))
      expect(again(whole, `So. ${whole}`, 0.4)).toBe('')
      expect(again('ill disposed young man.', `So. ${whole} He was not an`, 0.4)).toBe('')
      expect(again('He was not an ill -disposed man.', 'He was not an ill-disposed man.', 0.4)).toBe('')
      expect(again(whole, `So. ${whole}`, 0.9)).toBe(whole)
      expect(again('He was not here.', `So. ${whole}`, 0.4)).toBe('He was not here.')
    })
  })

  it('keeps the first round of what is repeated where nothing stands out of the background', () => {
    const text = 'Thank you. Thank you. Thank you. Thank you.'
    const unsure = words(text).map(({ probability: _, ...word }) => word)
    const guarded = guardWords(unsure, { audio: background(10), prompt: '' })
    expect(guarded.suspicion).toBe('loop')
    expect(textOf(guarded)).toBe('Thank you.')
    expect(guarded.leftOut).toHaveLength(6)
    expect(guardWords(words(text), { audio: background(10), prompt: '' }).suspicion).toBeNull()
  })

  it('keeps the rounds that were said of a loop, and goes on after it', () => {
    const text = 'he said yeah yeah yeah yeah yeah yeah and then he left'
    const said = words(text)
    // After three times "yeah" the loop has no time any more.
    const late = said.map((word, i) => (i >= 5 && i < 8 ? { ...word, begin: 1.5, end: 1.5 } : word))
    expect(textOf(guard(late))).toBe('he said yeah yeah yeah and then he left')
    expect(textOf(guard(said))).toBe(text)
  })

  it('drops a sentence that comes again in words too short to be said, and keeps one that is said again', () => {
    const once = words('He was not an old young man.')
    const again = words('He was not an old young man.', 0.5, 0.3).map((word, at) => {
      const begin = word.begin + 2.1
      return { ...word, begin, end: at % 3 === 0 ? begin + 0.02 : begin + 0.5 }
    })
    expect(guard([...once, ...again])).toMatchObject({ words: once, leftOut: again, suspicion: 'loop' })
    const said = words('He was not an old young man. He was not an old young man.', 0.3, 0.7)
    expect(guard(said)).toMatchObject({ words: said, suspicion: null })
  })

  it('drops a sound that is written in letters, and keeps a word that somebody draws out', () => {
    const said = words('He was here.')
    const call = { begin: 5, end: 5.8, text: ' Waaaa!', probability: 0.3 }
    for (const sound of [call, { ...call, text: ' Mmm.' }])
      expect(guard([...said, sound])).toEqual({ words: said, leftOut: [sound], suspicion: 'a sound in letters' })
    const kept = [
      [{ ...call, probability: 0.6 }],
      [...said, { ...call, begin: 1, end: 1.8 }],
      [{ ...call, text: ' 哈哈哈哈' }],
      [{ ...call, text: ' Schifffahrt' }],
    ]
    for (const heard of kept) expect(guard(heard)).toEqual({ words: heard, leftOut: [], suspicion: null })
  })

  it('drops an echo of the prompt', () => {
    const prompt = 'Ada Lovelace, Charles Babbage.'
    expect(guard(words('Ada Lovelace Charles Babbage'), 5, prompt)).toMatchObject({
      words: [],
      suspicion: 'echo of the prompt',
    })
    expect(guard(words('Ada Lovelace'), 5, prompt).suspicion).toBeNull()
    const refrain = 'it was the season of light, it was the season of darkness'
    expect(guard(words('it was the season of'), 5, refrain).suspicion).toBeNull()
    expect(guard(words('light it was the season of darkness it was'), 5, `${refrain}, it was`).suspicion).not.toBeNull()
  })

  it('drops five words that nobody could say so fast, but not four', () => {
    const fast = (text: string) =>
      words(text, 0.02).map((word) => ({ ...word, begin: word.begin + 2, end: word.end + 2 }))
    const guarded = guard([...words('hello there'), ...fast('a b c d e')], 5)
    expect(guarded.suspicion).toBe('too fast')
    expect(textOf(guarded)).toBe('hello there')
    expect(textOf(guard([...words('hello there'), ...fast('a b c d')], 5))).toBe('hello there a b c d')
  })

  it('gives a first word that is stretched to what follows the time before that', () => {
    const stretched: readonly Word[] = [{ begin: 0, end: 8.6, text: ' And', probability: 0.45 }]
    const following = words('so my fellow').map((word) => ({ ...word, begin: word.begin + 8.6, end: word.end + 8.6 }))
    const guarded = guard([...stretched, ...following], 12)
    expect(textOf(guarded)).toBe('And so my fellow')
    expect(guarded.suspicion).toBeNull()
    expect(textOf(guard([{ ...stretched[0]!, probability: 0.1 }, ...following], 12))).toBe('so my fellow')
    expect(guarded.words[0]?.begin).toBeGreaterThan(7)
    expect(guarded.words[0]?.end).toBe(8.6)
  })

  it('drops a stretched word that nothing follows at once, and one among others as bad', () => {
    const first: Word = { begin: 0, end: 8, text: ' And', probability: 0.45 }
    const later = words('so my fellow').map((word) => ({ ...word, begin: word.begin + 8.2, end: word.end + 8.2 }))
    const guarded = guard([first, ...later], 12)
    expect(textOf(guarded)).toBe('so my fellow')
    expect(guarded).toMatchObject({ leftOut: [first], suspicion: 'stretched over sound' })
    const last = { ...first, begin: 9.1, end: 14, text: ' then' }
    expect(textOf(guard([...later, last], 20))).toBe('so my fellow')
    expect(textOf(guard([first, { ...last, begin: 8, end: 14 }, { ...later[0]!, begin: 14, end: 14.3 }], 20))).toBe('')
  })

  it('keeps all words of a translation, whose times say little, but no loops', () => {
    const translated = { audio: LONG_SOUND.subarray(0, 12 * RATE), prompt: '', isTranslation: true }
    const stretched: readonly Word[] = [
      { begin: 0, end: 8.6, text: ' He', probability: 0.45 },
      ...words('also applied everything', 0.01).map((word) => ({ ...word, begin: 9, end: 9.01 })),
    ]
    expect(guardWords(stretched, translated)).toEqual({ words: stretched, leftOut: [], suspicion: null })
    const { words: kept, suspicion } = guardWords(words('water '.repeat(60).trim(), 0.05), translated)
    expect({ suspicion, isShort: kept.length < 10 }).toEqual({ suspicion: 'loop', isShort: true })
  })

  it('drops a word that an unsure model stretches over sound', () => {
    expect(guard([{ begin: 0, end: 11, text: ' The', probability: 0.1 }], 12, '')).toMatchObject({
      words: [],
      suspicion: 'stretched over sound',
    })
    expect(guard([{ begin: 0, end: 11, text: ' The', probability: 0.9 }], 12, '').suspicion).toBeNull()
    expect(guard([{ begin: 0, end: 11, text: ' The' }], 12, '').suspicion).toBeNull()
  })

  it('keeps words inside the audio', () => {
    const late = [
      { begin: 0, end: 1, text: ' in' },
      { begin: 1, end: 3, text: ' over' },
      { begin: 2, end: 3, text: ' out' },
    ]
    expect(guard(late, 2).words).toEqual([
      { begin: 0, end: 1, text: ' in' },
      { begin: 1, end: 2, text: ' over' },
    ])
  })

  it('gives words in their order and never more than there were', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 60 }),
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        (texts, wordSec) => {
          const all = texts.length === 0 ? [] : words(texts.join(' '), wordSec)
          const kept = guard(all, 100, 'a b c d').words
          expect(all.filter((word) => kept.includes(word))).toEqual(kept)
        },
      ),
    )
  })
})

describe('signs without a word', () => {
  it('are nothing that was said where a text begins', () => {
    expect(textOf(guard(words('... ♪ well then'), 10, ''))).toBe('well then')
    expect(guard(words('... ♪'), 10, '').words).toEqual([])
  })

  it('belong to the word before where a text goes on', () => {
    expect(textOf(guard(words(', and then'), 10, '', true))).toBe(', and then')
  })
})
