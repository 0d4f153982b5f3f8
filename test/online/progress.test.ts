import { describe, expect, it } from 'vitest'
import type {
  ASRBase,
  RecognitionProgress,
  StreamProgress,
  TranscribeOptions,
  VadStream,
  Word,
} from '../../src/core/types.js'
import { OnlineASRProcessor } from '../../src/online/local-agreement/online-asr-processor.js'
import { withSpeechFilter } from '../../src/online/vad/speech-filter-asr.js'

const RATE = 16_000

/** Says a word a second, and after each ten seconds how far it is. */
class InWindows implements ASRBase<readonly Word[]> {
  readonly sep = ' '
  readonly originalLanguage = 'en'
  setTranslateTask(): void {}
  tsWords = (result: readonly Word[]) => result
  segmentsEndTs = (result: readonly Word[]) => result.map(({ end }) => end)

  async transcribe(audio: Float32Array, { onProgress, positionSamples = 0 }: TranscribeOptions) {
    const first = Math.round(positionSamples / RATE)
    const words = Array.from({ length: Math.floor(audio.length / RATE) }, (_, second) => {
      return { begin: second + 0.1, end: second + 0.9, text: `w${first + second}` }
    })
    for (let until = 10; until < words.length; until += 10) {
      onProgress?.({ untilSec: until, words: words.slice(until - 10, until) })
    }
    return words
  }
}

const textsUntil = (seconds: number) => Array.from({ length: seconds + 1 }, (_, second) => `w${second}`).join(' ')

describe('a processor that hears long audio', () => {
  it.each([
    ['a time that is none', { untilSec: 'x', words: [] }, /onProgress\(\).*untilSec/],
    ['words that are none', { untilSec: 1, words: 5 }, /the words of onProgress\(\) are a number \(5\)/],
    ['nothing', undefined, /onProgress\(\) was called with undefined/],
  ])('names progress of a wrong shape: %s', async (_, progress, message) => {
    const asr = new InWindows()
    asr.transcribe = async (_audio, { onProgress }) => {
      onProgress?.(progress as unknown as RecognitionProgress)
      return []
    }
    const processor = new OnlineASRProcessor(asr, { backend: 'mine', onProgress: () => {} })
    processor.insertAudioChunk(new Float32Array(5 * RATE))
    const attempt = processor.processIter()
    await expect(attempt).rejects.toThrow(message)
    await expect(attempt).rejects.toThrow(/the backend "mine"/)
  })

  it('tells the windows of one recognition, in seconds of the stream, with their text', async () => {
    const told: StreamProgress[] = []
    const options = {
      maxBufferSec: Number.POSITIVE_INFINITY,
      onProgress: (progress: StreamProgress) => told.push(progress),
    }
    const processor = new OnlineASRProcessor(new InWindows(), options)
    processor.init(100)
    processor.insertAudioChunk(new Float32Array(45 * RATE))
    await processor.processIter()
    expect(told.map(({ recognizedSec }) => recognizedSec)).toEqual([110, 120, 130, 140])
    expect(told.map(({ unconfirmed }) => unconfirmed?.words.length)).toEqual([10, 20, 30, 40])
    expect(told[0]?.unconfirmed).toMatchObject({ begin: 100.1, end: 109.9 })
  })

  it('tells the parts of more audio than it hears at once, with what is committed and not yet given', async () => {
    const told: StreamProgress[] = []
    const onProgress = (progress: StreamProgress) => told.push(progress)
    const processor = new OnlineASRProcessor(new InWindows(), { maxBufferSec: 10, onProgress })
    processor.insertAudioChunk(new Float32Array(35 * RATE))
    const segment = await processor.processIter()
    const position = told.map(({ recognizedSec }) => recognizedSec)
    expect(position.length).toBeGreaterThan(2)
    expect(position).toEqual([...position].sort((a, b) => a - b))
    expect(position.at(-1)).toBeLessThan(35)
    for (const { recognizedSec, unconfirmed } of told) {
      expect(textsUntil(Math.round(recognizedSec))).toContain(unconfirmed?.text)
      expect(unconfirmed?.words.length).toBeGreaterThan(recognizedSec - 2)
    }
    expect(segment?.text.startsWith('w0 w1 w2')).toBe(true)
  })

  it('tells the true position where silence is left out', async () => {
    // Twenty seconds of silence, then speech.
    const detector: VadStream = {
      windowSamples: 512,
      score: async (audio) =>
        Array.from({ length: audio.length / 512 }, (_, window) => (audio[window * 512] === 0 ? 0 : 1)),
      reset() {},
    }
    const told: StreamProgress[] = []
    const options = {
      maxBufferSec: Number.POSITIVE_INFINITY,
      onProgress: (progress: StreamProgress) => told.push(progress),
    }
    const processor = new OnlineASRProcessor(withSpeechFilter(new InWindows(), detector, { speechPadMs: 0 }), options)
    processor.insertAudioChunk(new Float32Array(20 * RATE))
    processor.insertAudioChunk(new Float32Array(30 * RATE).fill(0.1))
    await processor.processIter()
    expect(told.map(({ recognizedSec }) => Math.round(recognizedSec))).toEqual([30, 40])
    expect(told[0]?.unconfirmed?.begin).toBeCloseTo(20.1, 0)
  })
})
