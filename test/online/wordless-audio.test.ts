import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { VadStream } from '../../src/core/types.js'
import { OnlineASRProcessor } from '../../src/online/local-agreement/online-asr-processor.js'
import { WordlessAudio } from '../../src/online/wordless-audio.js'
import { numberedAudio, Oracle, type OracleOptions, RATE } from './timed-oracle.js'

/** A recognizer that tells how much speech it has left without words. */
class TellingOracle extends Oracle {
  readonly #skippedSec: number

  constructor(skippedSec: number, options: OracleOptions = {}, from = 40) {
    super([{ begin: from, end: from + 0.5, text: 'late.' }], options)
    this.#skippedSec = skippedSec
  }

  skippedSpeechSec(): number {
    return this.#skippedSec
  }
}

/** Hears a voice everywhere, or nowhere: it is not asked about words that nothing is doubtful about. */
const hearing = (probability: number): VadStream => ({
  windowSamples: 512,
  reset() {},
  score: async (audio) => Array.from({ length: Math.floor(audio.length / 512) }, () => probability),
})

async function heardBefore(seconds: number, asr: Oracle, voice = 0): Promise<string> {
  const processor = new OnlineASRProcessor(asr, { vadStream: hearing(voice), hallucinationFilter: false })
  const said: string[] = []
  for (let second = 0; second < seconds; second++) {
    processor.insertAudioChunk(numberedAudio(second * RATE, RATE))
    said.push((await processor.processIter())?.text ?? '')
  }
  said.push((await processor.finish())?.text ?? '')
  return said.join('')
}

const longest = (asr: Oracle) => Math.max(...asr.calls.map(({ samples }) => samples)) / RATE

describe('audio in which two hypotheses in a row find no words', () => {
  it('is forgotten but for its end, so that words come with little of it before them', async () => {
    const asr = new TellingOracle(0)
    expect(await heardBefore(42, asr)).toBe('late.')
    expect(longest(asr)).toBeLessThanOrEqual(6)
  })

  it.each([
    ['there may be speech in it', new TellingOracle(1)],
    ['the recognizer does not tell whether there is', new Oracle([{ begin: 40, end: 40.5, text: 'late.' }])],
  ])('stays where %s', async (_, asr) => {
    expect(await heardBefore(42, asr)).toBe('late.')
    expect(longest(asr)).toBeGreaterThan(25)
  })

  it('stays where a detector hears a voice in it, as in noise that speech does not stand out of', async () => {
    const asr = new TellingOracle(0)
    expect(await heardBefore(42, asr, 1)).toBe('late.')
    expect(longest(asr)).toBeGreaterThan(25)
  })

  it('stays where words are not agreed on yet', async () => {
    const wavering: OracleOptions = {
      distort: (words, seconds, pass) =>
        words.length > 0 ? words : [{ begin: seconds - 1, end: seconds - 0.5, text: `w${pass}` }],
    }
    const asr = new TellingOracle(0, wavering)
    await heardBefore(20, asr)
    expect(longest(asr)).toBeGreaterThan(15)
  })
})

describe('where it is cut', () => {
  const update = fc.record({ isNothing: fc.boolean(), stepSec: fc.double({ min: 0.1, max: 5, noNaN: true }) })

  it('is never in words, nor in what one hypothesis alone has heard, nor in the two seconds before', () => {
    fc.assert(
      fc.property(fc.array(update, { maxLength: 50 }), (updates) => {
        const wordless = new WordlessAudio()
        let [untilSec, wordsEndSec, agreedSec] = [0, 0, 0]
        for (const { isNothing, stepSec } of updates) {
          const beforeSec = untilSec
          untilSec += stepSec
          if (!isNothing) wordsEndSec = untilSec - 0.1
          const cut = wordless.cutAfter({ isNothing, untilSec, wordsEndSec })
          agreedSec = isNothing ? beforeSec : 0
          if (cut === null) continue
          expect(isNothing).toBe(true)
          expect(cut).toBeGreaterThan(wordsEndSec)
          expect(cut).toBeLessThanOrEqual(agreedSec - 2)
          wordsEndSec = cut
        }
      }),
    )
  })
})
