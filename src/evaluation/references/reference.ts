import { InputError } from '../../core/errors.js'
import { type Spoken, type SpokenWord, utterancesOf } from '../material/spoken.js'
import { nistText } from './nist-text.js'
import { referenceLanguage } from './reference-language.js'

/** Endings of files that say what one recording has, best first. */
export const REFERENCE_ENDINGS = ['.ref.json', '.stm', '.ctm', '.txt'] as const

/**
 * What is said in one recording.
 *
 * `.ref.json`: `{ "language": "en", "text": "...", "words": [{ "word": "And", "start": 0.29, "end": 0.63 }] }`; the text may
 * be left out. `.stm` and `.ctm` of NIST. `.txt`: the text alone.
 *
 * @param name of the file, whose ending says what it is
 * @throws InputError when it is broken
 */
export function readReference(name: string, content: string): Spoken {
  if (/\.json$/i.test(name)) return jsonReference(name, content)
  if (!/\.(stm|ctm)$/i.test(name)) {
    return { language: null, text: content.replace(/^\ufeff/, '').trim(), words: [], utterances: [] }
  }
  const recordings = [...nistText(name, content).values()]
  if (recordings.length > 1) {
    throw new InputError(`${name} has ${recordings.length} recordings, and is to tell of one`, {
      hint: 'give the file itself as the manifest: asr-stream evaluate FILE.stm',
    })
  }
  return recordings[0] ?? { language: null, text: '', words: [], utterances: [] }
}

function jsonReference(name: string, content: string): Spoken {
  const broken = (what: string) =>
    new InputError(`${name}: ${what}`, {
      hint: 'its form is { "language": "en", "text": "...", "words": [{ "word": "And", "start": 0.29, "end": 0.63 }] }',
    })
  let value: unknown
  try {
    value = JSON.parse(content.replace(/^\ufeff/, ''))
  } catch (cause) {
    throw broken(`it is not JSON (${cause instanceof Error ? cause.message : String(cause)})`)
  }
  if (typeof value !== 'object' || value === null) throw broken('it is not an object')
  const { language = null, text, words = [] } = value as Readonly<Record<string, unknown>>
  if (language !== null && typeof language !== 'string') throw broken('language is not a text')
  if (!Array.isArray(words)) throw broken('words is not a list')
  words.forEach((word: unknown, index) => {
    if (!isSpokenWord(word)) throw broken(`word ${index} has no word, start and end`)
  })
  const spokenWords = words as readonly SpokenWord[]
  if (text !== undefined && typeof text !== 'string') throw broken('text is not a text')
  if (text === undefined && !('words' in value)) throw broken('it has neither text nor words')
  return {
    language: referenceLanguage(language),
    text: text ?? spokenWords.map(({ word }) => word).join(' '),
    words: spokenWords,
    utterances: utterancesOf(spokenWords),
  }
}

function isSpokenWord(value: unknown): value is SpokenWord {
  if (typeof value !== 'object' || value === null) return false
  const { word, start, end } = value as Readonly<Record<string, unknown>>
  return typeof word === 'string' && typeof start === 'number' && typeof end === 'number' && end >= start
}
