import { describe, expect, it } from 'vitest'
import type { PluginLoader } from '../../src/backends/plugin.js'
import type { PrefixOptions, Segment, TranscribeOptions, Word } from '../../src/core/types.js'
import { createTranscriber } from '../../src/transcriber/create-transcriber.js'
import { eventsOf } from '../helpers/scripted-talk.js'

const RATE = 16_000
const HALF = RATE / 2
const SECONDS = 40
/** Each half second is as loud as its number says. */
const AUDIO = Float32Array.from({ length: SECONDS * RATE }, (_, at) => (1 + Math.floor(at / HALF)) / 256)
const TEXTS = Array.from({ length: 2 * SECONDS }, (_, half) => `w${half + 1}`)

type Misuse = (audio: Float32Array) => void
const transfer: Misuse = (audio) => void structuredClone(audio, { transfer: [audio.buffer as ArrayBuffer] })
const overwrite: Misuse = (audio) => void audio.fill(Number.NaN)

/** Reads the numbers of the half seconds that are whole in some audio. */
function numbersIn(audio: Float32Array, positionSamples = 0): readonly Word[] {
  const words: Word[] = []
  for (let at = (HALF - (positionSamples % HALF)) % HALF; at + HALF <= audio.length; at += HALF) {
    words.push({ begin: at / RATE, end: (at + HALF) / RATE, text: `w${Math.round(audio[at]! * 256)}` })
  }
  return words
}

function recognizer(misuse: Misuse): PluginLoader {
  const hear = (audio: Float32Array, { positionSamples }: TranscribeOptions) => {
    const words = numbersIn(audio, positionSamples)
    misuse(audio)
    return words
  }
  const asr = {
    sep: ' ',
    originalLanguage: 'en',
    transcribe: async (audio: Float32Array, options: TranscribeOptions) => hear(audio, options),
    tsWords: (words: readonly Word[]) => words,
    segmentsEndTs: (words: readonly Word[]) => words.slice(-1).map(({ end }) => end),
    async transcribeFrom(audio: Float32Array, options: PrefixOptions) {
      const isNew = ({ begin, end }: Word) => begin >= options.fromSec - 0.01 && end <= options.untilSec
      const words = hear(audio, options).filter(isNew)
      return { words: words.map((word) => ({ ...word, tokens: [] })), ended: 'attention', skippedSpeechSec: 0 }
    },
  }
  const metadata = { separator: ' ', modelType: 'test', modelSize: 'none', language: 'en' }
  return { name: 'taker', description: 'takes the audio', load: async () => ({ asr: asr as never, metadata }) }
}

function processor(misuse: Misuse): PluginLoader {
  let [heard, begin] = [[] as Word[], 0]
  const taken = async (): Promise<Segment | null> => {
    const words = heard.splice(0)
    if (words.length === 0) return null
    return { begin: words[0]!.begin, end: words.at(-1)!.end, text: words.map(({ text }) => text).join(' '), words }
  }
  const online = {
    init(offset = 0) {
      begin = offset
    },
    insertAudioChunk(audio: Float32Array) {
      heard.push(...numbersIn(audio).map((word) => ({ ...word, begin: begin + word.begin, end: begin + word.end })))
      begin += audio.length / RATE
      misuse(audio)
    },
    processIter: taken,
    finish: taken,
  }
  const metadata = { separator: ' ', modelType: 'test', modelSize: 'none', language: 'en' }
  return { name: 'taker', description: 'takes the audio', load: async () => ({ processor: online, metadata }) }
}

describe('a backend that takes its audio away', () => {
  it.each([
    ['LocalAgreement, transferred', recognizer(transfer), {}],
    ['LocalAgreement, overwritten', recognizer(overwrite), {}],
    ['AlignAtt, transferred', recognizer(transfer), { policy: 'alignatt' as const }],
    ['AlignAtt, overwritten', recognizer(overwrite), { policy: 'alignatt' as const }],
    ['offline, transferred', recognizer(transfer), { offline: true }],
    ['as the reference does, transferred', recognizer(transfer), { compat: 'whisper_online' as const }],
    ['a processor, transferred', processor(transfer), {}],
    ['a processor, overwritten', processor(overwrite), {}],
  ])('loses no word, for it has its own: %s', async (_, plugin, settings) => {
    const given = AUDIO.slice()
    const shared = { backend: 'taker', plugins: [plugin], lan: 'en', keepLevel: true }
    await using transcriber = await createTranscriber({ ...shared, ...settings })
    const events = await eventsOf(transcriber.stream(given))
    const words = events.flatMap((event) => (event.type === 'text-final' ? event.segment.words : []))
    expect(words.map(({ text }) => text)).toEqual(TEXTS)
    expect(Buffer.from(given.buffer).equals(Buffer.from(AUDIO.buffer))).toBe(true)
  })
})
