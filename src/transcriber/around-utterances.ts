import type { ASRProcessor, Log, VoiceDetector } from '../core/types.js'
import type { AudioLedger } from '../online/ledger/audio-ledger.js'
import { accountUtterances, countAudio } from '../online/ledger/ledger-processors.js'
import { levelled } from '../online/level/levelled-processor.js'
import { holdingValues } from '../online/unbroken-values.js'
import { VACOnlineASRProcessor, voiceGate } from '../online/vad/vac-online-asr-processor.js'
import type { VADOptions } from '../online/vad/vad-iterator.js'

/** What goes around a processor. */
export interface AroundOptions {
  /** Voice activity control; null: none. */
  readonly vac: {
    readonly detector: VoiceDetector
    readonly options: VADOptions
    readonly minChunkSec: number
    readonly compat: 'whisper_online' | null
  } | null
  /** Whether values are held together that would be split over lines. */
  readonly holdsValues: boolean
  /** How quiet speech is made louder; null: it is not. */
  readonly level: { readonly atOnce: boolean } | null
  /** The account of all audio; absent: none. */
  readonly ledger: AudioLedger | undefined
  /** Joins texts, as `ASRBase.sep`. */
  readonly separator: string
  readonly log?: Log | undefined
}

/**
 * Puts around a processor, from the inside to the outside: values that are held together, the account of utterances, VAC,
 * the level of quiet speech, the account of all audio.
 */
export function aroundUtterances(
  online: ASRProcessor,
  { vac, holdsValues, level, ledger, separator, log }: AroundOptions,
): ASRProcessor {
  const whole = holdsValues ? holdingValues(online, separator) : online
  const accounted = ledger ? accountUtterances(whole, ledger) : whole
  const gate = vac && voiceGate(vac.detector, vac.options, vac.compat)
  const heard = gate
    ? new VACOnlineASRProcessor(accounted, gate, { minChunkSec: vac.minChunkSec, separator, ledger })
    : accounted
  const even = level ? levelled(heard, { ...level, log, ledger }) : heard
  return ledger ? countAudio(even, ledger) : even
}
