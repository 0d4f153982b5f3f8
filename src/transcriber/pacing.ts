import { live } from '../audio/pacing/live-pacer.js'
import { computationUnaware, offline, realTime } from '../audio/pacing/pacers.js'
import { systemClock } from '../audio/pacing/system-clock.js'
import type { ASRConfig } from '../config/config.js'
import type { AsrStreamError } from '../core/errors.js'
import type { AudioSource, Log, Pacer } from '../core/types.js'

/**
 * When updates run. "realtime": a recording as if it were spoken now. "fast": as if computing took no time, so that the
 * updates are those of real time and their times do not depend on the machine. "offline": one update over all audio. "live":
 * when the update before is done, over the audio that has arrived.
 */
export type Pace = 'realtime' | 'fast' | 'offline' | 'live'

/** Opened audio, and the times of its updates. */
export interface OpenedInput {
  /** Hands the audio out. */
  readonly pacer: Pacer
  /** Position of the first sample in the recording, in seconds. */
  readonly startAtSec: number
  /** Length in seconds where it is known beforehand. */
  readonly durationSec?: number | undefined
  /** What of the audio was lost under way; asked at the end. */
  readonly damage?: (() => AsrStreamError | null) | undefined
  /** Whether it is live audio, to which the program listens from now on. */
  readonly isLive: boolean
  /** Aborted when somebody ends listening. Absent: never. */
  readonly stop?: AbortSignal | undefined
  /** Ends listening; call it when there were no updates. */
  close(): Promise<void>
}

/** Options of listening to live audio. */
export interface ListeningOptions {
  readonly log: Log
  /** Aborting it ends listening; what has arrived is still recognized. */
  readonly stop?: AbortSignal | undefined
  /** What happens when more than `maxBacklog` seconds wait: the source waits, or audio is left out, which is a gap. */
  readonly whenFull: 'wait' | 'skip'
  /** Called with audio when it arrives. */
  readonly onArrival?: ((audio: Float32Array) => void) | undefined
  /** Awaited before an update takes the audio that has arrived. */
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
  return {
    pacer,
    startAtSec: audioStart(config),
    durationSec,
    ...damageOf(source),
    isLive: false,
    close: async () => {},
  }
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
  const { durationSec } = source
  return { pacer, startAtSec, durationSec, ...damageOf(source), isLive: true, stop, close: pacer.close }
}

function damageOf(source: AudioSource): Pick<OpenedInput, 'damage'> {
  return source.damage ? { damage: () => source.damage?.() ?? null } : {}
}
