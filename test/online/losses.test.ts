import { describe, expect, it } from 'vitest'
import type { Word } from '../../src/core/types.js'
import { GrowingAudioBuffer, ReferenceAudioBuffer } from '../../src/online/audio-buffer.js'
import { OnlineASRProcessor, type OnlineOptions } from '../../src/online/local-agreement/online-asr-processor.js'
import { rememberingLog } from '../helpers/logs.js'
import { spokenWords } from '../helpers/program.js'
import {
  numberedAudio,
  Oracle,
  type OracleOptions,
  oneSegment,
  RATE,
  sentenceSegments,
  stream,
  textsOf,
} from './timed-oracle.js'

/** The reference's losses: what `compat` keeps and the default mends. */
const REFERENCE: OnlineOptions = { compat: 'whisper_online' }
const SENTENCES: OnlineOptions = { bufferTrimming: { strategy: 'sentence', seconds: 15 } }

/** Words half a second apart, a sentence every tenth word. */
function sentences(count: number): string[] {
  return Array.from({ length: count }, (_, i) => (i % 10 === 9 ? `w${i}.` : i % 10 === 0 ? `W${i}` : `w${i}`))
}

const longest = ({ calls }: Oracle) => Math.max(...calls.map(({ samples }) => samples)) / RATE

function processorFor(spoken: readonly Word[], options: OnlineOptions, speaking: OracleOptions = {}) {
  const oracle = new Oracle(spoken, speaking)
  return { oracle, processor: new OnlineASRProcessor(oracle, options) }
}

describe('the end of the stream', () => {
  const spoken = spokenWords(['one', 'two', 'three', 'four'])

  it('says the last hypothesis once, however often it is asked', async () => {
    const endings = async (options: OnlineOptions) => {
      const { processor } = processorFor(spoken, options)
      processor.insertAudioChunk(numberedAudio(0, 2 * RATE))
      await processor.processIter()
      return textsOf([await processor.finish(), await processor.finish()])
    }
    expect(await endings(REFERENCE)).toEqual(['one', 'two', 'three', 'four', 'one', 'two', 'three', 'four'])
    expect(await endings({})).toEqual(['one', 'two', 'three', 'four'])
  })

  it('moves the end of the stream once', async () => {
    const offset = async (options: OnlineOptions) => {
      const { processor } = processorFor(spoken, options)
      processor.insertAudioChunk(numberedAudio(0, 2 * RATE))
      await processor.finish()
      await processor.finish()
      return processor.bufferTimeOffset
    }
    expect(await offset(REFERENCE)).toBe(4)
    expect(await offset({})).toBe(2)
  })

  it('hears what arrived after the last update', async () => {
    const ending = async (options: OnlineOptions) => {
      const { processor } = processorFor(spoken, options)
      processor.insertAudioChunk(numberedAudio(0, RATE))
      const first = await processor.processIter()
      processor.insertAudioChunk(numberedAudio(RATE, RATE))
      return textsOf([first, await processor.finish()])
    }
    expect(await ending(REFERENCE)).toEqual(['one', 'two'])
    expect(await ending({})).toEqual(['one', 'two', 'three', 'four'])
  })

  it('hears a stream that is shorter than an update', async () => {
    const ending = async (options: OnlineOptions) => {
      const { processor } = processorFor(spoken, options)
      processor.insertAudioChunk(numberedAudio(0, RATE / 2))
      return textsOf([await processor.finish()])
    }
    expect(await ending(REFERENCE)).toEqual([])
    expect(await ending({})).toEqual(['one'])
  })
})

describe('a sentence of one word', () => {
  const spoken = spokenWords(sentences(200).map((text, i) => (i === 40 ? 'Yes.' : text)))

  async function run(options: OnlineOptions) {
    const { oracle, processor } = processorFor(spoken, { ...SENTENCES, ...options }, { segments: sentenceSegments })
    const offsets: number[] = []
    const segments = await stream(processor, 102, { afterUpdate: () => offsets.push(processor.bufferTimeOffset) })
    const goesBack = offsets.some((offset, i) => offset < (offsets[i - 1] ?? 0))
    return { texts: textsOf(segments), goesBack, longest: longest(oracle) }
  }

  it('ends all trimming in the reference: its buffer is cut at the same old sentence, and words are lost', async () => {
    const { texts, goesBack } = await run(REFERENCE)
    expect(texts.length).toBeLessThan(150)
    expect(goesBack).toBe(true)
  })

  it('is a sentence like any other', async () => {
    const { texts, goesBack, longest } = await run({})
    expect(texts).toEqual(spoken.map(({ text }) => text))
    expect(goesBack).toBe(false)
    expect(longest).toBeLessThanOrEqual(25)
  })
})

