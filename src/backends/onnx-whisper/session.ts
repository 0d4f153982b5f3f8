import { type DecodingResult, decodeWindow } from './decoding.js'
import { shiftedDraft } from './draft.js'
import { HOP_SAMPLES, LogMel, SAMPLE_RATE } from './log-mel.js'
import type { DecoderCache, EncodedAudio, WhisperModel } from './model.js'
import type { WhisperResult, WhisperSegment } from './result.js'
import { splitSegments, type TokenSegment } from './segments.js'
import { type TimedWord, timeWords } from './timing.js'
import type { WhisperTokenizer } from './tokenizer.js'

/** The longest audio that Whisper hears at once, in seconds. */
export const WINDOW_SEC = 30
const WINDOW_SAMPLES = WINDOW_SEC * SAMPLE_RATE
const WINDOW_FRAMES = WINDOW_SAMPLES / HOP_SAMPLES
/** Shorter windows make Whisper repeat itself: it was trained on 30 s. Measured in docs/engine.md. */
const LEAST_WINDOW_FRAMES = 1000
/** Silence behind the audio, without which the last words come out worse. Measured in docs/engine.md. */
const PADDING_FRAMES = 500
/** Windows have few different lengths, as memory is planned anew for each. */
const WINDOW_STEP_FRAMES = 50
/** A window that is probably no speech and is decoded with little confidence gives no text, as in openai-whisper. */
const NO_SPEECH_PROBABILITY = 0.6
const LEAST_AVERAGE_LOG_PROBABILITY = -1
/** Audio whose loudest sample is below -80 dBFS is not listened to. */
const SILENCE_PEAK = 1e-4

/** What a session decodes. */
export interface SessionOptions {
  /** Language code; null: detected in the first audio that has speech, and kept. */
  readonly language: string | null
  readonly task: 'transcribe' | 'translate'
}

/** One call of a session. */
export interface SessionRequest {
  /** Mono, 16 kHz. */
  readonly audio: Float32Array
  /** Text that was said before. */
  readonly prompt: string
  /** Position of the audio in the stream, if known: what was computed for it before is used again. */
  readonly positionSamples?: number
  /** Called between steps; throws to end the recognition. */
  readonly checkpoint: () => void
}

/**
 * One stream's view of a model: its log-mel frames, its decoder cache, its last hypothesis. Sessions of one model do not
 * see each other.
 */
export class WhisperSession {
  readonly #model: WhisperModel
  readonly #tokenizer: WhisperTokenizer
  readonly #options: SessionOptions
  readonly #mel: LogMel
  readonly #cache: DecoderCache
  #language: string | null
  #last: { readonly tokens: readonly number[]; readonly positionSamples: number } | null = null

  constructor(model: WhisperModel, tokenizer: WhisperTokenizer, options: SessionOptions) {
    this.#model = model
    this.#tokenizer = tokenizer
    this.#options = options
    this.#mel = new LogMel(model.config.dims.mels)
    this.#cache = model.createCache()
    this.#language = model.config.multilingual ? options.language : 'en'
  }

  /** Recognises audio of any length; what is longer than 30 s goes window by window. */
  async transcribe(request: SessionRequest): Promise<WhisperResult> {
    const { audio } = request
    const segments: WhisperSegment[] = []
    let prompt = this.#promptTokens(request.prompt)
    for (let from = 0; from < audio.length; ) {
      const window = audio.subarray(from, from + WINDOW_SAMPLES)
      const isLast = from + window.length === audio.length
      const decoded = await this.#decode(window, prompt, request, from)
      const heard = decoded ? this.#read(decoded, window, isLast) : { segments: [], heardSec: WINDOW_SEC, tokens: [] }
      segments.push(...heard.segments.map((segment) => moved(segment, from / SAMPLE_RATE)))
      prompt = [...prompt, ...heard.tokens.filter((token) => this.#tokenizer.isText(token))]
      if (isLast) break
      from += Math.max(HOP_SAMPLES, Math.round(heard.heardSec * SAMPLE_RATE))
    }
    return { language: this.#language ?? 'en', segments }
  }

  /** Releases the cache. */
  close(): void {
    this.#cache.dispose()
  }

  #promptTokens(prompt: string): number[] {
    const text = prompt.trim()
    return text === '' ? [] : this.#tokenizer.encode(` ${text}`)
  }

  async #decode(
    window: Float32Array,
    prompt: readonly number[],
    request: SessionRequest,
    from: number,
  ): Promise<DecodedWindow | null> {
    if (isSilent(window)) return null
    const position = request.positionSamples === undefined ? undefined : request.positionSamples + from
    const frames = this.#windowFrames(window.length)
    const features = this.#mel.compute(window, frames, position)
    request.checkpoint()
    const audio = await this.#model.encode(features, frames)
    try {
      const steering = await this.#steering(audio)
      const decoded = await decodeWindow(this.#model, this.#tokenizer, audio, this.#cache, {
        prompt,
        steering,
        timestamps: true,
        draft: this.#draft(position),
        checkpoint: request.checkpoint,
      })
      if (position !== undefined) this.#last = { tokens: decoded.tokens, positionSamples: position }
      return isSpeech(decoded) ? { decoded, positions: audio.positions } : null
    } finally {
      audio.dispose()
    }
  }

