import { describe, expect, it } from 'vitest'
import { whisperLanguageCode } from '../../src/backends/onnx-whisper/model/languages.js'
import { findKey } from '../../src/config/option-table.js'
import { ownValue } from '../../src/core/own-value.js'
import { formatOfPath } from '../../src/output/formats/names.js'
import { roleOf } from '../../src/output/subtitles/break-words.js'

/** What every object knows, and no table of ours has. */
const EVERYWHERE = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']

describe.each(EVERYWHERE)('the word "%s"', (word) => {
  it('is in no table', () => {
    expect(ownValue({ one: 1 }, word)).toBeUndefined()
    expect(ownValue({ [word]: 1 }, 'one')).toBeUndefined()
  })

  it('is no language, no format, no key of an option', () => {
    expect(whisperLanguageCode(word)).toBeUndefined()
    expect(whisperLanguageCode(`${word}-DE`)).toBeUndefined()
    expect(formatOfPath(`talk.${word}`)).toBeNull()
    expect(findKey(word, ['lan'])).toBeUndefined()
  })

  it('of a backend as a language breaks lines as one without words of its own', () => {
    expect(roleOf('and', word)).toBe(roleOf('and', null))
  })
})

it('what a table has is found', () => {
  expect(ownValue({ one: 1 }, 'one')).toBe(1)
  expect(whisperLanguageCode('deu')).toBe('de')
  expect(formatOfPath('talk.srt')).toBe('srt')
})
