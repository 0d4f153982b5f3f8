/** ONNX Runtime, with its telemetry off: the only place that imports it. */
import './telemetry.js'
import type * as Runtime from 'onnxruntime-node'
import { runtimeFailure } from './runtime-failure.js'

const runtime = await import('onnxruntime-node').catch((cause: unknown) => Promise.reject(runtimeFailure(cause)))

export const { InferenceSession, Tensor } = runtime
export type InferenceSession = Runtime.InferenceSession
export type Tensor = Runtime.Tensor
/** The outputs of a run, by name. */
export type Outputs = Runtime.InferenceSession.OnnxValueMapType
