import { SAMPLE_RATE } from '../../../core/sample-rate.js'
import type { PrefixResult } from '../../../core/types.js'
import { type KeyTerms, keyTermsOf } from '../decoding/term-spellings.js'
import { HOP_SAMPLES } from '../features/log-mel.js'
import type { EngineRun } from '../model/engine-run.js'
import type { ConfidenceMap, WhisperModel } from '../model/model.js'
import { RowMemory } from '../model/row-memory.js'
import { StageClock } from '../model/stage-timings.js'
import type { WhisperTokenizer } from '../model/tokenizer.js'
import { loudFrames, loudSeconds } from '../timing/energy.js'
import { readPrefixResult } from '../timing/prefix-result.js'
import { isSilent } from './belief.js'
import type { LanguageChange } from './language-watch.js'
import type { WhisperPrefixResult, WhisperResult, WhisperSegment } from './result.js'
import { type PrefixWindowRequest, type SessionOptions, WindowDecoder, type WindowRequest } from './window-decoder.js'
import { WindowEnds } from './window-ends.js'
import { LOUD_BEHIND_TEXT_SEC, type ReadWindow, readWindow, type WindowPlace } from './window-reader.js'

/** Each window brings the stream on by this much at least, in seconds. */
const MIN_PROGRESS_SEC = 1
/**
 * Tokens of the text before that a window gets as prompt, the last sentence or so. After more than a hundred, base writes halves
 * of words ("tire" for "entire", also in faster-whisper) and says the prompt again. Measured in docs/engine.md.
 */
const MAX_WINDOW_PROMPT = 20
/**
 * Text that begins in the middle of the 30 s that the model knows is looked for further on: "It was" goes astray there. With so
 * many tokens of it known, what follows is found. Measured in docs/engine.md.
 */
const MIN_PREFIX_BEHIND_CUT = 8
/** Less audio than this before another language has no word. */
const MIN_LANGUAGE_SEC = 0.3
/** In less than 50 ms nobody says a word, but the model would. */
const MIN_AUDIO_SAMPLES = 0.05 * SAMPLE_RATE

/** One call of a session. */
export interface SessionRequest {
  /** Mono, 16 kHz. */
  readonly audio: Float32Array
  /** Text that was said before. */
  readonly prompt: string
  /** Position of the audio in the stream, if known: what was computed for it before is used again. */
  readonly positionSamples: number | undefined
  /** Seconds of the audio whose text is committed. */
  readonly committedSec?: number | undefined
  /** As of `TranscribeOptions`. */
  readonly maxBeamSize?: number | undefined
  /** As of `TranscribeOptions`, of the first window. */
  readonly isSpeech?: boolean | undefined
  /** As `EngineRun.pause`. */
  readonly pause: EngineRun['pause']
  /** Called after each window but the last with how far the text reaches, and with the text. */
  readonly onWindow?: (window: RecognizedWindow) => void
}

/** What a window of long audio added to its text. */
export interface RecognizedWindow {
  /** Seconds from the start of the audio. */
  readonly untilSec: number
  readonly segments: readonly WhisperSegment[]
}

/** A call that decodes after a prefix. */
export interface PrefixSessionRequest extends SessionRequest {
  /** Tokens of the final text of this audio. */
  readonly prefix: readonly number[]
  readonly fromSec: number
  readonly untilSec: number
}

/** One stream's view of a model. Sessions of one model do not see each other. */
export class WhisperSession {
  readonly #tokenizer: WhisperTokenizer
  readonly #confidenceMap: ConfidenceMap | undefined
  readonly #windows: WindowDecoder
  readonly #rows = new RowMemory()
  /** The sample of the stream up to which audio has come. */
  #heardUntil = 0

  /** @param terms of the options, where sessions share them; else they are made */
  constructor(
    model: WhisperModel,
    tokenizer: WhisperTokenizer,
    options: SessionOptions,
    terms: KeyTerms | null = keyTermsOf(options.keyTerms ?? [], tokenizer),
  ) {
    this.#tokenizer = tokenizer
    this.#confidenceMap = model.config.confidence
    this.#windows = new WindowDecoder(model, tokenizer, options, terms)
  }

