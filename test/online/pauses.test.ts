import { describe, expect, it } from 'vitest'
import type { PacedAudio, PrefixASR, PrefixOptions } from '../../src/core/types.js'
import { AlignAttProcessor } from '../../src/online/alignatt/alignatt-processor.js'
import { OnlineASRProcessor } from '../../src/online/local-agreement/online-asr-processor.js'
import { transcribeStream } from '../helpers/streams.js'
import { Oracle, RATE } from './timed-oracle.js'

const audio = (seconds: number) => new Float32Array(seconds * RATE)

/** A simultaneous recognizer that remembers its prompts and says a word each second, in the middle of it. */
function counting() {
  const prompts: string[] = []
  const asr: PrefixASR = {
    ...new Oracle([]),
    sep: '',
    originalLanguage: 'en',
    transcribe: async () => null,
    tsWords: () => [],
    segmentsEndTs: () => [],
    setTranslateTask: () => {},
    async transcribeFrom(heard: Float32Array, { prompt, fromSec, untilSec, positionSamples = 0 }: PrefixOptions) {
      prompts.push(prompt)
      const until = Math.min(untilSec, heard.length / RATE)
      const seconds = Array.from({ length: Math.ceil(until) }, (_, second) => second)
      const words = seconds
        .map((at) => ({ begin: at + 0.7, end: at + 0.8, text: ` w${positionSamples / RATE + at}`, tokens: [at] }))
        .filter(({ begin, end }) => begin >= fromSec && end <= until)
      return { words, ended: 'attention', skippedSpeechSec: 0 } as const
    },
  }
  return { asr, prompts }
}

describe('after a pause', () => {
  it('AlignAtt remembers what was said in front of it', async () => {
    const { asr, prompts } = counting()
    const processor = new AlignAttProcessor(asr)
    processor.insertAudioChunk(audio(2))
    await processor.processIter()
    expect((await processor.finish())?.text).toContain('w1')
    processor.resume(10)
    processor.insertAudioChunk(audio(2))
    await processor.processIter()
    expect(prompts.at(-1)).toContain('w0 w1')
  })

  it('AlignAtt keeps the first words in its audio when the window is full of what was before them', async () => {
    const { asr, prompts } = counting()
    const silentUntil = 12
    const late: PrefixASR = {
      ...asr,
      async transcribeFrom(heard, options) {
        const result = await asr.transcribeFrom(heard, options)
        const from = silentUntil - (options.positionSamples ?? 0) / RATE
        return { ...result, words: result.words.filter(({ begin }) => begin >= from) }
      },
    }
    const processor = new AlignAttProcessor(late, { audioMaxLenSec: 15 })
    for (let second = 0; second < 17; second++) {
      processor.insertAudioChunk(audio(1))
      await processor.processIter()
    }
    // Had its audio been cut off, the first word would be context.
    expect(prompts.at(-1)).toBe('')
  })

  it('LocalAgreement compares with nothing that was said in front of it', async () => {
    const oracle = new Oracle([], { distort: (_, seconds) => [{ begin: 0.1, end: seconds - 0.1, text: 'no.' }] })
    const processor = new OnlineASRProcessor(oracle)
    processor.insertAudioChunk(audio(1))
    await processor.processIter()
    // Broken off: what was not confirmed is still the last hypothesis.
    processor.resume(1.6)
    processor.insertAudioChunk(audio(1))
    expect(await processor.processIter()).toBeNull()
    expect(await processor.processIter()).toMatchObject({ text: 'no.' })
  })

  it('a new stream says nothing that an ending which failed owed to the one before', async () => {
    let pass = 0
    const words = Array.from({ length: 40 }, (_, i) => ({ begin: i * 0.5, end: i * 0.5 + 0.4, text: `w${i}` }))
    const oracle = new Oracle(words, {
      maxAudioSec: 5,
      beforeAnswer: () => {
        if (++pass === 3) throw new Error('fails')
      },
    })
    const processor = new OnlineASRProcessor(oracle)
    processor.insertAudioChunk(audio(20))
    await expect(processor.finish()).rejects.toThrow('fails')
    processor.init()
    expect(await processor.finish()).toBeNull()
  })

  it('all that was said comes when the source pauses, under both policies, and times do not shift', async () => {
    for (const processor of [
      new AlignAttProcessor(counting().asr),
      new OnlineASRProcessor(new Oracle([], { distort: (_, sec) => [{ begin: 0.1, end: sec - 0.1, text: 'word' }] })),
    ]) {
      const said: [number, string][] = []
      const updates: PacedAudio[] = [
        { audio: audio(1), now: () => 1 },
        { audio: audio(0), now: () => 3, resumeAtSec: 1 },
        { audio: audio(1), now: () => 20 },
      ]
      const pacer = {
        updates: async function* () {
          yield* updates
        },
        endTime: () => 21,
      }
      for await (const { now, segment } of transcribeStream(pacer, processor)) said.push([now, segment.text.trim()])
      expect(said.map(([now]) => now)).toEqual([3, 21])
    }
  })
})
