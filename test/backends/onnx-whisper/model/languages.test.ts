import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  languageName,
  WHISPER_LANGUAGES,
  whisperLanguageCode,
} from '../../../../src/backends/onnx-whisper/model/languages.js'
import { LanguageChoice } from '../../../../src/backends/onnx-whisper/session/language-choice.js'
import { groupWords } from '../../../../src/backends/onnx-whisper/timing/words.js'
import { OnnxWhisperASR } from '../../../../src/backends/onnx-whisper/whisper-asr.js'
import { UsageError } from '../../../../src/core/errors.js'

describe('languages of Whisper', () => {
  it.each([
    ['de', 'de'],
    ['German', 'de'],
    ['pt_BR', 'pt'],
    ['zh-CN', 'zh'],
    ['Mandarin', 'zh'],
    ['haitian creole', 'ht'],
    ['Cantonese', 'yue'],
    ['Castilian', 'es'],
    ['deutsch', 'de'],
    ['Français', 'fr'],
    ['francais', 'fr'],
    ['español', 'es'],
    ['castellano', 'es'],
    ['italiano', 'it'],
    ['português', 'pt'],
    ['РУССКИЙ', 'ru'],
    ['日本語', 'ja'],
    ['中文', 'zh'],
    ['普通话', 'zh'],
    ['한국어', 'ko'],
    ['čeština', 'cs'],
    ['svenska', 'sv'],
    ['हिन्दी', 'hi'],
    ['עברית', 'he'],
    ['iw', 'he'],
    ['in', 'id'],
    ['ji', 'yi'],
    ['eng', 'en'],
    ['deu', 'de'],
    ['GER', 'de'],
    ['fre', 'fr'],
    ['nob', 'no'],
    ['tgl', 'tl'],
    ['xyz', undefined],
    ['klingon', undefined],
    ['', undefined],
  ])('%s is %s', (asked, code) => {
    expect(whisperLanguageCode(asked)).toBe(code)
  })

  it('are a hundred, each found by its name', () => {
    expect(new Set(WHISPER_LANGUAGES).size).toBe(100)
    for (const code of WHISPER_LANGUAGES) expect(whisperLanguageCode(languageName(code))).toBe(code)
    for (const code of WHISPER_LANGUAGES) {
      const own = new Intl.DisplayNames([code], { type: 'language', fallback: 'none' }).of(code)
      if (own !== undefined) expect(whisperLanguageCode(own)).toBe(code)
    }
  })

  it('are all in the documentation, by code and name', () => {
    const page = readFileSync(new URL('../../../../docs/languages.md', import.meta.url), 'utf8')
    for (const code of WHISPER_LANGUAGES) expect(page).toContain(`${code} ${languageName(code)}`)
  })

  it('are refused with the nearest name, or with the list', () => {
    expect(() => new OnnxWhisperASR({ language: 'germann' })).toThrow(
      expect.objectContaining({ hint: 'did you mean "german"?' }),
    )
    const refused = () => new OnnxWhisperASR({ languages: ['en', 'qqq'] })
    expect(refused).toThrow(UsageError)
    expect(refused).toThrow(expect.objectContaining({ hint: expect.stringContaining('docs/languages.md') }))
    const between = () => new OnnxWhisperASR({ language: 'deutch' })
    expect(between).toThrow(expect.objectContaining({ hint: 'did you mean "dutch" or "deutsch"?' }))
  })
})

const heard = (probabilities: Readonly<Record<string, number>>) => new Map(Object.entries(probabilities))
const english = heard({ en: 0.9, cs: 0.05, de: 0.05 })
const czech = heard({ en: 0.1, cs: 0.8, de: 0.1 })
const noise = heard({ en: 0.36, cs: 0.34, de: 0.3 })

