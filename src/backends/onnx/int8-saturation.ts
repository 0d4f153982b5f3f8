import { InferenceSession, Tensor } from './onnx-runtime.js'

/** A multiplication by two 8-bit weights, each 1, as tools/make_saturation_probe.py prints it. */
const PROBE =
  'CAkSCmFzci1zdHJlYW06nQEKQwoBeAoGd2VpZ2h0CgVzY2FsZRIBeRoGbm9kZV8yIhVEeW5hbWljUXVhbnRpemVNYXRNdWw6DWNvbS5taWNyb3NvZnQSBXByb2JlKhIIAggBEANCBndlaWdodEoCf38qEQgBEAFCBXNjYWxlSgQEAgE8WhMKAXgSDgoMCAESCAoCCAEKAggCYhMKAXkSDgoMCAESCAoCCAEKAggBQgQKABAUQhEKDWNvbS5taWNyb3NvZnQQAQ=='
/** 1 + 1, but for rounding; half of it where products saturate. */
const MIN_SUM = 1.9

let known: Promise<boolean> | undefined

/**
 * Whether products of 8-bit numbers are cut off on this machine: x86 processors without VNNI add two of them in 16 bits.
 * ONNX Runtime has a mode that avoids it, at nearly twice the time even where nothing would be cut off.
 */
export function productsSaturate(): Promise<boolean> {
  known ??= measure()
  return known
}

async function measure(): Promise<boolean> {
  const session = await InferenceSession.create(Buffer.from(PROBE, 'base64'), { executionProviders: ['cpu'] })
  const { y } = await session.run({ x: new Tensor('float32', [1, 1], [1, 2]) })
  await session.release()
  return Number(y?.data[0]) < MIN_SUM
}
