/** ONNX Runtime, with its telemetry off: the only place that imports it. */
import './telemetry.js'

export { InferenceSession, Tensor } from 'onnxruntime-node'
