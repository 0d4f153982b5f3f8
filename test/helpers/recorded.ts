import { expect } from 'vitest'
import type { ASRBase, Segment, TranscribeOptions, VadStream, Word } from '../../src/core/types.js'

/** A word as the vectors have it. */
export type Triple = readonly [number, number, string]

/** Words of the vectors. */
export const words = (triples: readonly Triple[]): Word[] => triples.map(([begin, end, text]) => ({ begin, end, text }))

/** Texts are the same, times as good as the same. */
export function expectTriples(actual: readonly Word[], expected: readonly Triple[]): void {
  expect(actual.map(({ text }) => text)).toEqual(expected.map(([, , text]) => text))
  for (const [i, [begin, end]] of expected.entries()) {
    expect(Math.abs(actual[i]!.begin - begin)).toBeLessThan(1e-9)
    expect(Math.abs(actual[i]!.end - end)).toBeLessThan(1e-9)
  }
}

/** What an update gave, in the reference's way: nulls for nothing. */
export type Returned = readonly [number | null, number | null, string]

export function expectReturned(actual: Segment | null, [begin, end, text]: Returned): void {
  if (begin === null || end === null) expect(actual).toBeNull()
  else expectTriples(actual ? [actual] : [], [[begin, end, text]])
}

/** What a recognizer was asked and answered. */
export interface Transcribed {
  readonly samples: number
  readonly prompt: string
  readonly words: readonly Triple[]
  readonly segmentEnds: readonly number[]
}

/** Answers as recorded, and checks what it is asked. */
export class RecordedASR implements ASRBase<Transcribed> {
  readonly originalLanguage = null
  readonly sep: string
  readonly #answers: Transcribed[]

  constructor(separator: string, answers: readonly Transcribed[]) {
    this.sep = separator
    this.#answers = [...answers]
  }

  /** How many answers are left. */
  get left(): number {
    return this.#answers.length
  }

  async transcribe(audio: Float32Array, { prompt }: TranscribeOptions): Promise<Transcribed> {
    const answer = this.#answers.shift()!
    expect({ samples: audio.length, prompt }).toEqual({ samples: answer.samples, prompt: answer.prompt })
    return answer
  }

  tsWords(result: Transcribed): readonly Word[] {
    return words(result.words)
  }

  segmentsEndTs(result: Transcribed): readonly number[] {
    return result.segmentEnds
  }
  setTranslateTask(): void {}
}

/** Gives recorded probabilities, one a window. */
export function recordedDetector(probabilities: readonly number[]): VadStream {
  let next = 0
  return {
    windowSamples: 512,
    async score(audio) {
      const first = next
      next += audio.length / 512
      return probabilities.slice(first, next)
    },
    reset() {
      next = 0
    },
  }
}
