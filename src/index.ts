/**
 * The library: what a program that embeds the transcriber, or a plugin, imports.
 *
 * ```js
 * import {
 *   createProcessor, formatLine, getLoader, loadBackend, parseConfig, realTime, silentLog, systemClock, transcribeStream,
 *   WavFileSource,
 * } from 'asr-stream'
 *
 * const loader = await getLoader('onnx-whisper')
 * const config = parseConfig({ backend: 'onnx-whisper', lan: 'en', minChunkSize: 0.5 }, loader.options)
 * const loaded = await loadBackend(loader, config, { log: silentLog, progress: () => {} })
 * const processor = await createProcessor(config, loaded, silentLog)
 * const source = await WavFileSource.open('speech.wav', { log: silentLog })
 * const pacer = realTime({ source, minChunkSec: config.minChunkSize, startAtSec: 0, clock: systemClock })
 * for await (const { now, segment } of transcribeStream(pacer, processor)) console.log(formatLine(now, segment))
 * ```
 *
 * @packageDocumentation
 */

import './backends/onnx/telemetry.js'

export type { PcmFormat, SampleEncoding } from './audio/decode/pcm.js'
export { type LiveOptions, type LivePacer, live } from './audio/pacing/live-pacer.js'
export { computationUnaware, offline, type PacerOptions, realTime } from './audio/pacing/pacers.js'
export { systemClock } from './audio/pacing/system-clock.js'
export { type MicrophoneOptions, openMicrophone } from './audio/sources/microphone.js'
export { type StreamOptions, StreamSource } from './audio/sources/stream-source.js'
export { type WavFileOptions, WavFileSource } from './audio/sources/wav-file-source.js'
export type { LoadContext, LoadedModel, ModelLoader, ModelMetadata } from './backends/contract.js'
export { loadVoiceModel } from './backends/onnx/load-vad.js'
export { loadPlugins, type PluginLoader } from './backends/plugin.js'
export {
  availabilityOf,
  capabilitiesOf,
  createRegistry,
  getLoader,
  type LoaderListing,
  type LoaderRegistry,
  listLoaders,
  loadBackend,
  registerLoader,
} from './backends/registry.js'
export type { ScriptedOptions } from './backends/scripted.js'
export { type ASRConfig, parseConfig } from './config/config.js'
export type { LoaderOptions } from './config/loader-options.js'
export {
  AsrStreamError,
  BackendError,
  type ErrorDetails,
  InputError,
  ModelError,
  OutputError,
  UnexpectedError,
  UsageError,
} from './core/errors.js'
export type {
  ASRBase,
  ASRProcessor,
  AudioSource,
  Availability,
  Capabilities,
  Clock,
  ContinuableWord,
  Continuation,
  ContinueOptions,
  ContinuingASR,
  Fate,
  GivenUp,
  LedgerEntry,
  LedgerSum,
  Log,
  PacedAudio,
  Pacer,
  RecognitionProgress,
  Segment,
  StreamProgress,
  TranscribeOptions,
  VoiceDetector,
  VoiceModel,
  Word,
} from './core/types.js'
export { type AlignAttOptions, AlignAttProcessor } from './online/alignatt/alignatt-processor.js'
export { AudioLedger, type LedgerLift } from './online/ledger/audio-ledger.js'
export { HypothesisBuffer } from './online/local-agreement/hypothesis-buffer.js'
export { OnlineASRProcessor, type OnlineOptions } from './online/local-agreement/online-asr-processor.js'
export { VACOnlineASRProcessor, type VACOptions, voiceGate } from './online/vad/vac-online-asr-processor.js'
export type { VADOptions } from './online/vad/vad-iterator.js'
export { formatLine } from './output/formats/lines.js'
export { silentLog } from './terminal/log.js'
export {
  createProcessor,
  type ProcessorExtras,
  type SharedBackend,
  shareBackend,
  type TimedSegment,
  type TranscribeStreamOptions,
  transcribeStream,
} from './transcriber/pipeline.js'
export type { Gap } from './transcriber/retry-guard.js'
