import { describe, expect, it } from 'vitest'
import { GivenLanguage } from '../../../../src/backends/onnx-whisper/session/given-language.js'
import { ToldLanguage } from '../../../../src/backends/onnx-whisper/session/told-language.js'
import { rememberingLog } from '../../../helpers/logs.js'

const heard = (code: string, probability: number, isSpeech = true) => ({
  probabilities: new Map([
    [code, probability],
    ['xx', 1 - probability],
  ]),
  isSpeech,
})

describe('GivenLanguage', () => {
  it('notices another language by enough sound, once', () => {
    const given = new GivenLanguage('en')
    expect(given.isDue(3.9)).toBe(false)
    expect(given.isDue(4)).toBe(true)
    given.take(heard('de', 0.95), 4)
    expect(given.rival).toEqual({ code: 'de', probability: 0.95 })
    expect(given.isDue(20)).toBe(false)
  })

  it('asks no more where the language is the one that was given', () => {
    const given = new GivenLanguage('en')
    given.take(heard('en', 0.6), 4)
    expect(given.rival).toBeNull()
    expect(given.isSettled).toBe(true)
  })

  it('looks again, at more sound, where another one is not sure, or hardly any speech', () => {
    const given = new GivenLanguage('en')
    for (const unclear of [heard('de', 0.8), heard('de', 0.95, false)]) given.take(unclear, 4)
    expect(given.rival).toBeNull()
    expect(given.isDue(5.9)).toBe(false)
    expect(given.isDue(6)).toBe(true)
  })
})

describe('ToldLanguage', () => {
  it('warns once of another language than was given, with the option that mends it', () => {
    const log = rememberingLog()
    const language = new ToldLanguage(log)
    for (const _ of [1, 2]) language.tell({ detected: null, rival: { code: 'de', probability: 0.95 } }, 'fr')
    expect(log.warnings).toEqual([
      'this sounds like German (de), and is recognized as French (fr): its text is guesswork; give --lan de',
    ])
  })
})
