/**
 * The contract kit, `asr-stream/testing`: checks that a backend does what the program relies on.
 *
 * ```js
 * import { describeBackend } from 'asr-stream/testing'
 * import loader from './my-backend.js'
 *
 * describeBackend(loader.name, loader)
 * ```
 *
 * @packageDocumentation
 */

import '../backends/onnx/telemetry.js'

export { backendRules, checkBackend, type Verdict } from './check-backend.js'
export { describeBackend } from './describe-backend.js'
export { Harness, type RawTranscript } from './harness.js'
export {
  type BackendRule,
  type BackendSource,
  type BackendTestOptions,
  type Outcome,
  RuleViolation,
  type TestSpeech,
} from './rule.js'
export type { Sound } from './sounds.js'
