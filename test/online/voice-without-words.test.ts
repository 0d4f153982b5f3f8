import { describe, expect, it } from 'vitest'
import type { ASRProcessor, PrefixOptions, PrefixResult, VadStream } from '../../src/core/types.js'
import { AlignAttProcessor } from '../../src/online/alignatt/alignatt-processor.js'
import { OnlineASRProcessor } from '../../src/online/local-agreement/online-asr-processor.js'
import { rememberingLog } from '../helpers/logs.js'
import { prefixRecognizer } from '../helpers/prefix-recognizer.js'
import { Oracle, RATE } from './timed-oracle.js'

const hearing = (probability: number): VadStream => ({
  windowSamples: 512,
  reset() {},
  score: async (audio) => Array.from({ length: Math.floor(audio.length / 512) }, () => probability),
})

/** A second of sound that goes up and down, as a voice does. */
const SOUND = Float32Array.from({ length: RATE }, (_, at) => (Math.floor(at / 1600) % 2 === 0 ? 0.2 : 0.02))

async function hear(processor: ASRProcessor, seconds: number): Promise<string> {
  const said: string[] = []
  for (let sec = 0; sec < seconds; sec++) {
    processor.insertAudioChunk(SOUND)
    said.push((await processor.processIter())?.text ?? '')
  }
  said.push((await processor.finish())?.text ?? '')
  return said.join('')
}

/** Takes everything for silence unless it is told that somebody speaks, as often as it believes that. */
function deaf(believes: number) {
  const calls: PrefixOptions[] = []
  const asr = prefixRecognizer(async (audio, options): Promise<PrefixResult> => {
    calls.push(options)
    const isHeard = options.isSpeech && calls.filter(({ isSpeech }) => isSpeech).length <= believes
    if (!isHeard) return { words: [], ended: 'silence', skippedSpeechSec: 0 }
    const end = audio.length / RATE
    return {
      words: [{ begin: end - 0.9, end: end - 0.6, text: ' word', tokens: [1] }],
      ended: 'text',
      skippedSpeechSec: 0,
    }
  })
  return { asr, calls }
}

describe('a voice that AlignAtt hears and the recognizer takes for silence', () => {
  const heardWith = (voice: number, believes: number) => {
    const { asr, calls } = deaf(believes)
    const log = rememberingLog()
    const options = { hallucinationFilter: true, vadStream: hearing(voice), log }
    return { processor: new AlignAttProcessor(asr, options), calls, log }
  }

  it('is told to the recognizer, once it is long enough', async () => {
    const { processor, calls, log } = heardWith(1, 1)
    expect(await hear(processor, 3)).toBe(' word')
    expect(calls.slice(0, 2).map(({ isSpeech }) => isSpeech)).toEqual([false, true])
    expect(log.warnings).toEqual([])
  })

  it('is warned of once where it has no words all the same, and at the end', async () => {
    const { processor, log } = heardWith(1, 0)
    expect(await hear(processor, 30)).toBe('')
    expect(log.warnings).toEqual([
      expect.stringMatching(/^nothing is recognized from 0\.0 s on; audio before \d+\.\d s is/),
    ])
    const short = heardWith(1, 0)
    await hear(short.processor, 5)
    expect(short.log.warnings).toEqual(['nothing is recognized from 0.0 s to 5.0 s, where a voice is heard for 4.7 s'])
  })

  it('is nothing where there is none', async () => {
    const { processor, calls, log } = heardWith(0.2, 9)
    expect(await hear(processor, 30)).toBe('')
    expect(calls.some(({ isSpeech }) => isSpeech)).toBe(false)
    expect(log.warnings).toEqual([])
  })
})

/** Finds no words at all, and remembers whether it was told that there is speech. */
class WordlessOracle extends Oracle {
  readonly told: (boolean | undefined)[] = []

  override transcribe(...[audio, options]: Parameters<Oracle['transcribe']>) {
    this.told.push(options.isSpeech)
    return super.transcribe(audio, options)
  }

  skippedSpeechSec(): number {
    return 0
  }
}

describe('a voice that LocalAgreement hears and the recognizer has no words for', () => {
  it.each([
    [1, 5, ['nothing is recognized from 0.0 s to 5.0 s, where a voice is heard for 4.7 s']],
    [1, 3, []],
    [0.2, 5, []],
  ])('with %f, for %i s, is told to it, and of it at the end', async (voice, seconds, warnings) => {
    const asr = new WordlessOracle([])
    const log = rememberingLog()
    await hear(new OnlineASRProcessor(asr, { hallucinationFilter: true, vadStream: hearing(voice), log }), seconds)
    expect(asr.told.slice(0, 2)).toEqual([false, voice === 1])
    expect(log.warnings).toEqual(warnings)
  })
})
