import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { ASRProcessor, Log } from '../../core/types.js'
import type { AudioLedger } from '../ledger/audio-ledger.js'
import { layerOn } from '../processor-layer.js'
import { Leveller, type LiftedStretch } from './leveller.js'

/** Who is told of what is lifted. */
export interface LevelOptions {
  /** All audio comes at once: nothing waits for what follows. */
  readonly atOnce?: boolean
  readonly log?: Log | undefined
  readonly ledger?: AudioLedger | undefined
}

/** Puts a layer around a processor that makes quiet speech louder, see `Leveller`. */
export function levelled(processor: ASRProcessor, { atOnce = false, log, ledger }: LevelOptions = {}): ASRProcessor {
  const restart = (offset: number) => {
    const origin = Math.round(offset * SAMPLE_RATE)
    return new Leveller(({ begin, end, gainDb }: LiftedStretch) => {
      const [from, to] = [(origin + begin) / SAMPLE_RATE, (origin + end) / SAMPLE_RATE]
      ledger?.lift(from, to, gainDb)
      log?.debug(
        `quiet speech from ${from.toFixed(1)} to ${to.toFixed(1)} s is heard up to ${gainDb.toFixed(0)} dB louder`,
      )
    })
  }
  let leveller = restart(0)
  const handOn = (audio: Float32Array) => {
    if (audio.length > 0) processor.insertAudioChunk(audio)
  }
  return {
    ...layerOn(processor, (offset) => {
      leveller = restart(offset)
    }),
    insertAudioChunk(audio) {
      handOn(leveller.take(audio))
    },
    processIter(signal) {
      if (atOnce) handOn(leveller.end())
      return processor.processIter(signal)
    },
    async finish(signal) {
      handOn(leveller.end())
      return processor.finish(signal)
    },
  }
}
