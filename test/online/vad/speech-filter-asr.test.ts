import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type {
  ASRBase,
  PrefixASR,
  PrefixOptions,
  PrefixResult,
  TranscribeOptions,
  Word,
} from '../../../src/core/types.js'
import { AlignAttProcessor } from '../../../src/online/alignatt/alignatt-processor.js'
import { AudioLedger } from '../../../src/online/ledger/audio-ledger.js'
import { OnlineASRProcessor } from '../../../src/online/local-agreement/online-asr-processor.js'
import { withSpeechFilter } from '../../../src/online/vad/speech-filter-asr.js'
import { TimeMap } from '../../../src/online/vad/time-map.js'
import { idealDetector, type Talk, talk, transcribeTalk } from '../../helpers/utterances.js'
import { numberedAudio, RATE, textsOf } from '../timed-oracle.js'

const NUMBERS = 2 ** 24

/** Hears a word where it finds its samples, whatever was cut out before them; says where in the audio that is. */
class Finder implements PrefixASR<readonly Word[]> {
  readonly sep = ' '
  readonly originalLanguage = 'en'
  readonly heard: {
    readonly seconds: number
    readonly position: number | undefined
    readonly committedSec: number | undefined
  }[] = []
  readonly #words: readonly Word[]

  constructor({ words }: Talk) {
    this.#words = words
  }
  setTranslateTask(): void {}
  tsWords = (result: readonly Word[]) => result
  segmentsEndTs = (result: readonly Word[]) => result.map(({ end }) => end)

  async transcribe(
    audio: Float32Array,
    { positionSamples, committedSec }: TranscribeOptions,
  ): Promise<readonly Word[]> {
    this.heard.push({ seconds: audio.length / RATE, position: positionSamples, committedSec })
    return this.#words.flatMap(({ begin, end, text }) => {
      const from = placeOf(Math.round(begin * RATE), audio)
      const to = placeOf(Math.round(end * RATE), audio)
      return from === undefined || to === undefined ? [] : [{ begin: from / RATE, end: to / RATE, text }]
    })
  }

  async transcribeFrom(audio: Float32Array, options: PrefixOptions): Promise<PrefixResult> {
    const words = await this.transcribe(audio, options)
    const rest = words.filter(({ begin, end }) => begin >= options.fromSec - 0.01 && end <= options.untilSec)
    return { words: rest.map((word) => ({ ...word, tokens: [] })), ended: 'attention', skippedSpeechSec: 0 }
  }
}

/** Where a numbered sample is in audio that was cut but not mixed. */
function placeOf(sample: number, audio: Float32Array): number | undefined {
  let [low, high] = [0, audio.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (audio[middle]! * NUMBERS < sample) low = middle + 1
    else high = middle
  }
  return low < audio.length && audio[low]! * NUMBERS === sample ? low : undefined
}

const long = talk([1.3, 0.4, 2.7, 0.3, 1.9].map((seconds, i) => ({ pause: 2 + i, seconds })))

const timesOf = (words: readonly Word[]) =>
  words.map(({ begin, end, text }) => [begin.toFixed(3), end.toFixed(3), text])

