import { loadVoiceModel } from '../backends/onnx/load-vad.js'
import type { ASRConfig } from '../config/config.js'
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
  { vac, vad }: ASRConfig,
  account: boolean,
  tell: (text: string) => void,
): Promise<LoadedExtras> {
  const ledger = account ? new AudioLedger() : undefined
  const voices = vac || vad ? await loadVoiceModel() : null
  return {
    voices,
    ledger,
    async close() {
      await voices?.close()
      for (const line of ledger ? formatAccount(ledger.sums(), ledger.lifts) : []) tell(logLine('account', line))
    },
  }
}
