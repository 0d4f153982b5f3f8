/**
 * The streaming algorithms and their parts, for researchers: processors, pacers, the loop.
 *
 * @packageDocumentation
 */

import './backends/onnx/telemetry.js'

export type { ReadingOption, TellIdle } from './audio/decode/hints.js'
export type { PcmFormat, SampleEncoding } from './audio/decode/pcm.js'
export type { ChannelChoice, ChannelTap } from './audio/decode/to-mono.js'
export { type LivePacer, type LivePacerOptions, live } from './audio/pacing/live-pacer.js'
export { computationUnaware, offline, type PacerOptions, realTime } from './audio/pacing/pacers.js'
export { systemClock } from './audio/pacing/system-clock.js'
export { type AudioFileOptions, AudioFileSource } from './audio/sources/audio-file-source.js'
export { StreamSource, type StreamSourceOptions } from './audio/sources/stream-source.js'
export { loadVad } from './backends/onnx/load-vad.js'
export { createRegistry, getLoader, type LoaderRegistry, loadBackend } from './backends/registry.js'
export { type ASRConfig, parseConfig } from './config/config.js'
export { silentLog } from './core/silent-log.js'
export type {
  ASRBase,
  ASRProcessor,
  AudioSource,
  Clock,
  Effort,
  Log,
  PacedAudio,
  Pacer,
  PrefixASR,
  PrefixOptions,
  PrefixResult,
  PrefixWord,
  ResultLanguage,
  Segment,
  StreamProgress,
  VadModel,
  VadStream,
  Word,
} from './core/types.js'
export type { AlignAttOptions } from './online/alignatt/alignatt-options.js'
export { AlignAttProcessor } from './online/alignatt/alignatt-processor.js'
export type { BufferTrimming } from './online/buffer-trimming.js'
export { type EffortChange, effortsBelow, LagController, type UpdateReport } from './online/lag-controller.js'
export { AudioLedger } from './online/ledger/audio-ledger.js'
export { HypothesisBuffer } from './online/local-agreement/hypothesis-buffer.js'
export { OnlineASRProcessor, type OnlineOptions } from './online/local-agreement/online-asr-processor.js'
export {
  type PrefixRecognizer,
  prefixRecognizerOf,
  type Recognizer,
  type RecognizerOptions,
  recognizerOf,
  type Transcription,
} from './online/recognizer.js'
export type { GateStep, SpeechGate } from './online/vad/speech-gate.js'
export { createSpeechGate, VACOnlineASRProcessor, type VACOptions } from './online/vad/vac-online-asr-processor.js'
export type { VADOptions } from './online/vad/vad-iterator.js'
export { type BoundedLag, type BoundedStream, boundedLag } from './transcriber/bounded-lag.js'
export { buildProcessor, type StreamDependencies } from './transcriber/build-processor.js'
export type { ComputingWatch, WatchedComputing } from './transcriber/computing-watch.js'
export { EventRelay } from './transcriber/event-relay.js'
export type { Waiting } from './transcriber/retry-guard.js'
export { type RunStreamOptions, runStream } from './transcriber/run-stream.js'