describe('a cut before the start of the buffer', () => {
  const cutAt = (buffer: ReferenceAudioBuffer | GrowingAudioBuffer, time: number) => {
    buffer.append(numberedAudio(20 * RATE, 10 * RATE))
    buffer.dropBefore(time)
    return { offset: buffer.offsetSec, seconds: buffer.length / RATE, first: buffer.samples()[0] }
  }
  const sampleAt = (time: number) => numberedAudio(time * RATE, 1)[0]

  it('keeps the last seconds and turns time back in the reference', () => {
    expect(cutAt(new ReferenceAudioBuffer(20), 18)).toEqual({ offset: 18, seconds: 2, first: sampleAt(28) })
  })

  it('drops no audio and turns no time back', () => {
    expect(cutAt(new GrowingAudioBuffer(20), 18)).toEqual({ offset: 20, seconds: 10, first: sampleAt(20) })
    expect(cutAt(new GrowingAudioBuffer(20), 0)).toEqual({ offset: 20, seconds: 10, first: sampleAt(20) })
  })

  it.each([[ReferenceAudioBuffer], [GrowingAudioBuffer]])(
    'is another thing than a cut in it or at its ends: %o',
    (Kind) => {
      expect(cutAt(new Kind(20), 20)).toEqual({ offset: 20, seconds: 10, first: sampleAt(20) })
      expect(cutAt(new Kind(20), 25)).toEqual({ offset: 25, seconds: 5, first: sampleAt(25) })
      expect(cutAt(new Kind(20), 30)).toEqual({ offset: 30, seconds: 0, first: undefined })
    },
  )

  it('does not go beyond the audio, as the reference does', () => {
    expect(cutAt(new ReferenceAudioBuffer(20), 31).offset).toBe(31)
    expect(cutAt(new GrowingAudioBuffer(20), 31).offset).toBe(30)
  })
})

describe('a second cut after one update', () => {
  const spoken = spokenWords(sentences(80).map((text, i) => (i > 9 ? text.replace('.', '') : text)))
  const ENDS = [10.45, 20.45, 30.45, 40]

  async function offsetAfterTwoCuts(options: OnlineOptions): Promise<number> {
    const { processor } = processorFor(spoken, { ...SENTENCES, ...options }, { segments: () => ENDS })
    processor.insertAudioChunk(numberedAudio(0, 38 * RATE))
    await processor.processIter()
    processor.insertAudioChunk(numberedAudio(38 * RATE, 2 * RATE))
    await processor.processIter()
    return processor.bufferTimeOffset
  }
  const isInWord = (time: number) => spoken.some(({ begin, end }) => begin < time && time < end)

  it('adds the offset after the first to segments of the result before it in the reference, and tears a word', async () => {
    const offset = await offsetAfterTwoCuts(REFERENCE)
    expect(ENDS).not.toContainEqual(offset)
    expect(isInWord(offset)).toBe(true)
  })

  it('is made where the segment ends', async () => {
    const offset = await offsetAfterTwoCuts({ maxBufferSec: 60 })
    expect(offset).toBeCloseTo(30.45, 4)
    expect(isInWord(offset)).toBe(false)
  })
})

describe('silence', () => {
  const late = [{ begin: 65, end: 65.4, text: 'late' }]

  it('is kept for ever in the reference', async () => {
    const { oracle, processor } = processorFor(late, REFERENCE)
    await stream(processor, 70, { everySec: 2 })
    expect(oracle.calls.at(-1)?.samples).toBe(70 * RATE)
  })

  it('goes when the recognizer cannot hear more at once, with one warning', async () => {
    const log = rememberingLog()
    const { oracle, processor } = processorFor(late, { log })
    expect(textsOf(await stream(processor, 70, { everySec: 2 }))).toEqual(['late'])
    expect(longest(oracle)).toBe(30)
    expect(log.warnings).toEqual(['nothing is recognized from 0.0 s on; audio before 15.0 s is dropped'])
  })
})

