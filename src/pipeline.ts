import type { ASRConfig } from './config.js'
import { asBackendError, BackendError, UsageError } from './errors.js'
import { accountUtterances, countAudio } from './online/accounted-processor.js'
import { AlignAttProcessor } from './online/alignatt-processor.js'
import type { AudioLedger } from './online/audio-ledger.js'
import { OnlineASRProcessor } from './online/online-asr-processor.js'
import { speechOnly } from './online/speech-only-asr.js'
import { VACOnlineASRProcessor, voiceGate } from './online/vac-online-asr-processor.js'
import type { VADOptions } from './online/vad-iterator.js'
import type {
  ASRBase,
  ASRProcessor,
  ContinuingASR,
  LoadedModel,
  Log,
  Pacer,
  Segment,
  VoiceDetector,
  VoiceModel,
} from './types.js'

/** Seconds of silence that a recogniser hears before the clock starts. */
const WARM_UP_SEC = 1
const SAMPLE_RATE = 16_000

/** What a processor is made with besides its recogniser. */
export interface ProcessorExtras {
  /** Detects voices; needed for `vac` and `vad`. */
  readonly voices?: VoiceModel | null
  /** Told what becomes of each sample. */
  readonly ledger?: AudioLedger | undefined
}

/** Committed text and the time at which it came. */
export interface TimedSegment {
  /** Seconds of the stream. */
  readonly now: number
  readonly segment: Segment
}

/** How a stream is transcribed. */
export interface TranscribeStreamOptions {
  /** Aborting ends the stream: what is known comes, confirmed or not, and nothing more. */
  readonly signal?: AbortSignal
  /** Told before each update how many seconds of audio have been handed over. */
  readonly onAudio?: (heardSec: number) => void
}

/**
 * Joins a backend with the online processor, unless it brought its own, and makes it ready: the task is set, the model
 * has heard something, the stream begins at `startAt`.
 *
 * @throws UsageError when the backend cannot do the task
 * @throws BackendError when the recogniser fails on a second of silence
 */
export async function createProcessor(
  config: ASRConfig,
  loaded: LoadedModel,
  log: Log,
  extras: ProcessorExtras = {},
): Promise<ASRProcessor> {
  if (config.vad && !loaded.asr) {
    throw new UsageError(`--vad does not reach into the backend "${config.backend}", which streams by itself`, {
      hint: '--vac goes around it',
    })
  }
  const online = loaded.asr ? await surround(config, loaded.asr, log, extras) : loaded.processor
  const processor = withVoiceActivity(config, online, loaded.asr?.sep ?? loaded.metadata.separator, extras)
  // The reference stamps words from 0 even when it starts later.
  processor.init(config.compat === null ? config.startAt : 0)
  return processor
}

/** Puts around a processor, from the inside to the outside: the account of utterances, VAC, the account of all audio. */
function withVoiceActivity(
  config: ASRConfig,
  online: ASRProcessor,
  separator: string,
  { voices, ledger }: ProcessorExtras,
): ASRProcessor {
  const accounted = ledger ? accountUtterances(online, ledger) : online
  const heard = config.vac
    ? new VACOnlineASRProcessor(accounted, voiceGate(openDetector(voices), vadOptions(config), config.compat), {
        minChunkSec: config.minChunkSize,
        separator,
        ledger,
      })
    : accounted
  return ledger ? countAudio(heard, ledger) : heard
}

function openDetector(voices: VoiceModel | null | undefined): VoiceDetector {
  if (voices) return voices.open()
  throw new BackendError('voice activity needs a model that detects voices', {
    hint: 'give createProcessor what loadVoiceModel() gives, as `voices`',
  })
}

function vadOptions({ vadThreshold, vadMinSilenceMs, vadSpeechPadMs }: ASRConfig): VADOptions {
  return { threshold: vadThreshold, minSilenceMs: vadMinSilenceMs, speechPadMs: vadSpeechPadMs }
}

async function surround(
  config: ASRConfig,
  asr: ASRBase,
  log: Log,
  { voices, ledger }: ProcessorExtras,
): Promise<ASRProcessor> {
  if (config.task === 'translate') {
    if (!asr.setTranslateTask) throw new UsageError(`the backend "${config.backend}" cannot translate`)
    asr.setTranslateTask()
  }
  try {
    await warmUp(asr)
  } catch (error) {
    await asr.close?.()
    throw error
  }
  const heard = config.vad ? speechOnly(asr, openDetector(voices), vadOptions(config), ledger) : asr
  const online = onlineProcessor(config, heard, log, ledger)
  return Object.assign(online, { close: async () => asr.close?.() })
}

