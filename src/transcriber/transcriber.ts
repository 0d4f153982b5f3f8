import { systemClock } from '../audio/pacing/system-clock.js'
import type { LoadedModel, ModelLoader } from '../backends/contract.js'
import { loadVad } from '../backends/onnx/load-vad.js'
import { capabilitiesOf, loadBackend } from '../backends/registry.js'
import type { ASRConfig } from '../config/config.js'
import { orClose, within } from '../core/closing.js'
import { UsageError } from '../core/errors.js'
import type { TranscriptEvent } from '../core/events.js'
import type { Log, StreamProgress, StreamRequest, VadModel } from '../core/types.js'
import { AudioLedger } from '../online/ledger/audio-ledger.js'
import { type AudioInput, listenAhead, openAudio } from './audio-input.js'
import { boundedLag } from './bounded-lag.js'
import { processorStart } from './build-processor.js'
import { checkStreamOptions } from './check-options.js'
import { DoubtfulWords } from './doubtful-words.js'
import { EventRelay } from './event-relay.js'
import { LiveWatch } from './live-watch.js'
import type { OpenedInput, Pace } from './pacing.js'
import { PushedAudio } from './push-audio.js'
import { PushedStream, type PushStream } from './push-stream.js'
import { readOnce } from './read-once.js'
import type { Waiting } from './retry-guard.js'
import { runStream } from './run-stream.js'
import { type SharedModel, shareModel } from './shared-model.js'
import { WordTimes } from './word-times.js'

/** A program that hands audio over is asked to wait when more than so many seconds have not been taken yet. */
const PUSHED_SEC = 1

/** Streams that are told to end have this long to do so. */
const HEED_SEC = 1

/** How one stream is transcribed. */
export interface StreamOptions {
  /** Aborting it ends the stream: the text so far comes, then `end`. */
  readonly signal?: AbortSignal | undefined
  /** Aborting it ends listening to live audio: what has arrived is still recognized. */
  readonly stop?: AbortSignal | undefined
  /**
   * When the updates run. Absent: "live" for audio that comes piece by piece, "fast" for files and audio in memory,
   * "offline" with `offline` in the configuration.
   */
  readonly pace?: Pace | undefined
  /**
   * What happens when live audio is more than `maxBacklog` seconds ahead of recognition: with "wait" the source waits, with
   * "skip" audio is left out, which is a gap. Absent: the microphone skips, everything else waits.
   */
  readonly whenFull?: 'wait' | 'skip' | undefined
  /** Called with live audio when it arrives. */
  readonly onArrival?: ((audio: Float32Array) => void) | undefined
}

/** A loaded model, for any number of streams at once. */
export interface Transcriber extends AsyncDisposable {
  /** The complete configuration. */
  readonly config: ASRConfig
  /** Joins the texts of segments: "" when they bring their own spaces, as Whisper's do. */
  readonly separator: string
  /**
   * Transcribes audio. The audio is opened when the first event is requested, but a Node stream is listened to at once; a
   * model without sessions is then loaded once more. Ending the loop early ends the stream.
   *
   * @throws InputError when the audio cannot be read, or, after all the text, when some of it was lost because the recording
   *   is damaged (ASR_INPUT_DAMAGED); BackendError when recognition fails
   */
  stream(audio: AudioInput, options?: StreamOptions): AsyncGenerator<TranscriptEvent, void, undefined>
  /** A stream to which the program writes audio as it receives it. */
  push(options?: Omit<StreamOptions, 'pace'>): PushStream
  /** As `stream`, for audio that is open already and that the caller closes. */
  run(input: OpenedInput, options?: RunOptions): AsyncGenerator<TranscriptEvent, void, undefined>
  /** Ends all streams and releases the model. Calling it again does nothing. */
  close(): Promise<void>
}