  #windowFrames(samples: number): number {
    if (!this.#model.dynamicWindow) return WINDOW_FRAMES
    const wanted = Math.max(LEAST_WINDOW_FRAMES, Math.ceil(samples / HOP_SAMPLES) + PADDING_FRAMES)
    return Math.min(WINDOW_FRAMES, Math.ceil(wanted / WINDOW_STEP_FRAMES) * WINDOW_STEP_FRAMES)
  }

  #draft(positionSamples: number | undefined): readonly number[] {
    if (positionSamples === undefined || !this.#last) return []
    const cutSec = (positionSamples - this.#last.positionSamples) / SAMPLE_RATE
    return cutSec < 0 ? [] : shiftedDraft(this.#last.tokens, cutSec, this.#tokenizer.special.firstTimestamp)
  }

  async #steering(audio: EncodedAudio): Promise<readonly number[]> {
    if (!this.#model.config.multilingual) return []
    const { special } = this.#tokenizer
    this.#language ??= await this.#detectLanguage(audio)
    const language = this.#tokenizer.languageToken(this.#language) ?? special.startOfTranscript + 1
    return [language, this.#options.task === 'translate' ? special.translate : special.transcribe]
  }

  /** The language whose token is likeliest behind start-of-transcript. */
  async #detectLanguage(audio: EncodedAudio): Promise<string> {
    const { special } = this.#tokenizer
    this.#cache.truncate(0)
    const { logits } = await this.#model.decode([special.startOfTranscript], 0, this.#cache, audio)
    let best = special.startOfTranscript + 1
    for (let token = best; token < special.translate; token++) if (logits[token]! > logits[best]!) best = token
    return this.#tokenizer.languageCode(best)
  }

  /** Segments of a decoded window with times from its begin, and how far it is done with. */
  #read({ decoded, positions }: DecodedWindow, audio: Float32Array, isLast: boolean): HeardWindow {
    const all = splitSegments(decoded.tokens, this.#tokenizer.special.firstTimestamp)
    const durationSec = audio.length / SAMPLE_RATE
    const { segments, heardSec } = isLast
      ? { segments: all, heardSec: durationSec }
      : closedSegments(all, decoded, this.#tokenizer)
    const words = timeWords({ decoded, segments, audio, positions, language: this.#language }, this.#tokenizer)
    return {
      segments: segments.flatMap((segment, index) =>
        described(
          segment,
          words.filter((word) => word.segment === index),
          decoded,
          durationSec,
        ),
      ),
      heardSec,
      tokens: segments.flatMap(({ from, to }) => decoded.tokens.slice(from, to)),
    }
  }
}

interface DecodedWindow {
  readonly decoded: DecodingResult
  readonly positions: number
}

interface HeardWindow {
  readonly segments: readonly WhisperSegment[]
  readonly heardSec: number
  readonly tokens: readonly number[]
}

/**
 * Of a window with more audio behind it, only what the model closed counts; the rest is heard again in the next one.
 *
 * Ref: openai-whisper transcribe.py, the seek rules.
 */
function closedSegments(
  segments: readonly TokenSegment[],
  { tokens }: DecodingResult,
  tokenizer: WhisperTokenizer,
): { segments: readonly TokenSegment[]; heardSec: number } {
  const [beforeLast, last] = tokens.slice(-2)
  const isTimestamp = (token: number | undefined) => token !== undefined && tokenizer.isTimestamp(token)
  if (isTimestamp(last) && !isTimestamp(beforeLast)) return { segments, heardSec: WINDOW_SEC }
  const closed = segments.filter(({ end }) => end !== null)
  const end = closed.at(-1)?.end
  return end ? { segments: closed, heardSec: end } : { segments, heardSec: WINDOW_SEC }
}

function described(
  { begin, end }: TokenSegment,
  words: readonly TimedWord[],
  decoded: DecodingResult,
  durationSec: number,
): WhisperSegment[] {
  const last = words.at(-1)
  if (!last) return []
  return [
    {
      begin: Math.min(begin, words[0]!.begin),
      end: Math.max(last.end, Math.min(end ?? last.end, durationSec)),
      text: words.map(({ text }) => text).join(''),
      words: words.map(({ begin, end, text, probability }) => ({ begin, end, text, probability: probability ?? 0 })),
      averageLogProbability: decoded.averageLogProbability,
      noSpeechProbability: decoded.noSpeechProbability,
    },
  ]
}

function moved(segment: WhisperSegment, bySec: number): WhisperSegment {
  if (bySec === 0) return segment
  const words = segment.words.map((word) => ({ ...word, begin: word.begin + bySec, end: word.end + bySec }))
  return { ...segment, begin: segment.begin + bySec, end: segment.end + bySec, words }
}

function isSpeech(decoded: DecodingResult): boolean {
  return (
    decoded.noSpeechProbability <= NO_SPEECH_PROBABILITY ||
    decoded.averageLogProbability >= LEAST_AVERAGE_LOG_PROBABILITY
  )
}

function isSilent(audio: Float32Array): boolean {
  return audio.every((sample) => Math.abs(sample) < SILENCE_PEAK)
}
