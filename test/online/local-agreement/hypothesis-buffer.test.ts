import { describe, expect, it } from 'vitest'
import type { Word } from '../../../src/core/types.js'
import { HypothesisBuffer } from '../../../src/online/local-agreement/hypothesis-buffer.js'
import { spokenWords } from '../../helpers/program.js'

describe('HypothesisBuffer', () => {
  const [one, two, three] = spokenWords(['one', 'two', 'three']) as [Word, Word, Word]

  it('takes words that it is told to commit for committed like any others', () => {
    const buffer = new HypothesisBuffer()
    buffer.insert([one, two, three], 0)
    buffer.flush()
    expect(buffer.commitUnconfirmed(2)).toEqual([one, two])
    expect(buffer.complete()).toEqual([three])
    expect(buffer.committedInBuffer).toEqual([one, two])
    expect(buffer.lastCommittedTime).toBe(two.end)
    expect(buffer.lastCommittedWord).toBe('two')
    buffer.insert([one, two, three], 0)
    expect(buffer.new).toEqual([three])
    expect(buffer.flush()).toEqual([three])
  })

  it('commits no more than there is', () => {
    const buffer = new HypothesisBuffer()
    expect(buffer.commitUnconfirmed(3)).toEqual([])
    expect(buffer.lastCommittedTime).toBe(0)
    expect(buffer.lastCommittedWord).toBeNull()
  })
})

it('words that begin right before the end of the audio wait for more of it', () => {
  const words: Word[] = [
    { begin: 1, end: 1.4, text: 'one' },
    { begin: 1.96, end: 2, text: 'two' },
  ]
  const buffer = new HypothesisBuffer(0, true)
  buffer.insert(words, 0)
  buffer.flush(2)
  buffer.insert(words, 0)
  expect(buffer.flush(2)).toEqual(words.slice(0, 1))
  buffer.insert(words, 0)
  expect(buffer.flush(3)).toEqual(words.slice(1))
})

describe('words that are said once more at the seam', () => {
  const spoken = (texts: readonly string[]) =>
    texts.map((text, i) => ({ begin: i * 0.3, end: i * 0.3 + 0.25, text }) satisfies Word)
  /** What comes of words of which each hypothesis hears one more. */
  const committed = (buffer: HypothesisBuffer, words: readonly Word[]) =>
    [...words, ...words.slice(-1)].flatMap((_, i) => {
      buffer.insert(words.slice(0, i + 1), 0)
      return buffer.flush().map(({ text }) => text)
    })

  it('are kept where the hypothesis has the committed ones as well', () => {
    const texts = ['one', 'no', 'no', 'no', 'no', 'two']
    expect(committed(new HypothesisBuffer(0, true), spoken(texts))).toEqual(texts)
  })

  it('are one and the same where the hypothesis has moved it', () => {
    const buffer = new HypothesisBuffer(0, true)
    const [one, no] = spoken(['one', 'no']) as [Word, Word]
    for (const _ of [1, 2]) {
      buffer.insert([one, no], 0)
      buffer.flush()
    }
    const moved = { ...no, begin: no.begin + 0.2, end: no.end + 0.3 }
    buffer.insert([one, moved], 0)
    expect(buffer.new).toEqual([])
  })

  it('are one and the same where the hypothesis has moved the last ones far away, and nothing meanwhile is lost', () => {
    const words = spoken(['one', 'might', 'be', 'there', 'now', 'then']) as [Word, Word, Word, Word, Word, Word]
    for (const count of [2, 3]) {
      const buffer = new HypothesisBuffer(0, true)
      const far = words.slice(0, count).map((word, at) => (at === 0 ? word : { ...word, begin: 9 + at, end: 9.5 + at }))
      for (const said of [words.slice(0, count), words.slice(0, count), far, far]) {
        buffer.insert(said, 0)
        buffer.flush()
      }
      expect(buffer.committedInBuffer).toEqual(words.slice(0, count))
      buffer.insert(words, 0)
      expect(buffer.new).toEqual(words.slice(count))
    }
  })

  it('far away are kept where the hypothesis has them twice, or not right after the words before them', () => {
    const [one, no, two] = spoken(['one', 'no', 'two']) as [Word, Word, Word]
    const far = { ...no, begin: 9, end: 9.5 }
    const between = { ...two, begin: 8, end: 8.5 }
    for (const said of [[far], [between, far]]) {
      const buffer = new HypothesisBuffer(0, true)
      for (const words of [[one, no], [one, no], said[0] === far ? [one, no, far] : [one, ...said]]) {
        buffer.insert(words, 0)
        if (words.at(-1) !== far) buffer.flush()
      }
      expect(buffer.new).toEqual(said)
    }
  })

  it('are one and the same with another sign or capital, but not in the ways of the reference', () => {
    for (const keepsRepetition of [true, false]) {
      const buffer = new HypothesisBuffer(0, keepsRepetition)
      const [young, man] = spoken([' young', ' man.']) as [Word, Word]
      for (const _ of [1, 2]) {
        buffer.insert([young, man], 0)
        buffer.flush()
      }
      const moved = { text: ' Man?', begin: man.end, end: man.end + 0.3 }
      buffer.insert([young, moved], 0)
      expect(buffer.new).toEqual(keepsRepetition ? [] : [moved])
      buffer.insert([young, man, moved], 0)
      expect(buffer.new).toEqual([moved])
    }
  })

  it('are not the same where they are nothing but signs', () => {
    const buffer = new HypothesisBuffer(0, true)
    const [one, sign] = spoken([' one', ' ...']) as [Word, Word]
    for (const _ of [1, 2]) {
      buffer.insert([one, sign], 0)
      buffer.flush()
    }
    const other = { text: ' —', begin: sign.end, end: sign.end + 0.3 }
    buffer.insert([one, other], 0)
    expect(buffer.new).toEqual([other])
  })

  it('are lost as in the reference', () => {
    const texts = ['one', 'no', 'no', 'two']
    expect(committed(new HypothesisBuffer(), spoken(texts))).not.toEqual(texts)
  })
})