/** Options of `run`, for audio that is open already. */
export interface RunOptions {
  /** As in `StreamOptions`. */
  readonly signal?: AbortSignal | undefined
  /** Absent: that of the transcriber. */
  readonly log?: Log | undefined
  /** Waits for each step of the backend, possibly with a limit of time. Absent: without a limit. */
  readonly wait?: Waiting | undefined
  /** What is different for this stream; absent: nothing. */
  readonly settings?: StreamSettings | undefined
  /** Whose stream it is; absent: all without are of one client. */
  readonly share?: Pick<StreamRequest, 'client' | 'isPatient'> | undefined
}

/** What one stream may have of its own on a model that many share. */
export type StreamSettings = Readonly<
  Partial<Pick<ASRConfig, 'lan' | 'task' | 'policy' | 'minChunkSize' | 'vac' | 'vadMinSilenceMs' | 'vadThreshold'>>
>

type TranscriptEvents = AsyncGenerator<TranscriptEvent, void, undefined>

/** What a transcriber is loaded with besides its configuration. */
export interface TranscriberContext {
  readonly log: Log
  /** Aborting it gives up loading. */
  readonly signal?: AbortSignal | undefined
  /** Called with what loading does, such as "downloading, 40 %". */
  readonly progress?: (message: string) => void
  /** Loads the backend; absent: as `loadBackend`. */
  readonly load?: () => Promise<LoadedModel>
  /** Whether streams may ask for voice activity detection though the configuration does not; absent: not. */
  readonly detectsSpeech?: boolean
}

/**
 * Loads what a checked configuration names.
 *
 * @throws as `loadBackend`; UsageError when the backend cannot do what the configuration asks for; BackendError when it does
 *   not recognize; ModelError when the model of voice activity detection is missing
 */
export async function loadTranscriber(
  config: ASRConfig & Record<string, unknown>,
  loader: ModelLoader,
  context: TranscriberContext,
): Promise<Transcriber> {
  const { log, signal, progress = () => {} } = context
  const load = context.load ?? (() => loadBackend(loader, config, { log, progress, ...(signal && { signal }) }))
  const vad = await vadFor(config, loader, context.detectsSpeech)
  const model = await orClose(vad ?? {}, shareModel(config, load, log, { vad }))
  const hasBeams = !loader.ignores?.includes('beamSize')
  return new LoadedTranscriber(config, { model, vad, hasBeams }, log)
}

/** The filter of made-up words asks it as well, and does without where it cannot be loaded. */
async function vadFor(config: ASRConfig, loader: ModelLoader, isForStreams = false): Promise<VadModel | null> {
  const { vac, vad, hallucinationFilter, compat } = config
  if (vac || vad) return loadVad()
  if (isForStreams) return loadVad().catch(() => null)
  if (!hallucinationFilter || compat !== null || capabilitiesOf(loader).hallucinates !== true) return null
  return loadVad().catch(() => null)
}

/** What a transcriber has loaded. */
interface Loaded {
  readonly model: SharedModel
  readonly vad: VadModel | null
  /** Whether the backend heeds `beamSize`. */
  readonly hasBeams: boolean
}

function noVad(): UsageError {
  return new UsageError('the model was loaded without voice activity detection', {
    hint: 'load it with vac, or leave vac out',
  })
}

class LoadedTranscriber implements Transcriber {
  readonly config: ASRConfig
  readonly separator: string
  readonly #model: SharedModel
  readonly #vad: VadModel | null
  readonly #log: Log
  readonly #hasBeams: boolean
  readonly #doubtful: DoubtfulWords
  readonly #closing = new AbortController()
  readonly #streams = new Set<TranscriptEvents>()
  #closed: Promise<void> | null = null
  /** Called when the last stream has ended. */
  #whenIdle = (): void => {}

  constructor(config: ASRConfig, { model, vad, hasBeams }: Loaded, log: Log) {
    this.config = config
    this.#hasBeams = hasBeams
    this.separator = model.separator
    this.#model = model
    this.#vad = vad
    this.#log = log
    this.#doubtful = new DoubtfulWords(config, log)
  }

