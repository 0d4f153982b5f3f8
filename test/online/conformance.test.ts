import { describe, expect, it } from 'vitest'
import { HypothesisBuffer } from '../../src/online/hypothesis-buffer.js'
import { OnlineASRProcessor } from '../../src/online/online-asr-processor.js'
import type { ASRBase, Segment, TranscribeOptions, Word } from '../../src/types.js'
import { loadConformance } from '../helpers/shared-files.js'

type Triple = readonly [number, number, string]

const words = (triples: readonly Triple[]): Word[] => triples.map(([begin, end, text]) => ({ begin, end, text }))

function expectTriples(actual: readonly Word[], expected: readonly Triple[]): void {
  expect(actual.map(({ text }) => text)).toEqual(expected.map(([, , text]) => text))
  for (const [i, [begin, end]] of expected.entries()) {
    expect(Math.abs(actual[i]!.begin - begin)).toBeLessThan(1e-9)
    expect(Math.abs(actual[i]!.end - end)).toBeLessThan(1e-9)
  }
}

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
    readonly transcribe: {
      readonly samples: number
      readonly prompt: string
      readonly words: readonly Triple[]
      readonly segmentEnds: readonly number[]
    }
    readonly returns: readonly [number | null, number | null, string]
    readonly bufferTimeOffset: number
    readonly bufferSamples: number
    readonly committedWords: number
  }[]
  readonly finish: {
    readonly returns: readonly [number | null, number | null, string]
    readonly bufferTimeOffset: number
  }
}

/** Answers as recorded, and checks what it is asked. */
class RecordedASR implements ASRBase<ProcessorCase['steps'][number]['transcribe']> {
  readonly originalLanguage = null
  readonly transcribeOptions = {}
  readonly sep: string
  readonly #answers: ProcessorCase['steps'][number]['transcribe'][]

  constructor({ separator, steps }: ProcessorCase) {
    this.sep = separator
    this.#answers = steps.map(({ transcribe }) => transcribe)
  }

  async loadModel(): Promise<void> {}

  async transcribe(audio: Float32Array, { prompt }: TranscribeOptions) {
    const answer = this.#answers.shift()!
    expect({ samples: audio.length, prompt }).toEqual({ samples: answer.samples, prompt: answer.prompt })
    return answer
  }

  tsWords(result: ProcessorCase['steps'][number]['transcribe']) {
    return words(result.words)
  }

  segmentsEndTs(result: ProcessorCase['steps'][number]['transcribe']) {
    return result.segmentEnds
  }

  useVad(): void {}
  setTranslateTask(): void {}
}

function expectReturned(
  actual: Segment | null,
  [begin, end, text]: readonly [number | null, number | null, string],
): void {
  if (begin === null || end === null) expect(actual).toBeNull()
  else expectTriples(actual ? [actual] : [], [[begin, end, text]])
}

describe('OnlineASRProcessor as the reference', () => {
  it.each(loadConformance<ProcessorCase>('online_processor'))('$name', async (recorded) => {
    const [way, seconds] = recorded.bufferTrimming
    const processor = new OnlineASRProcessor(new RecordedASR(recorded), {
      bufferTrimming: { way, seconds },
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
