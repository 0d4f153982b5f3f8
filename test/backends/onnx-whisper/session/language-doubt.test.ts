import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LanguageDoubt } from '../../../../src/backends/onnx-whisper/session/language-doubt.js'
import { OnnxWhisperASR } from '../../../../src/backends/onnx-whisper/whisper-asr.js'
import { silentLog } from '../../../../src/core/silent-log.js'
import type { Word } from '../../../../src/core/types.js'
import { sharedFolder } from '../../../helpers/shared-files.js'
import { fixture, type Speech, sharedSpeech } from '../../../helpers/speech.js'

/** Of long recordings the start is enough. */
const MAX_SEC = 45
/** Samples that are turned around at once. */
const PIECE = 4800

/** Words one after the other, one in `stepSec`. */
const words = (count: number, probability: number | undefined, stepSec = 0.5): readonly Word[] =>
  Array.from({ length: count }, (_, index) => ({
    begin: index * stepSec,
    end: (index + 1) * stepSec,
    text: 'word',
    ...(probability === undefined ? {} : { probability }),
  }))

describe('doubt of the language', () => {
  it.each([
    ['enough doubtful words', words(24, 0.3), true],
    ['believed words', words(24, 0.52), false],
    ['half believed words for long', words(45, 0.47), true],
    ['half believed words for a while', words(24, 0.47), false],
    ['too few', words(14, 0.1, 1), false],
    ['too short a time', words(24, 0.1, 0.4), false],
    ['words without a probability', words(24, undefined), false],
    ['nothing', [], false],
  ])('%s: %#', (_, heard, isDoubted) => {
    expect(new LanguageDoubt().take(heard, 0)).toBe(isDoubted)
  })

  it('does not depend on how often and in what portions words are heard', () => {
    const all = words(24, 0.3)
    fc.assert(
      fc.property(fc.array(fc.nat(24), { maxLength: 20 }), (cuts) => {
        const growing = new LanguageDoubt()
        const sorted = [...cuts].sort((a, b) => a - b)
        // The same begin again and again: words are replaced, not added.
        const grown = sorted.map((count) => growing.take(all.slice(0, count), 0))
        expect(grown.includes(true)).toBe(sorted.some((count) => count >= 20))
        const onward = new LanguageDoubt()
        const steps = [0, ...sorted, 24].map((count, at, list) => onward.take(all.slice(list[at - 1] ?? 0, count), 0))
        expect(steps.filter(Boolean)).toHaveLength(1)
      }),
    )
  })

  it('is told of a recording that is heard at once, wherever in it the other language is', () => {
    const later = words(60, 0.9).map((word) => ({ ...word, begin: word.begin + 30, end: word.end + 30 }))
    expect(new LanguageDoubt().take([...words(60, 0.2), ...later], 0)).toBe(true)
  })

  it('is told once, and forgets what is long past', () => {
    const doubt = new LanguageDoubt()
    expect(doubt.take(words(60, 0.9), 0)).toBe(false)
    expect(doubt.take(words(60, 0.2), 30)).toBe(true)
    expect(doubt.take(words(60, 0.2), 60)).toBe(false)
  })
})

describe('a model that knows English only', () => {
  /** What it says of a recording, heard at once. */
  const toldOf = async (asr: OnnxWhisperASR, told: string[], { audio }: Speech) => {
    told.length = 0
    const session = await asr.session()
    await session.transcribe(audio.subarray(0, MAX_SEC * 16_000), { prompt: '' })
    await session.close()
    return told.length
  }
  const model = async () => {
    const told: string[] = []
    const asr = new OnnxWhisperASR({ log: { ...silentLog, warn: (message) => told.push(message) } })
    await asr.loadModel('tiny.en', null, null)
    return { asr, told }
  }

  it('has no doubt of English', async () => {
    const { asr, told } = await model()
    for (const name of ['jfk', 'two_cities']) expect(await toldOf(asr, told, fixture(name))).toBe(0)
    await asr.close()
  })

  it('doubts what sounds like speech and is none of English', async () => {
    const { asr, told } = await model()
    const { audio } = fixture('two_cities')
    const strange = audio.slice()
    // Each third of a second backwards: voice and melody stay, the words go.
    for (let at = 0; at < strange.length; at += PIECE) strange.subarray(at, at + PIECE).reverse()
    expect(await toldOf(asr, told, { audio: strange, words: [] })).toBe(1)
    expect(told[0]).toMatch(/^this is hardly English, the only language of the model tiny\.en: .*--model base/)
    await asr.close()
  })

  const folder = sharedFolder('fixtures')
  const names = folder === null ? [] : readdirSync(folder).flatMap((file) => /^(\w+)\.wav$/.exec(file)?.[1] ?? [])

  it.skipIf(folder === null)(
    'says so of other languages, and never of English, noise or music',
    async () => {
      const { asr, told } = await model()
      const doubted: string[] = []
      for (const name of names) {
        const speech = sharedSpeech(name)
        if (speech !== null && (await toldOf(asr, told, speech)) > 0) doubted.push(name)
      }
      await asr.close()
      expect(doubted.filter((name) => /^(en|x)_/.test(name))).toEqual([])
      expect(doubted).toEqual(expect.arrayContaining(['de_fleurs', 'de_simplicissimus']))
    },
    600_000,
  )
})
