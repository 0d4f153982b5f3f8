import { describe, expect, it } from 'vitest'
import { OnlineASRProcessor } from '../../../src/online/local-agreement/online-asr-processor.js'
import { ReferenceSpeechGate } from '../../../src/online/vad/reference-speech-gate.js'
import { VACOnlineASRProcessor } from '../../../src/online/vad/vac-online-asr-processor.js'
import { FixedVADIterator } from '../../../src/online/vad/vad-iterator.js'
import {
  expectReturned,
  RecordedASR,
  type Returned,
  recordedDetector,
  type Transcribed,
} from '../../helpers/recorded.js'
import { loadConformance } from '../../helpers/shared-files.js'

interface IteratorCase {
  readonly name: string
  readonly probabilities: readonly number[]
  readonly chunks: readonly (readonly [number, { readonly start?: number; readonly end?: number } | null])[]
}

describe('FixedVADIterator as the reference', () => {
  it.each(loadConformance<IteratorCase>('fixed_vad_iterator'))('$name', async ({ probabilities, chunks }) => {
    const iterator = new FixedVADIterator(recordedDetector(probabilities))
    for (const [samples, event] of chunks) expect(await iterator.next(new Float32Array(samples))).toEqual(event)
  })
})

interface VACCase {
  readonly name: string
  readonly separator: string
  readonly minChunkSize: number
  readonly bufferTrimming: readonly ['segment' | 'sentence', number]
  readonly probabilities: readonly number[]
  readonly chunkSamples: number
  readonly totalSamples: number
  readonly steps: readonly {
    readonly after: number
    readonly insertSamples: number
    readonly returns: Returned
    readonly status: 'voice' | 'nonvoice' | null
    readonly vacBufferSamples: number
    readonly vacBufferOffset: number
    readonly onlineBufferSamples: number
    readonly onlineBufferTimeOffset: number
    readonly transcribe?: Transcribed
  }[]
  readonly stepsAfterLast: number
  readonly finish: { readonly returns: Returned }
}

describe('VACOnlineASRProcessor as the reference', () => {
  it.each(loadConformance<VACCase>('vac'))('$name', async (recorded) => {
    const [strategy, seconds] = recorded.bufferTrimming
    const answers = recorded.steps.flatMap(({ transcribe }) => transcribe ?? [])
    const asr = new RecordedASR(recorded.separator, answers)
    const online = new OnlineASRProcessor(asr, { bufferTrimming: { strategy, seconds }, compat: 'whisper_online' })
    const gate = new ReferenceSpeechGate(recordedDetector(recorded.probabilities))
    const { minChunkSize: minChunkSec, separator } = recorded
    const vac = new VACOnlineASRProcessor(online, gate, { minChunkSec, separator })

    let left = recorded.totalSamples
    const step = (samples: number) => {
      left -= samples
      vac.insertAudioChunk(new Float32Array(samples))
      return vac.processIter()
    }
    const uneventful = async (count: number) => {
      for (let i = 0; i < count; i++) expect(await step(Math.min(left, recorded.chunkSamples))).toBeNull()
    }
    for (const expected of recorded.steps) {
      await uneventful(expected.after)
      expectReturned(await step(expected.insertSamples), expected.returns)
      expect({
        status: gate.status,
        vacBufferSamples: gate.bufferSamples,
        vacBufferOffset: gate.bufferOffsetSamples,
        onlineBufferSamples: online.bufferSamples,
      }).toEqual({
        status: expected.status,
        vacBufferSamples: expected.vacBufferSamples,
        vacBufferOffset: expected.vacBufferOffset,
        onlineBufferSamples: expected.onlineBufferSamples,
      })
      expect(online.bufferTimeOffset).toBeCloseTo(expected.onlineBufferTimeOffset, 9)
    }
    await uneventful(recorded.stepsAfterLast)
    expect({ left, answers: asr.left }).toEqual({ left: 0, answers: 0 })
    expectReturned(await vac.finish(), recorded.finish.returns)
  })
})
