import { scoringWords } from '../../bench/measures.js'
import type { ASRProcessor, Segment } from '../../src/core/types.js'

/** What a processor says of audio that comes in steps of so many samples, an update after each. */
export async function segmentsInSteps(
  processor: ASRProcessor,
  audio: Float32Array,
  stepSamples: number,
): Promise<readonly Segment[]> {
  processor.init()
  const segments: (Segment | null)[] = []
  for (let from = 0; from < audio.length; from += stepSamples) {
    processor.insertAudioChunk(audio.subarray(from, from + stepSamples))
    segments.push(await processor.processIter())
  }
  segments.push(await processor.finish())
  return segments.filter((segment) => segment !== null)
}

/** The words of `segmentsInSteps` as they are scored, with spaces between. */
export async function wordsInSteps(processor: ASRProcessor, audio: Float32Array, stepSamples: number): Promise<string> {
  const segments = await segmentsInSteps(processor, audio, stepSamples)
  return scoringWords(segments.map(({ text }) => text).join('')).join(' ')
}
