import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src/core/errors.js'
import type { Log, Word } from '../../src/core/types.js'
import { createTranscriber } from '../../src/transcriber/create-transcriber.js'
import { folderWith, silentWav, spokenWords } from '../helpers/program.js'
import { eventsOf, scripted } from '../helpers/scripted-talk.js'
import { fixture } from '../helpers/speech.js'

const TEXTS = ['One', 'two', 'three.', 'Four']
const KNOWN: readonly Partial<Word>[] = [
  { probability: 0.9 },
  { probability: 0.9, confidence: 0.2 },
  {},
  { probability: 0.1 },
]
const talk = (known: readonly Partial<Word>[]) =>
  folderWith({
    'words.json': spokenWords(TEXTS).map((word, at) => ({ ...word, ...known[at] })),
    'talk.wav': silentWav(3),
  })

const finalSegments = async (cwd: string, settings: Parameters<typeof scripted>[1] = {}) => {
  await using transcriber = await scripted(cwd, settings)
  const events = await eventsOf(transcriber.stream(join(cwd, 'talk.wav')))
  return events.flatMap((event) => (event.type === 'text-final' ? [event.segment] : []))
}

describe('with a least confidence', () => {
  it('words below it are doubtful, by their confidence or else by their probability, and the text stays the same', async () => {
    const cwd = talk(KNOWN)
    const plain = await finalSegments(cwd)
    const segments = await finalSegments(cwd, { minConfidence: 0.5 })
    expect(segments.flatMap(({ words }) => words.filter((word) => word.isDoubtful).map(({ text }) => text))).toEqual([
      'two',
      'Four',
    ])
    expect(segments.map(({ text }) => text)).toEqual(plain.map(({ text }) => text))
    expect(plain.flatMap(({ words }) => words.filter((word) => 'isDoubtful' in word))).toEqual([])
    expect(plain.flatMap(({ words }) => words.map(({ confidence }) => confidence))).toEqual([
      undefined,
      0.2,
      undefined,
      undefined,
    ])
  })

  it('of 0 there are none', async () => {
    const segments = await finalSegments(talk(KNOWN), { minConfidence: 0 })
    expect(segments.flatMap(({ words }) => words.filter((word) => word.isDoubtful))).toEqual([])
  })

  it('a backend that says nothing of its words is told of once, however many streams there are', async () => {
    const cwd = talk([])
    const warnings: string[] = []
    const log: Log = { error() {}, info() {}, debug() {}, warn: (message) => void warnings.push(message) }
    await using transcriber = await scripted(cwd, { minConfidence: 0.5, log })
    for (let stream = 0; stream < 2; stream++) await eventsOf(transcriber.stream(join(cwd, 'talk.wav')))
    expect(warnings).toEqual([expect.stringMatching(/the backend "scripted" does not say how likely its words are/)])
  })

  it.each([1.1, -0.1, '0.5'])('it is a number from 0 to 1, not %j', async (minConfidence) => {
    await expect(createTranscriber({ minConfidence: minConfidence as number })).rejects.toThrow(UsageError)
  })
})

describe('the words of the included model', () => {
  const policies = [
    ['offline', { offline: true }],
    ['local agreement', { minChunkSize: 1 }],
    ['AlignAtt', { policy: 'alignatt', minChunkSize: 0.5 }],
  ] as const

  it.each(policies)('have a confidence: %s', async (_, settings) => {
    await using transcriber = await createTranscriber({ language: 'en', ...settings })
    const events = await eventsOf(transcriber.stream(fixture('jfk').audio))
    const words = events.flatMap((event) => (event.type === 'text-final' ? event.segment.words : []))
    expect(words.length).toBeGreaterThan(15)
    for (const { confidence = -1, probability = -1 } of words) {
      expect(confidence).toBeGreaterThan(0)
      expect(confidence).toBeLessThan(1)
      expect(probability).toBeGreaterThan(0)
    }
    const sure = words.filter(({ confidence = 0 }) => confidence > 0.9)
    expect(sure.length).toBeGreaterThan(words.length / 2)
  })
})