  stream(audio: AudioInput, options: StreamOptions = {}): TranscriptEvents {
    listenAhead(audio)
    return readOnce(this.#tracked(this.#stream(audio, options)))
  }

  push(options: Omit<StreamOptions, 'pace'> = {}): PushStream {
    const { rawRate, rawChannels } = this.config
    const audio = new PushedAudio(PUSHED_SEC * rawRate * rawChannels * Float32Array.BYTES_PER_ELEMENT)
    return new PushedStream(audio, this.stream(audio, { ...options, pace: 'live' }))
  }

  run(input: OpenedInput, options: RunOptions = {}): TranscriptEvents {
    return this.#tracked(this.#run(input, options))
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async *#tracked(events: TranscriptEvents): TranscriptEvents {
    if (this.#closed) throw new UsageError('the transcriber is closed', { hint: 'create another one' })
    this.#streams.add(events)
    try {
      yield* events
    } finally {
      this.#streams.delete(events)
      if (this.#streams.size === 0) this.#whenIdle()
    }
  }

  async *#stream(audio: AudioInput, given: StreamOptions): TranscriptEvents {
    checkStreamOptions(given)
    const { signal, ...options } = given
    const input = await openAudio(audio, this.config, { log: this.#log, ...options })
    try {
      yield* this.#run(input, { signal })
    } finally {
      await input.close()
    }
  }

  async *#run(input: OpenedInput, { signal, log = this.#log, wait, settings, share }: RunOptions): TranscriptEvents {
    const { pacer, startAtSec, durationSec, damage, isLive, stop } = input
    const config = { ...this.config, ...settings }
    if (config.vac && !this.#vad) throw noVad()
    const ledger = new AudioLedger()
    const relay = new EventRelay<StreamProgress>()
    let detected: string | null = null
    const opening = this.#model.open(
      {
        ledger,
        onProgress: (progress) => relay.push(progress),
        onLanguage: (code) => {
          detected = code
        },
      },
      config,
      { ...share, log },
    )
    const { processor, timings, language, turn } = await (wait?.(opening, 'opened a stream') ?? opening).catch(
      (error) => {
        // What comes too late is not needed any more.
        void opening.then(({ processor: late }) => late.close?.()).catch(() => undefined)
        throw error
      },
    )
    const ended = AbortSignal.any([this.#closing.signal, ...(signal ? [signal] : [])])
    const { backend } = config
    // Whoever brings a way to wait knows how long.
    const watch = isLive && !wait ? new LiveWatch({ backend, log, ended, stop }) : null
    // With vac the processor says when there is enough, and looks at all audio before.
    if (turn && !config.vac) pacer.setTurn?.(() => turn(ended))
    const events = runStream(pacer, processor, {
      signal: ended,
      startAtSec,
      durationSec,
      damage,
      relay,
      processorOffsetSec: startAtSec - processorStart(config),
      ledger: () => ({ sums: ledger.sums(), entries: ledger.entries, lifts: ledger.lifts }),
      timings,
      // Whatever is spoken, a translation is English.
      language: () => (config.task === 'translate' ? 'en' : (detected ?? language)),
      boundedLag: boundedLag(this.#hasBeams ? config : { ...config, beamSize: null }, {
        ...{ pacer, processor, log },
        isAlone: () => this.#streams.size <= 1,
      }),
      clock: systemClock,
      log,
      wait: wait ?? watch?.wait,
      watch,
    })
    // Differs from reference: it gives the times of its recognizer.
    const times = new WordTimes(config.compat === null ? this.#model.wordDelaySec : 0)
    for await (const event of events) yield this.#doubtful.marked(times.corrected(event))
  }

  async #close(): Promise<void> {
    this.#closing.abort()
    // Who reads a stream gets its end; who reads no more is not waited for.
    const idle = new Promise<void>((resolve) => {
      this.#whenIdle = resolve
    })
    if (this.#streams.size > 0) await within(HEED_SEC, idle)
    // A recognizer that never answers is not waited for either: it is closed under way.
    await within(HEED_SEC, Promise.all([...this.#streams].map((events) => events.return())))
    await this.#model.close()
    await this.#vad?.close()
  }
}