describe('a recognizer that hears speech only', () => {
  const layered = (said: Talk) => {
    const finder = new Finder(said)
    return { finder, asr: withSpeechFilter(finder, idealDetector(said)) }
  }

  it('gives words their true times', async () => {
    const { finder, asr } = layered(long)
    const audio = numberedAudio(0, Math.round(long.seconds * RATE))
    const result = await asr.transcribe(audio, { prompt: '', positionSamples: 0 })
    expect(timesOf(asr.tsWords(result))).toEqual(timesOf(long.words))
    expect(asr.segmentsEndTs(result).map((end) => end.toFixed(3))).toEqual(long.words.map(({ end }) => end.toFixed(3)))
    const spoken = long.utterances.reduce((sum, { begin, end }) => sum + end - begin, 0)
    expect(finder.heard[0]!.seconds).toBeLessThan(spoken + 5 * 0.3)
  })

  it('gives them whether it is told the position or not', async () => {
    const { finder, asr } = layered(long)
    const audio = numberedAudio(0, Math.round(long.seconds * RATE))
    for (let i = 0; i < 2; i++) {
      const result = await asr.transcribe(audio, { prompt: '' })
      expect(timesOf(asr.tsWords(result))).toEqual(timesOf(long.words))
    }
    expect(finder.heard.map(({ position }) => position)).toEqual([undefined, undefined])
  })

  it('tells what is committed in seconds of the speech that it hands on', async () => {
    const { finder, asr } = layered(long)
    const audio = numberedAudio(0, Math.round(long.seconds * RATE))
    const { result } = await asr.transcribe(audio, { prompt: '', positionSamples: 0 })
    for (const [at, { end }] of long.words.entries()) {
      await asr.transcribe(audio, { prompt: String(at), positionSamples: 0, committedSec: end })
      expect(finder.heard.at(-1)!.committedSec).toBeCloseTo(result!.words[at]!.end, 3)
    }
  })

  it('asks nobody about silence, nor again about what it knows', async () => {
    const { finder, asr } = layered(talk([{ pause: 3, seconds: 1 }]))
    const hear = async (seconds: number) => {
      const options = { prompt: '', positionSamples: 0 }
      return asr.tsWords(await asr.transcribe(numberedAudio(0, seconds * RATE), options)).length
    }
    expect(await hear(2)).toBe(0)
    expect(finder.heard).toHaveLength(0)
    for (let seconds = 5; seconds < 20; seconds++) expect(await hear(seconds)).toBe(3)
    expect(finder.heard).toHaveLength(1)
  })

  it.each(['local-agreement', 'alignatt'] as const)('loses nothing in streaming: %s', async (policy) => {
    const utterance = fc.record({
      pause: fc.double({ min: 0.3, max: 9, noNaN: true }),
      seconds: fc.double({ min: 0.2, max: 6, noNaN: true }),
    })
    const talks = fc.noShrink(fc.array(utterance, { minLength: 1, maxLength: 7 }).map(talk))
    await fc.assert(
      fc.asyncProperty(talks, fc.integer({ min: 3000, max: 50_000 }), async (said, chunk) => {
        const { asr } = layered(said)
        const processor =
          policy === 'alignatt' ? new AlignAttProcessor(asr as ASRBase as PrefixASR) : new OnlineASRProcessor(asr)
        const heard = await transcribeTalk(processor, said, [chunk])
        const segments = heard.map(({ segment }) => segment)
        expect(textsOf(segments)).toEqual(said.words.map(({ text }) => text))
        for (const [i, word] of segments.flatMap(({ words }) => words).entries()) {
          expect(Math.abs(word.begin - said.words[i]!.begin)).toBeLessThan(0.01)
        }
      }),
      { numRuns: 10 },
    )
  })

  it('cuts a buffer when so much speech is in it, not so much audio', async () => {
    const heardAtMost = async (said: Talk) => {
      const { finder, asr } = layered(said)
      const processor = new OnlineASRProcessor(asr, { bufferTrimming: { strategy: 'segment', seconds: 5 } })
      const heard = await transcribeTalk(processor, said, [RATE])
      expect(heard.flatMap(({ segment }) => segment.words).map(({ text }) => text)).toEqual(
        said.words.map(({ text }) => text),
      )
      return Math.max(...finder.heard.map(({ seconds }) => seconds))
    }
    const pauses = talk([1.3, 0.4, 1.9].map((seconds) => ({ pause: 5, seconds })))
    expect(await heardAtMost(pauses)).toBeGreaterThan(3.6)
    const dense = talk(Array.from({ length: 12 }, () => ({ pause: 1, seconds: 1.5 })))
    expect(await heardAtMost(dense)).toBeLessThan(9)
  })

  it('accounts for what it leaves out as silence, and for nothing that was said', async () => {
    const ledger = new AudioLedger()
    const asr = withSpeechFilter(new Finder(long), idealDetector(long), {}, ledger)
    const audio = numberedAudio(0, Math.round(long.seconds * RATE))
    ledger.receive(audio.length)
    await asr.transcribe(audio, { prompt: '', positionSamples: 0 })
    ledger.commit(long.words)
    ledger.endUtterance(long.seconds)
    const samplesOf = (wanted: string) =>
      ledger.sums().reduce((sum, { disposition, samples }) => sum + (disposition === wanted ? samples : 0), 0)
    const words = long.words.reduce((sum, { begin, end }) => sum + end - begin, 0)
    expect(samplesOf('words') / RATE).toBeCloseTo(words, 1)
    const spoken = long.utterances.reduce((sum, { begin, end }) => sum + end - begin, 0)
    const silent = samplesOf('silent') / RATE
    expect(silent).toBeLessThan(long.seconds - spoken)
    expect(silent).toBeGreaterThan(long.seconds - spoken - 5 * 1)
  })

  it('tells positions that never mean two things', async () => {
    const { finder, asr } = layered(long)
    const hear = (from: number, to: number) =>
      asr.transcribe(numberedAudio(from * RATE, (to - from) * RATE), { prompt: '', positionSamples: from * RATE })
    await hear(0, 6)
    await hear(4, 12)
    await hear(13, 16)
    await hear(0, 6)
    const positions = finder.heard.map(({ position }) => position!)
    expect(positions[1]! - positions[0]!).toBeGreaterThan(1.3 * RATE - 1600)
    expect(positions[2]).toBe(13 * RATE)
    expect(positions[3]).toBeGreaterThan(positions[2]!)
  })
})

describe('TimeMap', () => {
  const map = new TimeMap([
    { begin: RATE, end: 2 * RATE },
    { begin: 5 * RATE, end: 7 * RATE },
  ])

  it('never puts silence inside a word', () => {
    expect(map.wordInWhole({ begin: 0.9, end: 1.6, text: 'w' })).toEqual({ begin: 5, end: 5.6, text: 'w' })
    expect(map.wordInWhole({ begin: 0.2, end: 1.1, text: 'w' })).toEqual({ begin: 1.2, end: 2, text: 'w' })
    expect(map.wordInWhole({ begin: 2.9, end: 3.4, text: 'w' })).toEqual({ begin: 6.9, end: 7, text: 'w' })
  })

  it('ends where it ended, at a border before the cut', () => {
    expect([0.5, 1, 1.5, 3, 4].map((end) => map.endInWhole(end))).toEqual([1.5, 2, 5.5, 7, 7])
  })

  it('knows where times of the whole are', () => {
    expect([0, 1.5, 3, 6, 9].map((time) => map.toLeft(time))).toEqual([0, 0.5, 1, 2, 3])
  })

  it('leaves what it cuts from as it is', () => {
    const audio = numberedAudio(0, 8 * RATE)
    const cut = map.cut(audio)
    expect([cut.length, cut[0]! * NUMBERS, cut[RATE]! * NUMBERS]).toEqual([3 * RATE, RATE, 5 * RATE])
  })
})
