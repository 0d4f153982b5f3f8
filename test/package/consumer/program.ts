import { createTranscriber, microphone, parseConfig, type Segment, type TranscriptEvent, transcribe } from 'asr-stream'
import { createSpeechGate, HypothesisBuffer, type OnlineOptions } from 'asr-stream/online'
import type { PluginLoader, TranscribeOptions, Word } from 'asr-stream/plugin'
import { type BackendTestOptions, checkBackend, describeBackend, type Verdict } from 'asr-stream/testing'

interface Result {
  readonly words: readonly Word[]
}

const engine: PluginLoader = {
  name: 'engine',
  description: 'of the program',
  capabilities: { wordTimes: 'words', prompts: false, languages: ['en'], translation: false, streaming: false },
  async availability() {
    return { available: false, reason: 'there is none', install: 'npm install engine' }
  },
  async load(config, { log, progress, signal }) {
    signal?.throwIfAborted()
    progress(`loading ${config.model}`)
    log.info(`with ${config.threads} threads`)
    const asr = {
      sep: ' ',
      originalLanguage: null,
      transcribe: async (audio: Float32Array, { prompt }: TranscribeOptions): Promise<Result> => ({
        words: [{ begin: 0, end: audio.length / 16_000, text: prompt }],
      }),
      tsWords: ({ words }: Result) => words,
      segmentsEndTs: ({ words }: Result) => words.map(({ end }) => end),
      setTranslateTask: () => {},
    }
    return { asr, metadata: { separator: ' ', modelType: 'engine', modelSize: 'none', language: 'en' } }
  },
}

export function told(event: TranscriptEvent): string {
  switch (event.type) {
    case 'text-partial':
      return event.segment?.text ?? ''
    case 'text-final':
      return `${event.emittedAt} ${event.segment.words.map(({ text }) => text).join('|')}`
    case 'utterance-end':
      return event.at.toFixed(2)
    case 'progress':
      return `${event.recognizedSec} of ${event.durationSec ?? event.takenSec}`
    case 'effort':
      return `${event.change}: ${event.stepSec} ${event.windowSec} ${event.isFull} ${event.lagSec}`
    case 'gap':
      return `${event.begin} to ${event.end}: ${event.cause}, ${event.reason}`
    case 'end':
      return `${event.reason} ${event.ledger.sums.length} ${event.timings.length}`
    default:
      return event satisfies never
  }
}

export async function recording(): Promise<readonly Segment[]> {
  const segments: Segment[] = []
  for await (const segment of transcribe('talk.wav', { language: 'en', pace: 'fast' })) segments.push(segment)
  return segments
}

export async function live(stop: AbortSignal): Promise<void> {
  await using transcriber = await createTranscriber({ backend: 'engine', plugins: [engine, './other.mjs'], vac: true })
  for await (const event of transcriber.stream(microphone({ recorder: 'sox' }), { stop })) told(event)

  const pushed = transcriber.push({ whenFull: 'skip' })
  if (!pushed.write(new Float32Array(1600))) await pushed.drained()
  pushed.write(Buffer.alloc(3200))
  pushed.end()
  for await (const event of pushed) told(event)
}

export const online: OnlineOptions = {
  bufferTrimming: { strategy: 'sentence', seconds: 10 },
  language: parseConfig({ lan: 'en' }).lan,
}
export const buffer = new HypothesisBuffer()
export const gate: typeof createSpeechGate = createSpeechGate

export async function tested(options: BackendTestOptions): Promise<readonly Verdict[]> {
  describeBackend('engine', engine, options)
  return checkBackend(engine, options)
}