  /**
   * Recognizes audio of any length: window by window where it is longer than 30 s, and from where the model stopped
   * where it stopped too early.
   *
   * Ref: openai-whisper transcribe.py, the seek loop.
   */
  async transcribe(call: SessionRequest): Promise<WhisperResult> {
    const { prompt, positionSamples, committedSec, maxBeamSize, isSpeech, pause, onWindow } = call
    let { audio } = call
    let ended: LanguageChange | null = null
    const clock = new StageClock()
    const run = { pause, clock, rows: this.#rows }
    const segments: WhisperSegment[] = []
    const said = [...this.#tokens(prompt)]
    let minProgressSec = MIN_PROGRESS_SEC
    let skippedSpeechSec = 0
    const ends = new WindowEnds()
    const isNew = this.#isNew(call)
    for (let from = 0; audio.length - from >= MIN_AUDIO_SAMPLES; ) {
      const request: WindowRequest = {
        audio: audio.subarray(from, ends.endOf(from, audio.length)),
        prompt: from === 0 ? said : said.slice(-MAX_WINDOW_PROMPT),
        positionSamples: positionSamples === undefined ? undefined : positionSamples + from,
        isGrowing: from === 0,
        committedSec: from === 0 ? committedSec : 0,
        maxBeamSize,
        isSpeech: from === 0 && isSpeech === true,
        run,
      }
      const change: LanguageChange | 'at once' | null = ended ? null : await this.#changeOfLanguage(request)
      if (change === 'at once') said.length = 0
      else if (change) {
        // The processor goes on there: what is before is recognized once more, for good.
        ended = { ...change, atSec: change.atSec + from / SAMPLE_RATE }
        audio = audio.subarray(0, from + Math.round(change.atSec * SAMPLE_RATE))
        continue
      }
      const window = request.audio
      const place = { isLast: from + window.length === audio.length, isAgain: from > 0 || ends.isPart(from) }
      const whole = await this.#read(request, place)
      const read = isNew && whole?.isLate ? await this.#readLead(request, whole) : whole
      if (isNew && !read && ends.hearsInParts(from, from + window.length)) continue
      skippedSpeechSec = read?.skippedSec ?? 0
      if (!read) {
        from += window.length
        if (from < audio.length) onWindow?.({ untilSec: from / SAMPLE_RATE, segments: [] })
        continue
      }
      if (from === 0) this.#windows.remember(read.words)
      const found = read.segments.map((segment) => moved(segment, from / SAMPLE_RATE))
      segments.push(...found)
      const progressSec = Math.max(minProgressSec, read.untilSec)
      // Sound that the model cannot make sense of is not tried at every second of it.
      const isNothing = read.words.length === 0 || read.isDoubtful
      minProgressSec = isNothing ? 2 * minProgressSec : MIN_PROGRESS_SEC
      from += Math.min(window.length, Math.ceil((progressSec * SAMPLE_RATE) / HOP_SAMPLES) * HOP_SAMPLES)
      if (from >= audio.length) break
      onWindow?.({ untilSec: from / SAMPLE_RATE, segments: found })
      said.push(...this.#tokenizer.encode(read.segments.map(({ text }) => text).join('')))
    }
    const about = this.#about()
    if (!ended) return { ...about, endsSec: null, segments, skippedSpeechSec, stages: clock.times() }
    const words = segments.flatMap((segment) => segment.words)
    const endsSec = endOfLanguage(audio, words.at(-1)?.end ?? 0)
    this.#windows.language.change(ended, (positionSamples ?? 0) + Math.round(endsSec * SAMPLE_RATE))
    return { ...about, endsSec, segments, skippedSpeechSec: 0, stages: clock.times() }
  }

  /** Whether none of the audio was heard before: a stream hears it again as it grows. */
  #isNew({ positionSamples, audio }: SessionRequest): boolean {
    if (positionSamples === undefined) return false
    const isNew = positionSamples >= this.#heardUntil
    this.#heardUntil = positionSamples + audio.length
    return isNew
  }

  /** Recognizes a window; null when there is no speech in it. */
  async #read(request: WindowRequest, place: Pick<WindowPlace, 'isLast' | 'isAgain'>): Promise<ReadWindow | null> {
    const once = async (asked: WindowRequest) => {
      this.#rows.reset()
      const decoded = await this.#windows.decode(asked)
      const whole = { ...place, language: this.#windows.language.code, confidenceMap: this.#confidenceMap }
      const read = () => decoded && readWindow(decoded, asked.audio, whole, this.#tokenizer)
      return asked.run.clock.measure('word times', read)
    }
    const first = await once(request)
    if (!first?.isLate || !place.isAgain || request.prompt.length === 0) return first
    // A prompt that breaks off leads the model to where its sentence could go on, over what comes first.
    const again = await once({ ...request, prompt: [] })
    return again && again.words.length > 0 && !again.isLate ? again : first
  }

  /** Hears the sound before the first word by itself: a model passes over what is said many times. @returns `whole` when it is no speech */
  async #readLead(request: WindowRequest, whole: ReadWindow): Promise<ReadWindow> {
    const audio = request.audio.subarray(0, Math.round((whole.words[0]?.begin ?? 0) * SAMPLE_RATE))
    if (audio.length < SAMPLE_RATE) return whole
    const lead = await this.#read({ ...request, audio, isGrowing: false }, { isLast: false, isAgain: true })
    return lead && lead.words.length > 0 ? lead : whole
  }

  /** Decodes after a prefix, see `PrefixASR`. */
  async transcribeFrom(call: PrefixSessionRequest): Promise<WhisperPrefixResult> {
    const { audio, prompt, prefix, fromSec, untilSec, positionSamples, isSpeech, pause } = call
    const clock = new StageClock()
    const told = (endsSec: number | null = null) => this.#toldOfPrefix(clock, endsSec)
    const nothing = { words: [], ended: 'silence', skippedSpeechSec: 0 } as const
    if (isSilent(audio.subarray(Math.round(fromSec * SAMPLE_RATE)))) return { ...nothing, ...told() }
    const run = { pause, clock, rows: this.#rows }
    const request = {
      audio,
      prompt: this.#tokens(prompt),
      prefix,
      untilSec,
      positionSamples,
      isGrowing: true,
      isSpeech,
      mayLoseFront: prefix.length >= MIN_PREFIX_BEHIND_CUT,
      run,
    }
    const change = await this.#changeOfLanguage(request)
    if (change && change !== 'at once') {
      const before = audio.subarray(0, Math.round(change.atSec * SAMPLE_RATE))
      const last = { ...request, audio: before, untilSec: Number.POSITIVE_INFINITY }
      const result = fromSec < change.atSec ? await this.#decodeFrom(last, fromSec) : null
      const words = result?.words ?? []
      const endsSec = endOfLanguage(before, words.at(-1)?.end ?? fromSec)
      const about = told(endsSec)
      this.#windows.language.change(change, (positionSamples ?? 0) + Math.round(endsSec * SAMPLE_RATE))
      return { ...nothing, words, ...about }
    }
    const result = await this.#decodeFrom(change === 'at once' ? { ...request, prompt: [] } : request, fromSec)
    return { ...(result ?? nothing), ...told() }
  }

  async #decodeFrom(request: PrefixWindowRequest, fromSec: number): Promise<PrefixResult | null> {
    const { audio, prefix, untilSec, run } = request
    this.#rows.reset()
    const window = await this.#windows.decodeFrom(request)
    if (!window) return null
    const language = this.#windows.language.code
    const told = { audio, fromSec, untilSec, language, confidenceMap: this.#confidenceMap }
    const about = { prefixTokens: prefix.length, ...told }
    return run.clock.measure('word times', () => readPrefixResult({ ...window, ...about }, this.#tokenizer))
  }

  #toldOfPrefix(
    clock: StageClock,
    endsSec: number | null,
  ): Pick<WhisperPrefixResult, 'detected' | 'rival' | 'stages' | 'language'> {
    const { language: code, detected, rival, isGuessed } = this.#about()
    return {
      detected,
      rival,
      stages: clock.times(),
      language: detected && { code, isSure: !isGuessed, endsSec },
    }
  }

  #about(): Pick<WhisperResult, 'language' | 'detected' | 'rival' | 'isGuessed'> {
    const { code, detected, rival, isGuessed } = this.#windows.language
    return { language: code ?? 'en', detected, rival, isGuessed }
  }

  /** Another language in a window; one from its start on is taken at once. */
  async #changeOfLanguage(request: WindowRequest): Promise<LanguageChange | 'at once' | null> {
    const change = await this.#windows.changeOfLanguage(request)
    if (!change || change.atSec >= MIN_LANGUAGE_SEC) return change
    this.#windows.language.change(change, request.positionSamples ?? 0)
    return 'at once'
  }

  /** Gives back most of the memory while nothing is recognized; not to be called during a recognition. */
  rest(): void {
    this.#windows.rest()
    this.#rows.dispose()
  }

  /** Releases what the session holds. */
  close(): void {
    this.#windows.close()
    this.#rows.dispose()
  }

  #tokens(text: string): readonly number[] {
    return text.trim() === '' ? [] : this.#tokenizer.encode(` ${text.trim()}`)
  }
}

/**
 * Where a language ends whose text ends at a time: at the end of the audio, unless so much sound without words is before that
 * that the next language must have begun.
 */
function endOfLanguage(audio: Float32Array, textEndSec: number): number {
  const audioSec = audio.length / SAMPLE_RATE
  const isSpokenOn = loudSeconds(loudFrames(audio), textEndSec, audioSec) > LOUD_BEHIND_TEXT_SEC
  return isSpokenOn ? Math.max(textEndSec, MIN_LANGUAGE_SEC) : audioSec
}

function moved(segment: WhisperSegment, bySec: number): WhisperSegment {
  if (bySec === 0) return segment
  const words = segment.words.map((word) => ({ ...word, begin: word.begin + bySec, end: word.end + bySec }))
  return { ...segment, begin: segment.begin + bySec, end: segment.end + bySec, words }
}
