import type { VadModel } from '../../core/types.js'

/**
 * Loads the model for voice activity detection, and with it ONNX Runtime.
 *
 * @param folder with another copy of it; absent: the one in the package
 * @throws ModelError when it is missing or damaged
 */
export async function loadVad(folder?: string): Promise<VadModel> {
  const { SileroVAD } = await import('./silero-vad.js')
  return SileroVAD.load(folder)
}
