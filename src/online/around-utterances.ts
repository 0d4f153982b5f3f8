import type { ASRProcessor, VoiceDetector } from '../types.js'
import { accountUtterances, countAudio } from './accounted-processor.js'
import type { AudioLedger } from './audio-ledger.js'
import { VACOnlineASRProcessor, voiceGate } from './vac-online-asr-processor.js'
import type { VADOptions } from './vad-iterator.js'

/** What goes around a processor. */
export interface AroundOptions {
  /** Voice activity control; null: none. */
  readonly vac: {
    readonly detector: VoiceDetector
    readonly options: VADOptions
    readonly minChunkSec: number
    readonly compat: 'whisper_online' | null
  } | null
  /** The account of all audio; absent: none. */
  readonly ledger: AudioLedger | undefined
  /** Joins texts, as `ASRBase.sep`. */
  readonly separator: string
}

/** Puts around a processor, from the inside to the outside: the account of utterances, VAC, the account of all audio. */
export function aroundUtterances(online: ASRProcessor, { vac, ledger, separator }: AroundOptions): ASRProcessor {
  const accounted = ledger ? accountUtterances(online, ledger) : online
  const gate = vac && voiceGate(vac.detector, vac.options, vac.compat)
  const heard = gate
    ? new VACOnlineASRProcessor(accounted, gate, { minChunkSec: vac.minChunkSec, separator, ledger })
    : accounted
  return ledger ? countAudio(heard, ledger) : heard
}
