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

import './telemetry.js'

export { type LiveOptions, type LivePacer, live } from './audio/live-pacer.js'
export { type MicrophoneOptions, openMicrophone } from './audio/microphone.js'
export { computationUnaware, offline, type PacerOptions, realTime } from './audio/pacers.js'
export type { PcmFormat, SampleEncoding } from './audio/pcm.js'
export { type StreamOptions, StreamSource } from './audio/stream-source.js'
export { systemClock } from './audio/system-clock.js'
export { type WavFileOptions, WavFileSource } from './audio/wav-file-source.js'
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
export { loadVoiceModel } from './backends/voices.js'
export { type ASRConfig, parseConfig } from './config.js'
export {
  AsrStreamError,
  BackendError,
  type ErrorDetails,
  InputError,
  ModelError,
  OutputError,
  UnexpectedError,
  UsageError,
} from './errors.js'
export type { Gap } from './failures.js'
export { silentLog } from './log.js'
export { type AlignAttOptions, AlignAttProcessor } from './online/alignatt-processor.js'
export { AudioLedger, type LedgerLift } from './online/audio-ledger.js'
export { HypothesisBuffer } from './online/hypothesis-buffer.js'
export { OnlineASRProcessor, type OnlineOptions } from './online/online-asr-processor.js'
export { VACOnlineASRProcessor, type VACOptions, voiceGate } from './online/vac-online-asr-processor.js'
export type { VADOptions } from './online/vad-iterator.js'
export { formatLine } from './output/formats.js'
export {
  createProcessor,
  type ProcessorExtras,
  type SharedBackend,
  shareBackend,
  type TimedSegment,
  type TranscribeStreamOptions,
  transcribeStream,
} from './pipeline.js'
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
  LoadContext,
  LoadedModel,
  LoaderOptions,
  Log,
  ModelLoader,
  ModelMetadata,
  PacedAudio,
  Pacer,
  RecognitionProgress,
  Segment,
  StreamProgress,
  TranscribeOptions,
  VoiceDetector,
  VoiceModel,
  Word,
} from './types.js'
