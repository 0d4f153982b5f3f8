import { describe, expect, it } from 'vitest'
import type {
  ASRBase,
  ASRProcessor,
  PrefixASR,
  PrefixOptions,
  PrefixResult,
  ResultLanguage,
  TranscribeOptions,
  Word,
} from '../../src/core/types.js'
import { AlignAttProcessor } from '../../src/online/alignatt/alignatt-processor.js'
import { OnlineASRProcessor } from '../../src/online/local-agreement/online-asr-processor.js'
import { numberedAudio, RATE, stream, textsOf } from './timed-oracle.js'

/** A stretch of one language, in seconds of the stream. */
interface Stretch {
  readonly code: string
  readonly from: number
  readonly until: number
}

/** What was heard in some audio. */
interface Heard {
  readonly words: readonly Word[]
  readonly language: ResultLanguage
}

/** So much of a language has to be heard before it is found. */
const FOUND_AFTER_SEC = 2.5

/** Hears the words of two languages, each with its code; finds a language some time after it begins. */
class Polyglot implements PrefixASR<Heard> {
  readonly sep = ' '
  readonly calls: { readonly from: number; readonly prompt: string; readonly code: string }[] = []
  readonly #stretches: readonly Stretch[]
  #current = 0

  constructor(stretches: readonly Stretch[]) {
    this.#stretches = stretches
  }

  transcribe = async (audio: Float32Array, { prompt, positionSamples = 0 }: TranscribeOptions) => {
    const [from, until] = [positionSamples / RATE, (positionSamples + audio.length) / RATE]
    const stretch = this.#stretches[this.#current]!
    const next = this.#stretches[this.#current + 1]
    this.calls.push({ from, prompt, code: stretch.code })
    const isOver = next !== undefined && until > next.from + FOUND_AFTER_SEC
    if (isOver) this.#current++
    const isOpen = next !== undefined && !isOver && until > next.from + 0.5
    const isSure = !isOpen && until > stretch.from + FOUND_AFTER_SEC
    const words = wordsOf(stretch).filter(({ begin, end }) => begin >= from - 0.01 && end <= until)
    const guessed = isOpen ? [{ begin: until - 0.4, end: until, text: 'nonsense' }] : []
    return {
      words: [...words, ...guessed].map(({ begin, end, text }) => ({ begin: begin - from, end: end - from, text })),
      language: { code: stretch.code, isSure, endsSec: isOver ? next.from - from : null },
    }
  }

  async transcribeFrom(audio: Float32Array, options: PrefixOptions): Promise<PrefixResult> {
    const { words, language } = await this.transcribe(audio, options)
    const isLast = language.endsSec !== null || options.untilSec === Number.POSITIVE_INFINITY
    const until = isLast ? Number.POSITIVE_INFINITY : options.untilSec
    const said = words.filter(({ begin, end }) => begin >= options.fromSec - 0.01 && end <= until)
    const isHeld = !language.isSure && !isLast
    return {
      words: isHeld ? [] : said.map((word) => ({ ...word, tokens: [] })),
      ended: 'attention',
      skippedSpeechSec: 0,
      language,
    }
  }

  tsWords = ({ words }: Heard) => words
  segmentsEndTs = () => []
  languageOf = ({ language }: Heard) => language
}

/** Two words a second, "de0", "de1" and so on. */
function wordsOf({ code, from, until }: Stretch): readonly Word[] {
  return Array.from({ length: Math.floor((until - from) * 2) }, (_, i) => ({
    begin: from + i / 2,
    end: from + i / 2 + 0.4,
    text: `${code}${i}`,
  }))
}

const STRETCHES: readonly Stretch[] = [
  { code: 'de', from: 0, until: 8 },
  { code: 'es', from: 8, until: 17 },
  { code: 'ja', from: 17, until: 26 },
]
const ALL = STRETCHES.flatMap((stretch) => wordsOf(stretch).map(({ text }) => text))

const POLICIES: readonly (readonly [string, (asr: Polyglot) => ASRProcessor])[] = [
  ['local-agreement', (asr) => new OnlineASRProcessor(asr)],
  ['alignatt', (asr) => new AlignAttProcessor(asr)],
]

describe.each(POLICIES)('a stream in several languages, with %s', (_, open) => {
  it('has every word in its own language, and none of a guess', async () => {
    for (const everySec of [0.5, 1, 2.7]) {
      expect(textsOf(await stream(open(new Polyglot(STRETCHES)), 26, { everySec }))).toEqual(ALL)
    }
  })

  it('has no text of one language as prompt of another', async () => {
    const asr = new Polyglot(STRETCHES)
    await stream(open(asr), 26, { everySec: 1 })
    expect(new Set(asr.calls.map(({ code }) => code))).toEqual(new Set(['de', 'es', 'ja']))
    for (const { prompt, code } of asr.calls) {
      const others = prompt.split(' ').filter((word) => word !== '' && !word.startsWith(code))
      expect(others).toEqual([])
    }
  })

  it('says nothing before the language is sure, and what there is when it ends before', async () => {
    const processor = open(new Polyglot(STRETCHES))
    processor.init(0)
    for (let second = 0; second < 2; second++) {
      processor.insertAudioChunk(numberedAudio(second * RATE, RATE))
      expect(await processor.processIter()).toBeNull()
    }
    expect((await processor.finish())?.text).toBe('de0 de1 de2 de3')
  })
})

describe('what a recognizer says of the language', () => {
  it('is checked', async () => {
    const asr: ASRBase<Heard> = Object.assign(new Polyglot(STRETCHES), { languageOf: () => ({ code: 5 }) as never })
    const processor = new OnlineASRProcessor(asr)
    processor.insertAudioChunk(numberedAudio(0, RATE))
    await expect(processor.processIter()).rejects.toThrow(/languageOf\(\) has no code/)
  })

  it('ends nowhere outside of the audio', async () => {
    for (const endsSec of [-1, 0, 1e-9, 1, 7]) {
      const always = { languageOf: () => ({ code: 'de', isSure: true, endsSec }) }
      const asr: ASRBase<Heard> = Object.assign(new Polyglot([{ code: 'de', from: 0, until: 1 }]), always)
      expect(textsOf(await stream(new OnlineASRProcessor(asr), 1, { everySec: 1 }))).toEqual(['de0', 'de1'])
    }
  })
})
