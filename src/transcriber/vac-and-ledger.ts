import type { ASRProcessor, Log, VadStream } from '../core/types.js'
import type { AudioLedger } from '../online/ledger/audio-ledger.js'
import { recordAudio, recordUtterances } from '../online/ledger/ledger-processors.js'
import { levelled } from '../online/level/levelled-processor.js'
import { holdingValues } from '../online/unbroken-values.js'
import { createSpeechGate, VACOnlineASRProcessor } from '../online/vad/vac-online-asr-processor.js'
import type { VADOptions } from '../online/vad/vad-iterator.js'

/** What goes around a processor. */
export interface VacAndLedgerOptions {
  /** Voice activity control; null: none. */
  readonly vac: {
    readonly detector: VadStream
    readonly options: VADOptions
    readonly minChunkSec: number
    readonly compat: 'whisper_online' | null
  } | null
  /** Whether values are held together that would be split over lines. */
  readonly holdsValues: boolean
  /** How quiet speech is made louder; null: it is not. */
  readonly level: { readonly atOnce: boolean } | null
  /** The ledger of all audio; absent: none. */
  readonly ledger: AudioLedger | undefined
  /** Joins texts, as `ASRBase.sep`. */
  readonly separator: string
  readonly log?: Log | undefined
}

/**
 * Puts around a processor, from the inside to the outside: values that are held together, the ledger of utterances, VAC, the
 * level of quiet speech, the ledger of all audio.
 */
export function withVacAndLedger(
  online: ASRProcessor,
  { vac, holdsValues, level, ledger, separator, log }: VacAndLedgerOptions,
): ASRProcessor {
  const whole = holdsValues ? holdingValues(online, separator) : online
  const recorded = ledger ? recordUtterances(whole, ledger) : whole
  const gate = vac && createSpeechGate(vac.detector, vac.options, vac.compat)
  const gated = gate
    ? new VACOnlineASRProcessor(recorded, gate, { minChunkSec: vac.minChunkSec, separator, ledger })
    : recorded
  const even = level ? levelled(gated, { ...level, log, ledger }) : gated
  return ledger ? recordAudio(even, ledger) : even
}
