import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ASRBase, Word } from '../../../src/core/types.js'
import { unsaidRounds } from '../../../src/online/hallucination/unsaid-rounds.js'
import { AudioLedger } from '../../../src/online/ledger/audio-ledger.js'
import { OnlineASRProcessor } from '../../../src/online/local-agreement/online-asr-processor.js'
import { rememberingLog } from '../../helpers/logs.js'
import { spokenWords } from '../../helpers/program.js'
import { Oracle, RATE, type Saying, stream, textsOf } from '../timed-oracle.js'

const REPEATED = ['one', 'two', 'no', 'no', 'no', 'no', 'no', 'no', 'no', 'three', 'four']
const WAYS = [
  ['streamed', {}, 1],
  ['at once', { maxBufferSec: Number.POSITIVE_INFINITY }, 60],
] as const

describe.each(WAYS)('what is said again and again, %s', (_, options, everySec) => {
  it.each([0.2, 0.5, 1.1])('comes whole of a recognizer that makes nothing up, a word every %f s', async (stepSec) => {
    const oracle = new Oracle(spokenWords(REPEATED, stepSec))
    expect(textsOf(await stream(new OnlineASRProcessor(oracle, options), 15, { everySec }))).toEqual(REPEATED)
  })

  it('comes whole whatever the words are', async () => {
    const texts = fc.array(fc.constantFrom('no', 'yes', 'we'), { minLength: 1, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(texts, async (said) => {
        const oracle = new Oracle(spokenWords(said))
        expect(textsOf(await stream(new OnlineASRProcessor(oracle, options), 22, { everySec }))).toEqual(said)
      }),
      { numRuns: 40 },
    )
  })

  it('comes whole of a model that makes text up, where there is time for it and it is sure', async () => {
    const oracle = Object.assign(new Oracle(spokenWords(REPEATED)), {
      hallucinates: true,
      tsWords: ({ words }: Saying) => words.map((word) => ({ ...word, probability: 0.9 })),
    })
    expect(textsOf(await stream(new OnlineASRProcessor(oracle, options), 8, { everySec }))).toEqual(REPEATED)
  })
})

describe('words that a model makes up', () => {
  const SAID = ['he', 'said', 'thanks']
  /** Says the last word again and again, in no time. */
  const looping = (words: readonly Word[]) => {
    const last = words.at(-1)
    const again = (i: number) => ({ ...last, text: 'thanks', begin: 1.5 + i * 0.01, end: 1.51 + i * 0.01 })
    return last?.text === 'thanks' ? [...words, ...Array.from({ length: 9 }, (_, i) => again(i))] : words
  }
  const hallucinating = () =>
    Object.assign(new Oracle(spokenWords(SAID), { distort: looping }), { hallucinates: true }) as ASRBase

  it('are left out, are in the ledger, and are told once', async () => {
    const [log, ledger] = [rememberingLog(), new AudioLedger()]
    ledger.receive(5 * RATE)
    const processor = new OnlineASRProcessor(hallucinating(), { log, ledger })
    expect(textsOf(await stream(processor, 5))).toEqual(SAID)
    ledger.close('')
    expect(ledger.sums().some(({ reason }) => reason.startsWith('words that were probably made up'))).toBe(true)
    expect(log.warnings).toEqual([])
    await processor.close()
    expect(log.warnings).toEqual([
      '9 words are left out that were probably made up by the model; --no-hallucination-filter keeps them',
    ])
  })

  it('are kept where the filter is off', async () => {
    const log = rememberingLog()
    const processor = new OnlineASRProcessor(hallucinating(), { log, hallucinationFilter: false })
    const texts = textsOf(await stream(processor, 5))
    await processor.close()
    expect(texts.length).toBeGreaterThan(SAID.length)
    expect(log.warnings).toEqual([])
  })

  it('lose against a shorter text that is clean, heard without the prompt', async () => {
    const said = spokenWords(['well.', 'and', 'so', 'on'], 1)
    /** With a prompt it makes up more than is said, and then says the same again in no time; without, what is said. */
    const oracle = new Oracle(said, { segments: (words) => words.map(({ end }) => end) })
    const misled: ASRBase = Object.assign(oracle, { hallucinates: true })
    const transcribe = oracle.transcribe.bind(oracle)
    misled.transcribe = async (audio, options) => {
      const result = await transcribe(audio, options)
      if (options.prompt === '') return result
      const more = spokenWords(['thank', 'you', 'all', 'for', 'this'], 0.2)
      const loop = Array.from({ length: 12 }, (_, i) => ({ begin: 1 + i * 0.01, end: 1.01 + i * 0.01, text: 'so' }))
      return { words: [...more, ...loop], segmentEnds: result.segmentEnds }
    }
    const processor = new OnlineASRProcessor(misled, { bufferTrimming: { strategy: 'segment', seconds: 2 } })
    expect(textsOf(await stream(processor, 6))).toEqual(['well.', 'and', 'so', 'on'])
    expect(oracle.calls.some(({ prompt }) => prompt !== '')).toBe(true)
  })
})

describe('a few words that were just said, once more', () => {
  const SAID = ['and', 'so', 'my', 'fellow', 'americans']
  const ended = (sec: number) => SAID.map((text, i): Word => ({ text, begin: 1 + i * sec, end: 1 + (i + 1) * sec }))
  const heard = (again: readonly Word[], saidBefore: string, before: readonly Word[] = []) =>
    unsaidRounds([...before, ...again], { audio: new Float32Array(8 * RATE).fill(0.1), before: saidBefore })

  it('are not said where there is no time for any but the last', () => {
    const last = { text: 'americans', begin: 1.08, end: 1.8 }
    const hasty = [...ended(0.02).slice(0, 4), last]
    expect(heard(hasty, SAID.join(' '))).toEqual([0, 1, 2, 3, 4])
    const before = ended(0.3).map((word) => ({ ...word, begin: word.begin - 1, end: word.end - 1 }))
    expect(heard(hasty, '', before)).toEqual([5, 6, 7, 8, 9])
  })

  it('are said where there is time for two of them, or they are others', () => {
    expect(heard([...ended(0.02).slice(0, 3), ...ended(0.4).slice(3)], SAID.join(' '))).toEqual([])
    expect(heard([...ended(0.02).slice(0, 4), { text: 'people', begin: 1.08, end: 1.8 }], SAID.join(' '))).toEqual([])
    expect(heard(ended(0.02).slice(0, 2), 'and then')).toEqual([])
  })
})
