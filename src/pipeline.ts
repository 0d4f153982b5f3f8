import type { ASRConfig } from './config.js'
import { asBackendError, UsageError } from './errors.js'
import { AlignAttProcessor } from './online/alignatt-processor.js'
import { OnlineASRProcessor } from './online/online-asr-processor.js'
import type { ASRBase, ASRProcessor, ContinuingASR, LoadedModel, Log, Pacer, Segment } from './types.js'

/** Seconds of silence that a recogniser hears before the clock starts. */
const WARM_UP_SEC = 1
const SAMPLE_RATE = 16_000

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
export async function createProcessor(config: ASRConfig, loaded: LoadedModel, log: Log): Promise<ASRProcessor> {
  const processor = loaded.asr ? await surround(config, loaded.asr, log) : loaded.processor
  // The reference stamps words from 0 even when it starts later.
  processor.init(config.compat === null ? config.startAt : 0)
  return processor
}

async function surround(config: ASRConfig, asr: ASRBase, log: Log): Promise<ASRProcessor> {
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
  const online = onlineProcessor(config, asr, log)
  return Object.assign(online, { close: async () => asr.close?.() })
}

function onlineProcessor(config: ASRConfig, asr: ASRBase, log: Log): ASRProcessor {
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
    })
  }
  return new OnlineASRProcessor(asr, {
    bufferTrimming: { way: config.bufferTrimming, seconds: config.bufferTrimmingSec },
    language: asr.originalLanguage ?? null,
    // Offline is one update over everything: how to cut it is then the recogniser's business.
    ...(config.offline ? { maxBufferSec: Number.POSITIVE_INFINITY } : {}),
    ...(config.compat === null ? {} : { compat: config.compat }),
    log,
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
        const segment = await guarded.update(signal)
        if (segment) yield { now: now(), segment }
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
