/**
 * The types for authors of backends, and the errors that a backend throws.
 *
 * @packageDocumentation
 */

import './backends/onnx/telemetry.js'

export type { LoadContext, LoadedModel, ModelLoader, ModelMetadata } from './backends/contract.js'
export type { PluginLoader } from './backends/plugin.js'
export type { ASRConfig } from './config/config.js'
export { readKeyTerms } from './config/key-terms.js'
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
export { silentLog } from './core/silent-log.js'
export type {
  ASRBase,
  ASRProcessor,
  Availability,
  Capabilities,
  Effort,
  GivenUp,
  Log,
  PrefixASR,
  PrefixOptions,
  PrefixResult,
  PrefixWord,
  RecognitionProgress,
  ResultLanguage,
  Segment,
  StageTiming,
  StreamRequest,
  TranscribeOptions,
  Word,
  Yielding,
} from './core/types.js'
