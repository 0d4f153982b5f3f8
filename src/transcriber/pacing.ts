import { live } from '../audio/pacing/live-pacer.js'
import { computationUnaware, offline, realTime } from '../audio/pacing/pacers.js'
import { systemClock } from '../audio/pacing/system-clock.js'
import type { ASRConfig } from '../config/config.js'
import type { AudioSource, Log, Pacer } from '../core/types.js'

/**
 * At which times audio is transcribed. "realtime": a recording as if it were spoken now. "fast": as if computing took no time, so
 * that updates are those of real time and their times do not depend on the machine. "offline": all of it in one update.
 * "live": what has arrived, when the update before is done.
 */
export type Pace = 'realtime' | 'fast' | 'offline' | 'live'

/** Audio that is going to be recognized, and the times at which that is done. */
export interface OpenedInput {
  /** Hands the audio out. */
  readonly pacer: Pacer
  /** Position of the first sample in the recording, in seconds. */
  readonly startAtSec: number
  /** Length in seconds where it is known beforehand. */
  readonly durationSec?: number | undefined
  /** Whether audio comes when it comes, and is listened to from here on. */
  readonly isLive: boolean
  /** Ends the listening; to be called when there were no updates. */
  close(): Promise<void>
}

/** How live audio is listened to. */
export interface ListeningOptions {
  readonly log: Log
  /** Aborting it ends the listening; what has arrived is still recognized. */
  readonly stop?: AbortSignal | undefined
  /** When more waits than `maxBacklog` seconds: the source waits, or what waits is left out, which is a gap. */
  readonly whenFull: 'wait' | 'skip'
  /** Called with audio when it arrives. */
  readonly onArrival?: ((audio: Float32Array) => void) | undefined
  /** Waited for before an update takes what has arrived. */
  readonly turn?: (() => Promise<void>) | undefined
}

/** Seconds of audio between two looks at what has arrived. Ref: whisper_online.py main. */
export function stepSec({ vac, vacChunkSize, minChunkSize }: ASRConfig): number {
  return vac ? Math.min(vacChunkSize, minChunkSize) : minChunkSize
}

/** Second of the recording at which the stream starts. The reference takes the whole file offline, wherever it is told to start. */
export function audioStart({ compat, offline, startAt }: ASRConfig): number {
  return compat !== null && offline ? 0 : startAt
}

/** A recording, transcribed at the times that its pace gives. */
export function replayInput(source: AudioSource, config: ASRConfig, pace: Exclude<Pace, 'live'>): OpenedInput {
  const mode = { offline, fast: computationUnaware, realtime: realTime }[pace]
  const pacer = mode({ source, minChunkSec: stepSec(config), startAtSec: config.startAt, clock: systemClock })
  const { durationSec } = source
  return { pacer, startAtSec: audioStart(config), durationSec, isLive: false, close: async () => {} }
}

/** Audio that comes when it comes, and is listened to from here on. */
export function liveInput(source: AudioSource, config: ASRConfig, options: ListeningOptions): OpenedInput {
  const { startAt: startAtSec, maxBacklog: maxBacklogSec } = config
  const times = { minChunkSec: stepSec(config), startAtSec, maxBacklogSec, clock: systemClock }
  const { stop, onArrival, turn, ...listening } = options
  const pacer = live({
    source,
    ...times,
    ...listening,
    endsAtPauses: config.compat === null,
    ...(stop && { stop }),
    ...(onArrival && { onArrival }),
    ...(turn && { turn }),
  })
  pacer.start()
  return { pacer, startAtSec, durationSec: source.durationSec, isLive: true, close: pacer.close }
}
