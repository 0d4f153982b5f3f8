import type { ASRProcessor, Segment, VadStream, Word } from '../../src/core/types.js'
import { numberedAudio, RATE } from '../online/timed-oracle.js'

const NUMBERS = 2 ** 24
const WINDOW = 512

/** Words in groups with pauses between, as people talk. */
export interface Talk {
  readonly words: readonly Word[]
  readonly utterances: readonly { readonly begin: number; readonly end: number }[]
  readonly seconds: number
}

/** Makes a talk of utterances that last so long, each after a pause, in seconds. */
export function talk(utterances: readonly { readonly pause: number; readonly seconds: number }[]): Talk {
  const words: Word[] = []
  const spans: { begin: number; end: number }[] = []
  let at = 0
  for (const { pause, seconds } of utterances) {
    const begin = at + pause
    const count = Math.max(1, Math.round(seconds / 0.4))
    const step = seconds / count
    for (let i = 0; i < count; i++) {
      words.push({ begin: begin + i * step + 0.01, end: begin + (i + 1) * step - 0.01, text: `w${words.length}` })
    }
    at = begin + seconds
    spans.push({ begin, end: at })
  }
  return { words, utterances: spans, seconds: at + 1 }
}

/** A detector that is never wrong: it reads from numbered audio where it is. */
export function idealDetector({ utterances }: Talk): VadStream {
  const isSpeech = (begin: number, end: number) => utterances.some((one) => one.begin < end && one.end > begin)
  return {
    windowSamples: WINDOW,
    async score(audio) {
      return Array.from({ length: audio.length / WINDOW }, (_, window) => {
        const begin = (audio[window * WINDOW]! * NUMBERS) / RATE
        return isSpeech(begin, begin + WINDOW / RATE) ? 1 : 0
      })
    },
    reset() {},
  }
}

/** Hands a whole talk over in chunks of these sizes, again and again; gives each piece of text with its time. */
export async function transcribeTalk(
  processor: ASRProcessor,
  { seconds }: Talk,
  chunkSamples: readonly number[],
): Promise<readonly { readonly consumedSec: number; readonly segment: Segment }[]> {
  const heard: { consumedSec: number; segment: Segment }[] = []
  const total = Math.round(seconds * RATE)
  const take = (at: number, segment: Segment | null) => segment && heard.push({ consumedSec: at / RATE, segment })
  for (let at = 0, i = 0; at < total; i++) {
    const samples = Math.min(chunkSamples[i % chunkSamples.length]!, total - at)
    processor.insertAudioChunk(numberedAudio(at, samples))
    at += samples
    do take(at, await processor.processIter())
    while (processor.hasMore?.())
  }
  take(total, await processor.finish())
  return heard
}
