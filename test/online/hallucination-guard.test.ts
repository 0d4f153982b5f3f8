import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { guardWords } from '../../src/online/hallucination-guard.js'
import type { Word } from '../../src/types.js'

/** Words one after the other, each as long as told. */
function words(text: string, wordSec = 0.3, probability = 0.9): readonly Word[] {
  return text
    .split(' ')
    .map((word, i) => ({ begin: i * wordSec, end: (i + 1) * wordSec, text: ` ${word}`, probability }))
}

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
  ])('leaves alone what people say: %s', (text) => {
    expect(guardWords(words(text), 60, 'It was the best of')).toEqual({ words: words(text), suspicion: null })
  })

  it.each([
    ['best of times. It was the best of times. It was the best of times. It was the', 'best of times. It was the'],
    ['you you you you you you you', 'you'],
    ['well, thank you. Thank you. Thank you. Thank you.', 'well, thank you.'],
  ])('keeps the first round of a loop: %s', (text, kept) => {
    const guarded = guardWords(words(text), 60, '')
    expect(guarded.suspicion).toBe('loop')
    expect(textOf(guarded)).toBe(kept)
  })

  it('goes on behind a loop', () => {
    const text = 'he said yeah yeah yeah yeah yeah yeah and then he left'
    expect(textOf(guardWords(words(text), 60, ''))).toBe('he said yeah and then he left')
  })

  it('drops an echo of the prompt', () => {
    const prompt = 'Ada Lovelace, Charles Babbage.'
    expect(guardWords(words('Ada Lovelace Charles Babbage'), 5, prompt)).toEqual({
      words: [],
      suspicion: 'echo of the prompt',
    })
    expect(guardWords(words('Ada Lovelace'), 5, prompt).suspicion).toBeNull()
    const refrain = 'it was the season of light, it was the season of darkness'
    expect(guardWords(words('it was the season of'), 5, refrain).suspicion).toBeNull()
    expect(
      guardWords(words('light it was the season of darkness it was'), 5, `${refrain}, it was`).suspicion,
    ).not.toBeNull()
  })

  it('drops words that nobody could say so fast', () => {
    const fast = words('a b c d e f g h', 0.02).map((word) => ({ ...word, begin: word.begin + 2, end: word.end + 2 }))
    const guarded = guardWords([...words('hello there'), ...fast], 5, '')
    expect(guarded.suspicion).toBe('too fast')
    expect(textOf(guarded)).toBe('hello there')
  })

  it('drops a word that an unsure model stretches over sound', () => {
    expect(guardWords([{ begin: 0, end: 11, text: ' The', probability: 0.1 }], 12, '')).toEqual({
      words: [],
      suspicion: 'stretched over sound',
    })
    expect(guardWords([{ begin: 0, end: 11, text: ' The', probability: 0.9 }], 12, '').suspicion).toBeNull()
    expect(guardWords([{ begin: 0, end: 11, text: ' The' }], 12, '').suspicion).toBeNull()
  })

  it('keeps words inside the audio', () => {
    const late = [
      { begin: 0, end: 1, text: ' in' },
      { begin: 1, end: 3, text: ' over' },
      { begin: 2, end: 3, text: ' out' },
    ]
    expect(guardWords(late, 2, '').words).toEqual([
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
          const kept = guardWords(all, 1000, 'a b c d').words
          expect(all.filter((word) => kept.includes(word))).toEqual(kept)
        },
      ),
    )
  })
})

describe('signs without a word', () => {
  it('are nothing that was said where a text begins', () => {
    expect(textOf(guardWords(words('... ♪ well then'), 10, ''))).toBe('well then')
    expect(guardWords(words('... ♪'), 10, '').words).toEqual([])
  })

  it('belong to the word before where a text goes on', () => {
    expect(textOf(guardWords(words(', and then'), 10, '', true))).toBe(', and then')
  })
})
