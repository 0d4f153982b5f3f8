import type { ModelLoader } from '../backends/contract.js'
import { loadVoiceModel } from '../backends/onnx/load-vad.js'
import { capabilitiesOf } from '../backends/registry.js'
import type { ASRConfig } from '../config/config.js'
import type { VoiceModel } from '../core/types.js'
import { AudioLedger } from '../online/ledger/audio-ledger.js'
import { formatAccount } from '../terminal/account.js'
import { logLine } from '../terminal/log.js'
import type { ProcessorExtras } from '../transcriber/pipeline.js'

/** What a stream is recognised with besides its backend. */
export interface LoadedExtras extends ProcessorExtras {
  /** Releases it when the stream is over, and tells the account if it was asked for. */
  close(): Promise<void>
}

/**
 * Loads what the configuration asks for: the model that detects voices, the account of the audio.
 *
 * @param tell gets the lines of the account
 * @throws ModelError when the model is missing or damaged
 */
export async function loadExtras(
  config: ASRConfig,
  loader: ModelLoader,
  account: boolean,
  tell: (text: string) => void,
): Promise<LoadedExtras> {
  const { vac, vad } = config
  const ledger = account ? new AudioLedger() : undefined
  const voices = vac || vad ? await loadVoiceModel() : await voicesForFilter(config, loader)
  return {
    voices,
    ledger,
    async close() {
      await voices?.close()
      for (const line of ledger ? formatAccount(ledger.sums(), ledger.lifts) : []) tell(logLine('account', line))
    },
  }
}

/** The filter of made-up words asks it as well, and does without where it cannot be loaded. */
async function voicesForFilter(
  { hallucinationFilter, compat }: ASRConfig,
  loader: ModelLoader,
): Promise<VoiceModel | null> {
  if (!hallucinationFilter || compat !== null || capabilitiesOf(loader).hallucinates !== true) return null
  return loadVoiceModel().catch(() => null)
}
