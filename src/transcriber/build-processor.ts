import type { LoadedModel } from '../backends/contract.js'
import type { ASRConfig } from '../config/config.js'
import { BackendError, UsageError } from '../core/errors.js'
import type { ASRBase, ASRProcessor, Log, PrefixASR, VadModel, VadStream } from '../core/types.js'
import { AlignAttProcessor } from '../online/alignatt/alignatt-processor.js'
import { checkedProcessor } from '../online/checked-processor.js'
import type { AudioLedger } from '../online/ledger/audio-ledger.js'
import { OnlineASRProcessor, type OnlineOptions } from '../online/local-agreement/online-asr-processor.js'
import { withSpeechFilter } from '../online/vad/speech-filter-asr.js'
import type { VADOptions } from '../online/vad/vad-iterator.js'
import { wakeful } from '../online/vad/wakeful-detector.js'
import { withVacAndLedger } from './vac-and-ledger.js'

/** What a processor needs besides its recognizer. */
export interface StreamDependencies {
  /** Detects speech; needed for `vac` and `vad`. */
  readonly vad?: VadModel | null
  /** Records what becomes of each sample. */
  readonly ledger?: AudioLedger | undefined
  /** Called within long updates with their progress and the text so far. */
  readonly onProgress?: OnlineOptions['onProgress']
  /** Called with the code of the language that is spoken, where the recognizer is sure of it. */
  readonly onLanguage?: ((code: string) => void) | undefined
}

/**
 * Checks that a loaded backend can do what the configuration asks for.
 *
 * @throws UsageError when it cannot
 */
export function checkFit(config: ASRConfig, { asr }: LoadedModel): void {
  const name = `the backend "${config.backend}"`
  if (config.vad && !asr) {
    throw new UsageError(`--vad does not work with ${name}, which streams by itself`, { hint: 'give --vac instead' })
  }
  if (config.policy === 'alignatt' && asr && !isPrefixASR(asr)) {
    throw new UsageError(`${name} does not give the attention of its model, which alignatt needs`, {
      hint: 'leave out --policy, or give --backend onnx-whisper',
    })
  }
}

/**
 * Joins a loaded backend with the online processor, unless it has its own, and starts the stream at `startAt`.
 *
 * @throws as `checkFit`; BackendError without the model that `vac` and `vad` need
 */
export function buildProcessor(
  config: ASRConfig,
  loaded: LoadedModel,
  log: Log,
  dependencies: StreamDependencies = {},
): ASRProcessor {
  checkFit(config, loaded)
  const online = loaded.asr
    ? aroundRecognizer(config, loaded, log, dependencies)
    : checkedProcessor(loaded.processor, config.backend, {
        trusting: config.compat !== null,
        log,
        onLost: (begin, end, reason) => dependencies.ledger?.mark(begin, end, 'skipped', reason),
      })
  const processor = withVoiceActivity(config, online, separatorOf(loaded), log, dependencies)
  processor.init(processorStart(config))
  return processor
}

/** What joins words. Plugins need not be typed: where one does not say it, words are taken to bring no spaces. */
export function separatorOf({ asr, metadata }: LoadedModel): string {
  return asr?.sep ?? metadata.separator ?? ' '
}

/** Second at which the processor's stream starts. The reference stamps words from 0 even when it starts later. */
export function processorStart({ compat, startAt }: ASRConfig): number {
  return compat === null ? startAt : 0
}

function withVoiceActivity(
  config: ASRConfig,
  online: ASRProcessor,
  separator: string,
  log: Log,
  { vad, ledger }: StreamDependencies,
): ASRProcessor {
  const { minChunkSize: minChunkSec, compat } = config
  const options = vadOptions(config)
  const vac = config.vac ? { detector: openVad(vad, compat), options, minChunkSec, compat } : null
  // Differs from reference: it takes audio as it is, and gives words as they are committed.
  const own = { holdsValues: compat === null, level: compat || config.keepLevel ? null : { atOnce: config.offline } }
  return withVacAndLedger(online, { vac, ...own, ledger, separator, log })
}

function openVad(vad: VadModel | null | undefined, compat: ASRConfig['compat']): VadStream {
  // Differs from reference: there what came before makes deaf.
  if (vad) return compat === null ? wakeful(vad.open()) : vad.open()
  throw new BackendError('voice activity needs a model that detects speech', {
    hint: 'give buildProcessor what loadVad() gives, as `vad`',
  })
}

/** Padding around speech. Differs from reference: with its 100 ms models take the cut into the first word for another word. */
const [PAD_MS, REFERENCE_PAD_MS] = [250, 100]

const vadOptions = ({
  vadThreshold: threshold,
  vadMinSilenceMs: minSilenceMs,
  vadSpeechPadMs,
  compat,
}: ASRConfig): VADOptions => ({
  threshold,
  minSilenceMs,
  speechPadMs: vadSpeechPadMs ?? (compat === null ? PAD_MS : REFERENCE_PAD_MS),
})

type LoadedASR = LoadedModel & { readonly asr: ASRBase }

function aroundRecognizer(
  config: ASRConfig,
  loaded: LoadedASR,
  log: Log,
  { vad, ...told }: StreamDependencies,
): ASRProcessor {
  const { asr, hallucinates = false } = loaded
  const hallucinationFilter = config.hallucinationFilter && (asr.hallucinates ?? hallucinates)
  const filtered = config.vad
    ? withSpeechFilter(asr, openVad(vad, config.compat), vadOptions(config), told.ledger, seamOf(config, log))
    : asr
  const vadStream = hallucinationFilter && config.compat === null ? vad?.open() : undefined
  return onlineProcessor(config, filtered, {
    hallucinationFilter,
    vadStream,
    backend: config.backend,
    ...told,
    log,
  })
}

function onlineProcessor(config: ASRConfig, asr: ASRBase, parts: OnlineOptions): ASRProcessor {
  if (config.policy === 'alignatt' && isPrefixASR(asr)) {
    const { frameThreshold, audioMaxLen: audioMaxLenSec, initPrompt, staticInitPrompt } = config
    return new AlignAttProcessor(asr, { frameThreshold, audioMaxLenSec, initPrompt, staticInitPrompt, ...parts })
  }
  return new OnlineASRProcessor(asr, {
    bufferTrimming: { strategy: config.bufferTrimming, seconds: config.bufferTrimmingSec },
    language: asr.originalLanguage ?? null,
    // AlignAtt goes by the times of words: words that do not fit them tell it that it is lost.
    isTranslation: config.task === 'translate',
    // Offline is one update over everything: how to cut it is then the recognizer's business.
    ...(config.offline ? { maxBufferSec: Number.POSITIVE_INFINITY } : {}),
    ...(config.compat === null ? {} : { compat: config.compat }),
    ...parts,
  })
}

const seamOf = ({ backend, compat }: ASRConfig, log: Log) => ({ backend, log, trusting: compat !== null })

function isPrefixASR(asr: ASRBase): asr is PrefixASR {
  return 'transcribeFrom' in asr
}
