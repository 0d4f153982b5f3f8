import type { LoadedModel } from '../backends/contract.js'
import type { ASRConfig } from '../config/config.js'
import { BackendError, UsageError } from '../core/errors.js'
import type {
  ASRBase,
  ASRProcessor,
  ContinuingASR,
  Log,
  Pacer,
  Segment,
  VoiceDetector,
  VoiceModel,
} from '../core/types.js'
import { AlignAttProcessor } from '../online/alignatt/alignatt-processor.js'
import { checkedProcessor } from '../online/checked-processor.js'
import type { AudioLedger } from '../online/ledger/audio-ledger.js'
import { OnlineASRProcessor, type OnlineOptions } from '../online/local-agreement/online-asr-processor.js'
import { recognizerOf } from '../online/recognizer.js'
import { speechOnly } from '../online/vad/speech-filter-asr.js'
import type { VADOptions } from '../online/vad/vad-iterator.js'
import { wakeful } from '../online/vad/wakeful-detector.js'
import { aroundUtterances } from './around-utterances.js'
import { type Gap, guard } from './retry-guard.js'

/** Seconds of silence that a recogniser hears before the clock starts. */
const WARM_UP_SEC = 1
const SAMPLE_RATE = 16_000

/** What a processor is made with besides its recogniser. */
export interface ProcessorExtras {
  /** Detects voices; needed for `vac` and `vad`. */
  readonly voices?: VoiceModel | null
  /** Told what becomes of each sample. */
  readonly ledger?: AudioLedger | undefined
  /** Told within long updates how far they are, and what they have found so far. */
  readonly onProgress?: OnlineOptions['onProgress']
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
  /** Told behind each update how many of these seconds are recognised. */
  readonly onRecognised?: (recognisedSec: number) => void
  /** Told after each update what is recognised but may still change; null: nothing, or the backend does not say. */
  readonly onUnconfirmed?: (unconfirmed: Segment | null) => void
  /** Told of each stretch of audio that was let go because recognising it failed. */
  readonly onGap?: (gap: Gap) => void
  /** Told of failures that may pass. */
  readonly log?: Log
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
  if (loaded.asr) await prepare(config, loaded.asr)
  const online = loaded.asr ? surround(config, loaded, log, extras) : checkedProcessor(loaded.processor, config.backend)
  return begun(config, withVoiceActivity(config, online, loaded.asr?.sep ?? loaded.metadata.separator, log, extras))
}

/** A backend for any number of streams at once. */
export interface SharedBackend {
  /** A processor for one more stream; closing it ends that stream only. */
  open(): Promise<ASRProcessor>
  close(): Promise<void>
}

/**
 * Loads a backend for many streams. A recogniser that knows sessions is loaded once; any other is loaded anew for each
 * stream.
 *
 * @throws as `createProcessor`, and what `load` throws
 */
export async function shareBackend(
  config: ASRConfig,
  load: () => Promise<LoadedModel>,
  log: Log,
  extras: ProcessorExtras = {},
): Promise<SharedBackend> {
  const first = await load()
  const { asr } = first
  if (!asr?.session) return loadedForEach(first, async (loaded) => createProcessor(config, loaded, log, extras), load)
  await prepare(config, asr)
  const around = (session: ASRBase) =>
    withVoiceActivity(config, surround(config, { ...first, asr: session }, log, extras), session.sep, log, extras)
  // What does not fit together is said now, not to the first client.
  around(asr)
  return {
    open: async () => begun(config, around((await asr.session?.()) ?? asr)),
    close: async () => asr.close?.(),
  }
}

function loadedForEach(
  first: LoadedModel,
  create: (loaded: LoadedModel) => Promise<ASRProcessor>,
  load: () => Promise<LoadedModel>,
): SharedBackend {
  let spare: LoadedModel | null = first
  const take = async () => {
    const loaded = spare ?? (await load())
    spare = null
    return loaded
  }
  return {
    open: async () => create(await take()),
    close: async () => (spare?.asr ?? spare?.processor)?.close?.(),
  }
}

function begun(config: ASRConfig, processor: ASRProcessor): ASRProcessor {
  // The reference stamps words from 0 even when it starts later.
  processor.init(config.compat === null ? config.startAt : 0)
  return processor
}

function withVoiceActivity(
  config: ASRConfig,
  online: ASRProcessor,
  separator: string,
  log: Log,
  { voices, ledger }: ProcessorExtras,
): ASRProcessor {
  const { minChunkSize: minChunkSec, compat } = config
  const options = vadOptions(config)
  const vac = config.vac ? { detector: openDetector(voices, compat), options, minChunkSec, compat } : null
  // Differs from reference: it hears audio as it is, and gives words as they are committed.
  const own = { holdsValues: compat === null, level: compat || config.keepLevel ? null : { atOnce: config.offline } }
  return aroundUtterances(online, { vac, ...own, ledger, separator, log })
}

function openDetector(voices: VoiceModel | null | undefined, compat: ASRConfig['compat']): VoiceDetector {
  // Differs from reference: there what was heard before makes deaf.
  if (voices) return compat === null ? wakeful(voices.open()) : voices.open()
  throw new BackendError('voice activity needs a model that detects voices', {
    hint: 'give createProcessor what loadVoiceModel() gives, as `voices`',
  })
}

