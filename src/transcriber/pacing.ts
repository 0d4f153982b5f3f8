import { live } from '../audio/pacing/live-pacer.js'
import { computationUnaware, offline, realTime } from '../audio/pacing/pacers.js'
import { systemClock } from '../audio/pacing/system-clock.js'
import type { ASRConfig } from '../config/config.js'
import type { AudioSource, Log, Pacer } from '../core/types.js'
import { delayed, LAST_WORDS_SEC } from './stopping.js'

/** Audio as it is going to be heard. */
export interface Input {
  readonly pacer: Pacer
  /** Length in seconds where it is known beforehand. */
  readonly durationSec?: number | undefined
  /** Aborting gives up recognising. */
  readonly signal: AbortSignal
  /** Ends the listening; to be called when there were no updates. */
  close(): Promise<void>
}

/** What an input is opened with. */
export interface InputContext {
  readonly log: Log
  /** Aborted with Ctrl-C. */
  readonly signal: AbortSignal
  /** Told of live audio when it arrives. */
  readonly onArrival: (audio: Float32Array) => void
}

/** Seconds of audio between two looks at what has arrived. Ref: whisper_online.py main. */
export function chunkSec({ vac, vacChunkSize, minChunkSize }: ASRConfig): number {
  return vac ? Math.min(vacChunkSize, minChunkSize) : minChunkSize
}

/** A recording that is heard as if it were spoken now, or faster. */
export function simulated(source: AudioSource, config: ASRConfig, signal: AbortSignal): Input {
  const mode = config.offline ? offline : config.compUnaware ? computationUnaware : realTime
  const pacer = mode({ source, minChunkSec: chunkSec(config), startAtSec: config.startAt, clock: systemClock })
  return { pacer, durationSec: source.durationSec, signal, close: async () => {} }
}

/**
 * Audio that comes when it comes, and is listened to from here on. Ctrl-C ends the listening; what has arrived is
 * recognised still, if that is soon done.
 */
export function listened(
  source: AudioSource,
  whenFull: 'wait' | 'skip',
  config: ASRConfig,
  { log, signal, onArrival }: InputContext,
): Input {
  const { startAt: startAtSec, maxBacklog: maxBacklogSec } = config
  const times = { minChunkSec: chunkSec(config), startAtSec, maxBacklogSec, clock: systemClock }
  const endsAtPauses = config.compat === null
  const pacer = live({ source, ...times, whenFull, endsAtPauses, stop: signal, log, onArrival })
  pacer.start()
  return { pacer, signal: delayed(signal, LAST_WORDS_SEC), close: pacer.close }
}
