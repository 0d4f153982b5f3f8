/**
 * The library: what a program that embeds the transcriber imports.
 *
 * ```js
 * import { transcribe } from 'asr-stream'
 *
 * for await (const { text, begin, end } of transcribe('talk.wav', { language: 'en' })) console.log(begin, end, text)
 * ```
 *
 * `createTranscriber` is for many streams on one model, partial text, the microphone, and audio that a program pushes.
 * Authors of backends import `asr-stream/plugin`; `asr-stream/online` has the algorithms.
 *
 * @packageDocumentation
 */

import './backends/onnx/telemetry.js'

export type { AudioChunk } from './audio/sources/iterable-bytes.js'
export type { MicrophoneOptions } from './audio/sources/microphone.js'
export type { RecorderName } from './audio/sources/recorders.js'
export type { LoadContext, LoadedModel, ModelLoader, ModelMetadata } from './backends/contract.js'
export type { PluginLoader } from './backends/plugin.js'
export { type LoaderListing, listLoaders, registerLoader } from './backends/registry.js'
export { type ASRConfig, type ASRSettings, parseConfig } from './config/config.js'
export type { LoaderOptions } from './config/loader-options.js'
export {
  AsrStreamError,
  BackendError,
  type ErrorCode,
  type ErrorDetails,
  InputError,
  ModelError,
  OutputError,
  UnexpectedError,
  UsageError,
} from './core/errors.js'
export type {
  EffortEvent,
  EndEvent,
  GapEvent,
  LedgerLift,
  OfChannel,
  ProgressEvent,
  StreamLedger,
  TextFinalEvent,
  TextPartialEvent,
  TranscriptEvent,
  UtteranceEndEvent,
} from './core/events.js'
export { silentLog } from './core/silent-log.js'
export type {
  ASRBase,
  ASRProcessor,
  AudioSource,
  Availability,
  Capabilities,
  Disposition,
  Effort,
  GivenUp,
  LedgerEntry,
  LedgerSum,
  Log,
  RecognitionProgress,
  ResultLanguage,
  Segment,
  StageTiming,
  StreamRequest,
  TranscribeOptions,
  Word,
  Yielding,
} from './core/types.js'
export type { StreamFacts, TranscriptFormat } from './output/formats/format.js'
export { formatLine, type LineOf } from './output/formats/lines.js'
export { FORMAT_NAMES, type FormatName } from './output/formats/names.js'
export { createFormat, type FormatOptions } from './output/formats/registry.js'
export type { LimitOptions } from './output/subtitles/cue-limits.js'
export { type CueLimits, SUBTITLE_PROFILES, type SubtitleProfile } from './output/subtitles/profiles.js'
export { type AudioInput, type Microphone, microphone } from './transcriber/audio-input.js'
export { createTranscriber, type TranscriberSettings, transcribe } from './transcriber/create-transcriber.js'
export type { OpenedInput, Pace } from './transcriber/pacing.js'
export type { PushStream } from './transcriber/push-stream.js'
export type { Waiting } from './transcriber/retry-guard.js'
export type { RunOptions, StreamOptions, StreamSettings, Transcriber } from './transcriber/transcriber.js'
