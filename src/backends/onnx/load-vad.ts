import type { VoiceModel } from '../../core/types.js'

/**
 * Loads the model that detects voices, and with it ONNX Runtime.
 *
 * @param folder with another copy of it; absent: the one in the package
 * @throws ModelError when it is missing or damaged
 */
export async function loadVoiceModel(folder?: string): Promise<VoiceModel> {
  const { SileroVAD } = await import('./silero-vad.js')
  return SileroVAD.load(folder)
}
