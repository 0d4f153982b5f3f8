import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ASRBase, ASRProcessor, Effort, PrefixResult, Word } from '../../src/core/types.js'
import { AlignAttProcessor } from '../../src/online/alignatt/alignatt-processor.js'
import { OnlineASRProcessor } from '../../src/online/local-agreement/online-asr-processor.js'
import { layerOn } from '../../src/online/processor-layer.js'
import { withSpeechFilter } from '../../src/online/vad/speech-filter-asr.js'
import { createSpeechGate, VACOnlineASRProcessor } from '../../src/online/vad/vac-online-asr-processor.js'
import { prefixRecognizer } from '../helpers/prefix-recognizer.js'
import { Oracle, RATE, sentenceSegments, stream, textsOf } from './timed-oracle.js'

const SECONDS = 60
/** Two words a second, in sentences of five. */
const SPOKEN = Array.from({ length: 2 * SECONDS - 4 }, (_, index): Word => {
  const begin = 0.5 * index + 0.1
  return { begin, end: begin + 0.3, text: index % 5 === 4 ? `w${index}.` : `w${index}` }
})
const TEXTS = SPOKEN.map(({ text }) => text)

const efforts = fc.array(
  fc.record({
    stepSec: fc.double({ min: 0.1, max: 5, noNaN: true }),
    windowSec: fc.double({ min: 2, max: 40, noNaN: true }),
  }),
  { minLength: 1, maxLength: 20 },
)

/** A recognizer for AlignAtt that knows the words; a word's token is its number. */
const knowing = prefixRecognizer(async (audio, { prefix, untilSec, positionSamples = 0 }): Promise<PrefixResult> => {
  const offset = positionSamples / RATE
  const until = Math.min(untilSec, audio.length / RATE)
  const said = prefix.at(-1)?.tokens[0] ?? -1
  const words = SPOKEN.flatMap(({ begin, end, text }, token) =>
    token > said && begin >= offset - 0.01 && end - offset <= until
      ? [{ begin: begin - offset, end: end - offset, text, tokens: [token] }]
      : [],
  )
  return { words, ended: 'attention', skippedSpeechSec: 0 }
})

/** Hands over a stream, and changes the effort after each update. */
async function withEfforts(processor: ASRProcessor, changes: readonly Effort[]) {
  processor.init()
  let update = 0
  const afterUpdate = () => processor.setEffort?.(changes[update++ % changes.length]!)
  return textsOf(await stream(processor, SECONDS, { afterUpdate }))
}

describe('a stream whose effort changes', () => {
  it.each(['segment', 'sentence'] as const)('says every word once, to its end, cut at a %s', async (strategy) => {
    await fc.assert(
      fc.asyncProperty(efforts, async (changes) => {
        const oracle = new Oracle(SPOKEN, { segments: sentenceSegments, language: 'en' })
        const bufferTrimming = { strategy, seconds: 15 }
        expect(await withEfforts(new OnlineASRProcessor(oracle, { bufferTrimming }), changes)).toEqual(TEXTS)
        expect([...oracle.complaints]).toEqual([])
      }),
    )
  })

  it('says every word once, to its end, with AlignAtt', async () => {
    await fc.assert(
      fc.asyncProperty(efforts, async (changes) => {
        expect(await withEfforts(new AlignAttProcessor(knowing), changes)).toEqual(TEXTS)
      }),
    )
  })

  it('has a shorter window from then on', async () => {
    const longest = async (changes: readonly Effort[]) => {
      const oracle = new Oracle(SPOKEN, { segments: sentenceSegments })
      await withEfforts(new OnlineASRProcessor(oracle), changes)
      return Math.max(...oracle.calls.map(({ samples }) => samples)) / RATE
    }
    expect(await longest([{ stepSec: 1, windowSec: 8 }])).toBeLessThan(12)
    expect(await longest([{ stepSec: 1, windowSec: 15 }])).toBeGreaterThan(14)
  })
})

describe('the recognizer of a stream', () => {
  const hearing = { windowSamples: 512, score: async (audio: Float32Array) => speechIn(audio), reset() {} }

  it.each([
    ['itself', (asr: Oracle): ASRBase => asr],
    ['behind a filter of speech', (asr: Oracle): ASRBase => withSpeechFilter(asr, hearing)],
  ])('%s is told in each call how many texts it may follow', async (_, layered) => {
    const oracle = new Oracle(SPOKEN, { segments: sentenceSegments })
    const told: (number | undefined)[] = []
    const transcribe = oracle.transcribe.bind(oracle)
    oracle.transcribe = (audio, options) => {
      told.push(options.maxBeamSize)
      return transcribe(audio, options)
    }
    const changes = [2, 1, 5, undefined].map((beamSize) => ({
      stepSec: 1,
      windowSec: 15,
      ...(beamSize !== undefined && { beamSize }),
    }))
    expect(await withEfforts(new OnlineASRProcessor(layered(oracle)), changes)).toEqual(TEXTS)
    expect(told.slice(0, 6)).toEqual([undefined, 2, 1, 5, undefined, 2])
  })
})

describe('voice activity control', () => {
  it('counts the step itself, and hands the effort on', async () => {
    const updates: number[] = []
    const told: Effort[] = []
    let seconds = 0
    const inside: ASRProcessor = {
      init() {},
      insertAudioChunk: (audio) => {
        seconds += audio.length / RATE
      },
      processIter: async () => {
        updates.push(Math.round(seconds))
        return null
      },
      finish: async () => null,
      setEffort: (effort) => void told.push(effort),
    }
    const hearing = { windowSamples: 512, score: async (audio: Float32Array) => speechIn(audio), reset() {} }
    const gate = createSpeechGate(hearing, {}, null)
    const processor = new VACOnlineASRProcessor(layerOn(inside), gate, { minChunkSec: 1, separator: ' ' })
    const handOver = async (count: number) => {
      for (let chunk = 0; chunk < count; chunk++) {
        processor.insertAudioChunk(new Float32Array(RATE / 2).fill(0.5))
        await processor.processIter()
      }
      return updates.splice(0).length
    }
    const before = await handOver(24)
    processor.setEffort({ stepSec: 3, windowSec: 8 })
    expect(told).toEqual([{ stepSec: 3, windowSec: 8 }])
    expect(await handOver(24)).toBeLessThan(before / 2)
  })
})

const speechIn = (audio: Float32Array) => Array.from({ length: audio.length / 512 }, () => 0.9)