const vadOptions = ({
  vadThreshold: threshold,
  vadMinSilenceMs: minSilenceMs,
  vadSpeechPadMs: speechPadMs,
}: ASRConfig) => ({ threshold, minSilenceMs, speechPadMs }) satisfies VADOptions

async function prepare(config: ASRConfig, asr: ASRBase): Promise<void> {
  if (config.task === 'translate') {
    if (!asr.setTranslateTask) throw new UsageError(`the backend "${config.backend}" cannot translate`)
    asr.setTranslateTask()
  }
  try {
    await warmUp(asr, config.backend)
  } catch (error) {
    await asr.close?.()
    throw error
  }
}

type LoadedASR = LoadedModel & { readonly asr: ASRBase }

function surround(config: ASRConfig, loaded: LoadedASR, log: Log, { voices, ...told }: ProcessorExtras): ASRProcessor {
  const { asr, hallucinates = false } = loaded
  const hallucinationFilter = config.hallucinationFilter && (asr.hallucinates ?? hallucinates)
  const heard = config.vad
    ? speechOnly(asr, openDetector(voices, config.compat), vadOptions(config), told.ledger, seamOf(config, log))
    : asr
  const voiceDetector = hallucinationFilter && config.compat === null ? voices?.open() : undefined
  return onlineProcessor(config, heard, { hallucinationFilter, voiceDetector, backend: config.backend, ...told, log })
}

function onlineProcessor(config: ASRConfig, asr: ASRBase, parts: OnlineOptions): ASRProcessor {
  if (config.policy === 'alignatt') {
    const { frameThreshold, audioMaxLen: audioMaxLenSec, initPrompt, staticInitPrompt } = config
    if (!canContinue(asr)) {
      throw new UsageError(`the backend "${config.backend}" does not tell what it attends to, which alignatt needs`, {
        hint: 'leave out --policy, or take the backend onnx-whisper',
      })
    }
    return new AlignAttProcessor(asr, { frameThreshold, audioMaxLenSec, initPrompt, staticInitPrompt, ...parts })
  }
  return new OnlineASRProcessor(asr, {
    bufferTrimming: { way: config.bufferTrimming, seconds: config.bufferTrimmingSec },
    language: asr.originalLanguage ?? null,
    // Offline is one update over everything: how to cut it is then the recogniser's business.
    ...(config.offline ? { maxBufferSec: Number.POSITIVE_INFINITY } : {}),
    ...(config.compat === null ? {} : { compat: config.compat }),
    ...parts,
  })
}

const seamOf = ({ backend, compat }: ASRConfig, log: Log) => ({ backend, log, trusting: compat !== null })

function canContinue(asr: ASRBase): asr is ContinuingASR {
  return 'continueText' in asr
}

/** Ref: whisper_online.py asr_factory and main, which warm up with the first second of the audio. */
async function warmUp(asr: ASRBase, backend: string): Promise<void> {
  await recognizerOf(asr, { backend }).transcribe(new Float32Array(WARM_UP_SEC * SAMPLE_RATE), { prompt: '' })
}

/**
 * Feeds audio to a processor update by update and gives what it commits; the one loop of this program, for all modes.
 * An update that fails is tried again with the next one. When it fails again for a reason that nobody foresaw, the audio
 * that it fails on is let go, which `onGap` is told, and the stream goes on. When that helps nothing, when it fails again
 * for a known reason, or when the source fails, the text so far comes first, then the error is thrown. The processor is
 * closed in the end, and so is the source, also when the caller stops early.
 *
 * Ref: whisper_online.py main.
 */
export async function* transcribeStream(
  pacer: Pacer,
  processor: ASRProcessor,
  { signal, onAudio, onRecognised, ...told }: TranscribeStreamOptions = {},
): AsyncGenerator<TimedSegment, void, undefined> {
  const guarded = guard(processor, told)
  let heardSec = 0
  let failure: unknown
  try {
    try {
      for await (const { audio, now, resumeAtSec } of pacer.updates(signal)) {
        if (signal?.aborted) break
        if (resumeAtSec !== undefined) {
          for await (const segment of guarded.finish(signal)) yield { now: now(), segment }
          if (processor.resume) processor.resume(resumeAtSec)
          else processor.init(resumeAtSec)
        }
        if (audio.length === 0 && resumeAtSec !== undefined) continue
        heardSec += audio.length / SAMPLE_RATE
        onAudio?.(heardSec)
        processor.insertAudioChunk(audio)
        do {
          const segment = await guarded.update(signal)
          if (segment) yield { now: now(), segment }
        } while (processor.hasMore?.() && !guarded.isFailing() && !signal?.aborted)
        if (!guarded.isFailing()) onRecognised?.(heardSec)
      }
      for await (const segment of guarded.finish(signal)) yield { now: pacer.endTime(), segment }
      onRecognised?.(heardSec)
      if (!signal?.aborted) guarded.throwIfNothingCame()
      return
    } catch (error) {
      failure = error
    }
    for await (const segment of guarded.flush(signal)) yield { now: pacer.endTime(), segment }
    if (!signal?.aborted) throw failure
  } finally {
    await guarded.close()
  }
}
