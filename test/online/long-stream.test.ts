import { describe, expect, it, onTestFinished } from 'vitest'
import { OnlineASRProcessor, type OnlineOptions } from '../../src/online/local-agreement/online-asr-processor.js'
import { spokenWords } from '../helpers/program.js'
import { numberedAudio, Oracle, RATE, sentenceSegments, textsOf } from './timed-oracle.js'

/** 40 ms. */
const CHUNK_SAMPLES = 640

/** Counts the samples that are copied into memory of any kind until the test ends. */
function countingCopies(): () => number {
  const typedArray = Object.getPrototypeOf(Float32Array.prototype) as { set: Float32Array['set'] }
  const { set } = typedArray
  let copied = 0
  typedArray.set = function (this: Float32Array, source: ArrayLike<number>, at?: number) {
    copied += source.length
    set.call(this, source, at)
  }
  onTestFinished(() => {
    typedArray.set = set
  })
  return () => copied
}

/** Hands over words, two a second, in chunks of 40 ms, and updates after each of them. */
async function hear(count: number, options: OnlineOptions) {
  const spoken = spokenWords(Array.from({ length: count }, (_, i) => `w${i}${i % 10 === 9 ? '.' : ''}`))
  const oracle = new Oracle(spoken, { segments: sentenceSegments })
  const processor = new OnlineASRProcessor(oracle, options)
  const total = (count / 2) * RATE
  const copies = countingCopies()
  const texts: string[] = []
  let maxWords = 0
  for (let at = 0; at < total; at += CHUNK_SAMPLES) {
    processor.insertAudioChunk(numberedAudio(at, CHUNK_SAMPLES))
    texts.push(...textsOf([await processor.processIter()]))
    maxWords = Math.max(maxWords, processor.committedWords.length)
  }
  texts.push(...textsOf([await processor.finish()]))
  expect([...oracle.complaints]).toEqual([])
  expect(texts).toEqual(spoken.map(({ text }) => text))
  return { copiesOfEach: copies() / total, maxWords, updates: oracle.calls.length }
}

describe('a long stream', () => {
  it('is copied three times at most: an hour in chunks of 40 ms', async () => {
    const { copiesOfEach, maxWords, updates } = await hear(7200, {})
    expect(updates).toBe(90_000)
    expect(copiesOfEach).toBeLessThan(3)
    expect(maxWords).toBeLessThan(120)
  })

  it('is copied again for every chunk by the reference', async () => {
    const { copiesOfEach } = await hear(80, { compat: 'whisper_online' })
    expect(copiesOfEach).toBeGreaterThan(100)
  })
})