describe('a recognizer that gives one segment', () => {
  const spoken = spokenWords(sentences(140))

  it.each([
    ['one segment', oneSegment],
    ['no segment', () => []],
  ])('%s: the buffer is never cut in the reference', async (_, segments) => {
    const { oracle, processor } = processorFor(spoken, REFERENCE, { segments })
    await stream(processor, 72, { everySec: 2 })
    expect(oracle.calls.at(-1)?.samples).toBe(72 * RATE)
  })

  it.each([
    ['one segment', oneSegment],
    ['no segment', () => []],
  ])('%s: the buffer is cut after a committed word when it is full, and nothing is lost', async (_, segments) => {
    const log = rememberingLog()
    const { oracle, processor } = processorFor(spoken, { log }, { segments, maxAudioSec: 20 })
    expect(textsOf(await stream(processor, 72, { everySec: 2 }))).toEqual(spoken.map(({ text }) => text))
    expect(longest(oracle)).toBe(20)
    expect(log.warnings).toEqual([])
  })
})

describe('a recognizer that never says the same twice', () => {
  const spoken = spokenWords(sentences(140))
  const fickle: OracleOptions = {
    distort: (words, _, pass) => words.map((word) => ({ ...word, text: `${word.text}/${pass % 2}` })),
  }
  const firstEnd = async (options: OnlineOptions) => {
    const { oracle, processor } = processorFor(spoken, options, fickle)
    const segments = await stream(processor, 72, { everySec: 2 })
    const texts = textsOf(segments).map((text) => text.replace(/\/.$/, ''))
    return { texts, updates: segments.length, longest: longest(oracle) }
  }

  it('gives no text before the end in the reference, and its buffer grows', async () => {
    const { updates, longest } = await firstEnd(REFERENCE)
    expect(updates).toBe(1)
    expect(longest).toBe(72)
  })

  it('is taken at its last word when the buffer is full', async () => {
    const { texts, updates, longest } = await firstEnd({})
    expect(texts).toEqual(spoken.map(({ text }) => text))
    expect(updates).toBeGreaterThan(2)
    expect(longest).toBe(30)
  })
})

describe('the committed words of a long stream', () => {
  const spoken = spokenWords(sentences(600))
  const run = async (options: OnlineOptions) => {
    const { oracle, processor } = processorFor(spoken, options, { segments: sentenceSegments })
    let most = 0
    await stream(processor, 302, {
      everySec: 2,
      afterUpdate: () => {
        most = Math.max(most, processor.committedWords.length)
      },
    })
    return { most, calls: oracle.calls }
  }

  it('are all kept in the reference', async () => {
    expect((await run(REFERENCE)).most).toBeGreaterThan(590)
  })

  /** The last words that reach 200 characters, a space a word included. */
  const lastWords = (words: readonly Word[]) => {
    const last: string[] = []
    for (const { text } of words.toReversed()) if (`${last.join(' ')} `.length < 200) last.unshift(text)
    return last
  }

  it.each(['segment', 'sentence'] as const)('are kept for as long as a prompt needs them: %s', async (strategy) => {
    const { most, calls } = await run({ bufferTrimming: { strategy, seconds: 15 } })
    expect(most).toBeLessThan(120)
    for (const { position, prompt } of calls) {
      const before = spoken.filter(({ end }) => end <= position / RATE)
      expect(prompt).toBe(lastWords(before).join(' '))
    }
    expect(calls.at(-1)!.prompt.length).toBeGreaterThanOrEqual(199)
  })
})

describe('ends of sentences in any language', () => {
  const longestBuffer = async (spoken: readonly Word[], options: OnlineOptions) => {
    const { oracle, processor } = processorFor(spoken, { ...SENTENCES, ...options }, { sep: '' })
    const texts = textsOf(await stream(processor, 62))
    expect(texts).toEqual(spoken.map(({ text }) => text))
    return longest(oracle)
  }
  const cantonese = spokenWords('今日天氣真好啊。我哋去行山啦。'.repeat(9).match(/.。?/gu)!)
  const english = spokenWords(sentences(120).map((text) => ` ${text}`))

  it('are not seen in Cantonese by the reference: nothing is cut', async () => {
    expect(await longestBuffer(cantonese, REFERENCE)).toBeGreaterThan(50)
  })

  it.each(['yue', 'auto', null])('are seen in Cantonese, asked for "%s"', async (language) => {
    expect(await longestBuffer(cantonese, { language })).toBeLessThan(25)
  })

  it.each(['en', 'auto', null, 'xx', 'no such language'])('are seen in English, asked for "%s"', async (language) => {
    expect(await longestBuffer(english, { language })).toBeLessThan(25)
  })
})