describe('the language of a stream', () => {
  it('is decided again while the first seconds were silence, and then stays', () => {
    const choice = new LanguageChoice([])
    choice.take(english, { loudSec: 0.2, isSpeech: true, begin: 0 })
    expect(choice).toMatchObject({ current: { code: 'en' }, isSure: false })
    expect(choice.isDue({ begin: 0 })).toBe(true)
    choice.take(czech, { loudSec: 2, isSpeech: true, begin: 0 })
    expect(choice).toMatchObject({ current: { code: 'cs', probability: 0.8 }, isSure: true })
    expect(choice.isDue({ begin: 0 })).toBe(false)
    expect(choice.isDue({ begin: 160_000 })).toBe(false)
  })

  it('is decided again while no language is likely, but not for ever', () => {
    const choice = new LanguageChoice([])
    choice.take(noise, { loudSec: 3.9, isSpeech: true, begin: 0 })
    expect([choice.current?.code, choice.isSure]).toEqual(['en', false])
    choice.take(noise, { loudSec: 9.9, isSpeech: false, begin: 0 })
    expect(choice.isSure).toBe(false)
    choice.take(noise, { loudSec: 4, isSpeech: true, begin: 0 })
    expect([choice.isSure, choice.isClear]).toEqual([true, false])
  })

  it('is not sure of a guess that is half likely: of a second of Portuguese it is Romanian', () => {
    const choice = new LanguageChoice([])
    choice.take(heard({ ro: 0.58, ar: 0.17 }), { loudSec: 1, isSpeech: true, begin: 0 })
    expect(choice.isSure).toBe(false)
    choice.take(heard({ pt: 0.94, en: 0.06 }), { loudSec: 2.3, isSpeech: true, begin: 0 })
    expect([choice.current?.code, choice.isSure, choice.isClear]).toEqual(['pt', true, true])
  })

  it('goes on in another one that was heard', () => {
    const choice = new LanguageChoice([])
    choice.take(english, { loudSec: 2, isSpeech: true, begin: 0 })
    choice.change({ code: 'cs', probability: 0.9 }, 32_000)
    expect([choice.current?.code, choice.isSure]).toEqual(['cs', true])
    expect(choice.isDue({ begin: 32_000 })).toBe(false)
  })

  it('is one of those that are allowed', () => {
    const choice = new LanguageChoice(['cs', 'de'])
    choice.take(english, { loudSec: 5, isSpeech: true, begin: 0 })
    expect(choice.current).toEqual({ code: 'cs', probability: 0.5 })
  })

  it('changes with an utterance where several are allowed, by two checks or by plenty of sound', () => {
    const choice = new LanguageChoice(['en', 'cs'])
    choice.take(english, { loudSec: 2, isSpeech: true, begin: 0 })
    expect(choice.isDue({ begin: 0 })).toBe(false)
    expect(choice.isDue({ begin: 32_000 })).toBe(true)
    choice.take(czech, { loudSec: 1.5, isSpeech: true, begin: 32_000 })
    expect(choice.current?.code).toBe('en')
    choice.take(czech, { loudSec: 2.5, isSpeech: true, begin: 32_000 })
    expect(choice.current?.code).toBe('cs')
    expect(choice.isDue({ begin: 32_000 })).toBe(false)
    choice.take(english, { loudSec: 6, isSpeech: true, begin: 64_000 })
    expect(choice.current?.code).toBe('en')
  })

  it('does not change for one doubtful check', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (checks) => {
        const choice = new LanguageChoice(['en', 'cs'])
        choice.take(english, { loudSec: 2, isSpeech: true, begin: 0 })
        let ahead = 0
        for (const [turn, probability] of checks.entries()) {
          const before = choice.current!.code
          const other = before === 'en' ? 'cs' : 'en'
          choice.take(heard({ [other]: probability, [before]: 1 - probability }), {
            loudSec: 2,
            isSpeech: true,
            begin: turn + 1,
          })
          ahead = probability >= 2 * (1 - probability) ? ahead + 1 : 0
          expect(choice.current!.code).toBe(ahead >= 2 ? other : before)
          if (choice.current!.code !== before) ahead = 0
        }
      }),
    )
  })

  it('is always one that is allowed', () => {
    const codes = ['en', 'cs', 'de', 'ja']
    const window = fc.record({
      weights: fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
      loudSec: fc.double({ min: 0, max: 30, noNaN: true }),
      isSpeech: fc.boolean(),
      begin: fc.nat(3),
    })
    fc.assert(
      fc.property(fc.subarray(codes, { minLength: 1 }), fc.array(window), (allowed, windows) => {
        const choice = new LanguageChoice(allowed)
        for (const { weights, ...evidence } of windows) {
          choice.take(new Map(codes.map((code, i) => [code, weights[i]!])), evidence)
          expect(allowed).toContain(choice.current?.code)
        }
      }),
    )
  })
})

describe('words of languages without spaces', () => {
  const bytes = (texts: readonly string[]) => texts.map((text) => new TextEncoder().encode(text))
  const texts = (tokens: readonly string[], language: string) =>
    groupWords(bytes(tokens), language).map(({ text }) => text)

  it('are those of the dictionary, with their punctuation', () => {
    expect(texts([...'私は東京です。'], 'ja')).toEqual(['私', 'は', '東京', 'です。'])
    expect(texts([...'สวัสดีครับ'], 'th')).toEqual(['สวัสดี', 'ครับ'])
  })

  it('are never shorter than a token', () => {
    expect(texts(['我们', '在北', '京'], 'zh')).toEqual(['我们', '在北京'])
  })

  it('lose no character, whatever the tokens are', () => {
    const text = '今日は良い天気ですね。散歩に行きましょう!'
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 25, maxLength: 25 }), (lengths) => {
        const characters = [...text]
        const tokens = lengths.map((length) => characters.splice(0, length).join('')).filter((token) => token !== '')
        const words = groupWords(bytes(tokens), 'ja')
        expect(words.map((word) => word.text).join('')).toBe(text)
        for (const [i, word] of words.entries()) expect(word.from).toBe(words[i - 1]?.to ?? 0)
      }),
    )
  })

  it('keep the marks of other scripts with their words', () => {
    expect(texts([' مرحبا', '،', ' كيف', ' حالك', '؟'], 'ar')).toEqual([' مرحبا،', ' كيف', ' حالك؟'])
    expect(texts([' नमस्ते', '।'], 'hi')).toEqual([' नमस्ते।'])
  })
})
