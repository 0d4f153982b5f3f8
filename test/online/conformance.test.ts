import { describe, expect, it } from 'vitest'
import type { Word } from '../../src/core/types.js'
import { HypothesisBuffer } from '../../src/online/local-agreement/hypothesis-buffer.js'
import { OnlineASRProcessor } from '../../src/online/local-agreement/online-asr-processor.js'
import {
  expectReturned,
  expectTriples,
  RecordedASR,
  type Returned,
  type Transcribed,
  type Triple,
  words,
} from '../helpers/recorded.js'
import { loadConformance } from '../helpers/shared-files.js'

interface BufferStep {
  readonly op: 'setLastCommittedTime' | 'insert' | 'flush' | 'popCommitted' | 'complete'
  readonly args: readonly unknown[]
  readonly returns: readonly Triple[] | null
  readonly committedInBuffer: readonly Triple[]
  readonly buffer: readonly Triple[]
  readonly new: readonly Triple[]
  readonly lastCommittedTime: number
  readonly lastCommittedWord: string | null
}

describe('HypothesisBuffer as the reference', () => {
  const run = (buffer: HypothesisBuffer, { op, args }: BufferStep): readonly Word[] | null => {
    switch (op) {
      case 'setLastCommittedTime':
        throw new Error('only as the first step: it is the start of the buffer')
      case 'insert':
        buffer.insert(words(args[0] as readonly Triple[]), args[1] as number)
        return null
      case 'flush':
        return buffer.flush()
      case 'popCommitted':
        buffer.popCommitted(args[0] as number)
        return null
      case 'complete':
        return buffer.complete()
    }
  }

  it.each(loadConformance<{ name: string; steps: readonly BufferStep[] }>('hypothesis_buffer'))(
    '$name',
    ({ steps }) => {
      const [first] = steps
      const startsAt = first?.op === 'setLastCommittedTime' ? (first.args[0] as number) : null
      const buffer = new HypothesisBuffer(startsAt ?? 0)
      for (const step of startsAt === null ? steps : steps.slice(1)) {
        const returned = run(buffer, step)
        if (step.returns) expectTriples(returned ?? [], step.returns)
        expectTriples(buffer.committedInBuffer, step.committedInBuffer)
        expectTriples(buffer.complete(), step.buffer)
        expectTriples(buffer.new, step.new)
        expect(buffer.lastCommittedTime).toBeCloseTo(step.lastCommittedTime, 9)
        expect(buffer.lastCommittedWord).toBe(step.lastCommittedWord)
      }
    },
  )
})

interface ProcessorCase {
  readonly name: string
  readonly separator: string
  readonly bufferTrimming: readonly ['segment' | 'sentence', number]
  readonly initOffset: number | null
  readonly steps: readonly {
    readonly insertSamples: number
    readonly transcribe: Transcribed
    readonly returns: Returned
    readonly bufferTimeOffset: number
    readonly bufferSamples: number
    readonly committedWords: number
  }[]
  readonly finish: {
    readonly returns: Returned
    readonly bufferTimeOffset: number
  }
}

describe('OnlineASRProcessor as the reference', () => {
  it.each(loadConformance<ProcessorCase>('online_processor'))('$name', async (recorded) => {
    const [strategy, seconds] = recorded.bufferTrimming
    const asr = new RecordedASR(
      recorded.separator,
      recorded.steps.map(({ transcribe }) => transcribe),
    )
    const processor = new OnlineASRProcessor(asr, {
      bufferTrimming: { strategy, seconds },
      compat: 'whisper_online',
    })
    if (recorded.initOffset !== null) processor.init(recorded.initOffset)
    for (const step of recorded.steps) {
      processor.insertAudioChunk(new Float32Array(step.insertSamples))
      expectReturned(await processor.processIter(), step.returns)
      expect(processor.bufferTimeOffset).toBeCloseTo(step.bufferTimeOffset, 9)
      expect(processor.bufferSamples).toBe(step.bufferSamples)
      expect(processor.committedWords).toHaveLength(step.committedWords)
    }
    expectReturned(await processor.finish(), recorded.finish.returns)
    expect(processor.bufferTimeOffset).toBeCloseTo(recorded.finish.bufferTimeOffset, 9)
  })
})