function onlineProcessor(config: ASRConfig, asr: ASRBase, log: Log, ledger?: AudioLedger): ASRProcessor {
  if (config.policy === 'alignatt') {
    const { frameThreshold, audioMaxLen, initPrompt, staticInitPrompt } = config
    if (!canContinue(asr)) {
      throw new UsageError(`the backend "${config.backend}" does not tell what it attends to, which alignatt needs`, {
        hint: 'leave out --policy, or take the backend onnx-whisper',
      })
    }
    return new AlignAttProcessor(asr, {
      frameThreshold,
      audioMaxLenSec: audioMaxLen,
      initPrompt,
      staticInitPrompt,
      log,
      ledger,
    })
  }
  return new OnlineASRProcessor(asr, {
    bufferTrimming: { way: config.bufferTrimming, seconds: config.bufferTrimmingSec },
    language: asr.originalLanguage ?? null,
    // Offline is one update over everything: how to cut it is then the recogniser's business.
    ...(config.offline ? { maxBufferSec: Number.POSITIVE_INFINITY } : {}),
    ...(config.compat === null ? {} : { compat: config.compat }),
    log,
    ledger,
  })
}

function canContinue(asr: ASRBase): asr is ContinuingASR {
  return 'continueText' in asr
}

/** Ref: whisper_online.py asr_factory and main, which warm up with the first second of the audio. */
async function warmUp(asr: ASRBase): Promise<void> {
  try {
    asr.tsWords(await asr.transcribe(new Float32Array(WARM_UP_SEC * SAMPLE_RATE), { prompt: '' }))
  } catch (cause) {
    throw asBackendError('the recogniser fails on a second of silence', cause)
  }
}

/**
 * Feeds audio to a processor update by update and gives what it commits; the one loop of this program, for all modes.
 * When the recogniser or the source fails, the text so far comes first, then the error is thrown. The processor is
 * closed in the end, and so is the source, also when the caller stops early.
 *
 * Ref: whisper_online.py main.
 */
export async function* transcribeStream(
  pacer: Pacer,
  processor: ASRProcessor,
  { signal, onAudio }: TranscribeStreamOptions = {},
): AsyncGenerator<TimedSegment, void, undefined> {
  const guarded = guard(processor)
  let heardSec = 0
  let failure: unknown
  try {
    try {
      for await (const { audio, now } of pacer.updates(signal)) {
        if (signal?.aborted) break
        heardSec += audio.length / SAMPLE_RATE
        onAudio?.(heardSec)
        guarded.insertAudioChunk(audio)
        do {
          const segment = await guarded.update(signal)
          if (segment) yield { now: now(), segment }
        } while (processor.hasMore?.() && !signal?.aborted)
      }
      const rest = await guarded.finish(signal)
      if (rest) yield { now: pacer.endTime(), segment: rest }
      return
    } catch (error) {
      failure = error
    }
    const rest = await guarded.flush(signal)
    if (rest) yield { now: pacer.endTime(), segment: rest }
    if (!signal?.aborted) throw failure
  } finally {
    await guarded.close()
  }
}

/** Remembers whether the recogniser failed: it is not asked again then, and its errors say what failed. */
function guard(processor: ASRProcessor) {
  let failed = false
  const recognising = async (update: () => Promise<Segment | null>): Promise<Segment | null> => {
    try {
      return await update()
    } catch (cause) {
      failed = true
      throw asBackendError('recognition failed', cause)
    }
  }
  return {
    insertAudioChunk: (audio: Float32Array) => processor.insertAudioChunk(audio),
    update: (signal?: AbortSignal) => recognising(() => processor.processIter(signal)),
    finish: (signal?: AbortSignal) => recognising(() => processor.finish(signal)),
    /** What is known after a failure, which matters more than a second one here. */
    async flush(signal?: AbortSignal): Promise<Segment | null> {
      const heardAll = failed ? null : await processor.finish(signal).catch(() => null)
      return heardAll ?? (await processor.finish(AbortSignal.abort()).catch(() => null))
    },
    /** After a failure it may fail as well, but it is the first that is told. */
    close: async () => processor.close?.().catch((error) => (failed ? undefined : Promise.reject(error))),
  }
}
