/**
 * Turns the telemetry of ONNX Runtime off, unless the user has set the switch. Without it the library keeps an identity
 * of the device and a database of events in the user's folder, and sends them to a service of its makers.
 *
 * The library reads the environment of the process once, when it is loaded first. So every entry of this program imports
 * this module before anything else. A worker has a copy of the environment: what is set in one comes too late, and the
 * program that starts the worker must set the variable. See docs/privacy.md.
 *
 * Ref: docs/Privacy.md of microsoft/onnxruntime, "Disabling Telemetry".
 */
import { isMainThread } from 'node:worker_threads'

const SWITCH = 'ORT_DISABLE_TELEMETRY'
/** There the library has no telemetry of its own: it gives events to the system's tracing. */
const IS_WINDOWS = process.platform === 'win32'

if (process.env[SWITCH] === undefined) {
  if (!isMainThread && !IS_WINDOWS) {
    process.emitWarning(`asr-stream cannot turn off the telemetry of ONNX Runtime from within a worker`, {
      code: 'ASR_STREAM_TELEMETRY',
      detail: `Set ${SWITCH}=1 before the worker starts; see docs/privacy.md of asr-stream.`,
    })
  }
  process.env[SWITCH] = '1'
}