describe('words that the end of a committed one was laid over', () => {
  const word = (text: string, begin: number, end: number): Word => ({ text, begin, end })
  const ASK = word(' Ask', 27.3, 27.8)
  const COUNTRY = word(' country', 30, 30.3)
  /** "not" was laid into what was said after it when it was committed. */
  function misplaced(keepsRepetition: boolean): HypothesisBuffer {
    const buffer = new HypothesisBuffer(0, keepsRepetition)
    for (const _ of [1, 2]) {
      buffer.insert([ASK, word(' not.', 29.4, 29.9)], 0)
      buffer.flush()
    }
    return buffer
  }
  const heard = [ASK, word(' not', 27.9, 28.3), word(' what', 29.4, 29.7), word(' your', 29.7, 30), COUNTRY]

  it('are new, and come after it', () => {
    const buffer = misplaced(true)
    buffer.insert(heard, 0)
    expect(buffer.new.map(({ text }) => text)).toEqual([' what', ' your', ' country'])
    let earliest = 29.9
    for (const { begin, end } of buffer.new) {
      expect(begin).toBeGreaterThanOrEqual(earliest)
      expect(end).toBeGreaterThan(begin)
      earliest = end
    }
  })

  it('are lost in the ways of the reference', () => {
    const buffer = misplaced(false)
    buffer.insert(heard, 0)
    expect(buffer.new).toEqual([COUNTRY])
  })

  it('are not what stands after the same words elsewhere', () => {
    const buffer = misplaced(true)
    const earlier = [word(' Ask', 20, 20.4), word(' not', 20.4, 20.8), word(' me', 20.8, 21)]
    buffer.insert([...earlier, word(' now', 29.5, 29.7), COUNTRY], 0)
    expect(buffer.new).toEqual([COUNTRY])
  })
})

describe('the next word, laid over the committed ones', () => {
  const word = (text: string, begin: number, end: number): Word => ({ text, begin, end })
  const [AND, MR, JOHN] = [word(' and', 0, 0.36), word(' Mr.', 0.46, 0.84), word(' John', 0.84, 1.12)]
  const newIn = (keepsRepetition: boolean, first: Word): readonly Word[] => {
    const buffer = new HypothesisBuffer(0, keepsRepetition)
    for (const said of [[AND], [AND, MR]]) {
      buffer.insert(said, 0)
      buffer.flush()
    }
    buffer.insert([first, JOHN], 0)
    return buffer.new
  }

  it('comes after them', () => {
    expect(newIn(true, { ...MR, begin: 0 })).toEqual([{ ...MR, begin: AND.end }, JOHN])
    expect(newIn(false, { ...MR, begin: 0 })).toEqual([JOHN])
  })

  it('is lost where it is another one, or ends where they do', () => {
    expect(newIn(true, word(' Sir', 0, 0.84))).toEqual([JOHN])
    expect(newIn(true, word(' Mr.', 0, 0.4))).toEqual([JOHN])
  })
})

describe('words in the place of a word that was made up of them', () => {
  const word = (text: string, begin: number, end: number): Word => ({ text, begin, end })
  const said = [word(' he', 3.2, 3.4), word(' of', 4.9, 5), word(' a', 5, 5.1), word(' truth', 5.1, 5.4)]
  const NARCOTIC = word(' narcotic', 1, 1.5)
  const POISONING = word(' poisoning.', 1.5, 2)
  /** "poisoning." is committed once more, over the words that are said meanwhile. */
  function repeated(keepsRepetition: boolean): HypothesisBuffer {
    const buffer = new HypothesisBuffer(0, keepsRepetition)
    for (const _ of [1, 2]) {
      buffer.insert([NARCOTIC, POISONING, word(' poisoning.', 4.9, 6)], 0)
      buffer.flush()
    }
    return buffer
  }
  const later = word(' I', 6.1, 6.3)

  it('are new, and come after it', () => {
    const buffer = repeated(true)
    buffer.insert([NARCOTIC, POISONING, ...said, later], 0)
    expect(buffer.new.map(({ text }) => text)).toEqual([' he', ' of', ' a', ' truth', ' I'])
    for (const { begin } of buffer.new) expect(begin).toBeGreaterThanOrEqual(6)
  })

  it('are that word where they are few', () => {
    const buffer = repeated(true)
    buffer.insert([NARCOTIC, POISONING, word(' poison', 4.9, 5.2), word(' in', 5.2, 5.6), later], 0)
    expect(buffer.new).toEqual([later])
  })

  it('are no others where it is said among them', () => {
    const buffer = repeated(true)
    buffer.insert([NARCOTIC, POISONING, ...said, word(' poisoning', 5.4, 6), later], 0)
    expect(buffer.new).toEqual([later])
  })

  it('are lost in the ways of the reference', () => {
    const buffer = repeated(false)
    buffer.insert([NARCOTIC, POISONING, ...said, later], 0)
    expect(buffer.new).toEqual([later])
  })
})

describe('words whose beginning was cut off with the audio before them', () => {
  const word = (text: string, begin: number, end: number): Word => ({ text, begin, end })
  const FOR = word(' for', 39.6, 39.9)
  const heard = [word(' your', 39.9, 40.1), word(' country.', 40.1, 40.5)]
  /** "for" is committed, and the audio is cut off after it. */
  function cutAfterIt(keepsRepetition: boolean, behind: readonly Word[] = heard): HypothesisBuffer {
    const buffer = new HypothesisBuffer(0, keepsRepetition)
    buffer.insert([FOR], 0)
    buffer.flush()
    buffer.insert([FOR, ...behind], 0)
    buffer.flush()
    buffer.popCommitted(FOR.end)
    return buffer
  }
  const texts = (words: readonly Word[]) => words.map(({ text }) => text)

  it('stay, where the hypothesis goes on as the one before the cut', () => {
    const buffer = cutAfterIt(true)
    buffer.insert([word(' country', 0, 0.5)], 39.9)
    expect(texts(buffer.flush())).toEqual([' your'])
    buffer.insert([word(' country', 0, 0.5)], 39.9)
    expect(texts(buffer.flush())).toEqual([' country'])
  })

  it('are lost in the ways of the reference', () => {
    const buffer = cutAfterIt(false)
    buffer.insert([word(' country.', 0, 0.5)], 39.9)
    expect(texts(buffer.flush())).toEqual([])
  })

  it('stay, many of them, where the hypothesis stretches its first word over them', () => {
    const rest = ['ask', 'what', 'you', 'can', 'do', 'for', 'your'].map((text, i) =>
      word(text, 40 + i / 4, 40.2 + i / 4),
    )
    const missing = (first: Word) => {
      const buffer = cutAfterIt(true, rest)
      buffer.insert([first, word('country', 42, 42.5)], 0)
      return texts(buffer.new)
    }
    expect(missing(word('your', 39.9, 41.9))).toEqual([...rest.map(({ text }) => text), 'country'])
    expect(missing(word('your', 41.5, 41.9))).toEqual(['your', 'country'])
    expect(missing(word('their', 39.9, 41.9))).toEqual(['their', 'country'])
  })

  it('go, where the hypothesis says something else, or the cut was elsewhere or earlier', () => {
    const other = cutAfterIt(true)
    other.insert([word(' their', 0.1, 0.2), word(' country.', 0.2, 0.5)], 39.9)
    expect(texts(other.new)).toEqual([' their', ' country.'])
    const elsewhere = cutAfterIt(true)
    elsewhere.popCommitted(39)
    elsewhere.insert([word(' country.', 1.1, 1.5)], 39)
    expect(texts(elsewhere.new)).toEqual([' country.'])
    const earlier = cutAfterIt(true)
    earlier.insert([word(' our', 0, 0.2), word(' country.', 0.2, 0.5)], 39.9)
    earlier.flush()
    earlier.insert([word(' country.', 0.2, 0.5)], 39.9)
    expect(texts(earlier.new)).toEqual([' country.'])
  })
})
