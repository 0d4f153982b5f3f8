import type { MeasuredUpdate, UpdateTrace } from '../capacity/update-costs.js'
import { silentLog } from '../core/silent-log.js'
import { openAudio } from '../transcriber/audio-input.js'
import type { Transcriber } from '../transcriber/transcriber.js'

/** What updates are measured of. Times are seconds. */
export interface UpdateMeasuring {
  /** Mono, 16 kHz. */
  readonly samples: Float32Array
  readonly stepSec: number
  /** Audio that the recognizer was given last; called after each update. */
  readonly bufferSec: () => number
  /** Called with the seconds of audio that have been heard. */
  readonly onHeard: (seconds: number) => void
  /** Whether it is enough; asked after each update. */
  readonly isEnough?: () => boolean
  readonly signal: AbortSignal
}

/** The last update may have less audio than the others. */
const ROUNDING_SEC = 1e-3

/**
 * Has a recording heard in steps, as fast as can be, and measures each update. Processor time is that of the whole process.
 * @throws the signal's reason when it is aborted; as `Transcriber.run`
 */
export async function measureUpdates(
  transcriber: Transcriber,
  { samples, stepSec, bufferSec, onHeard, isEnough = () => false, signal }: UpdateMeasuring,
): Promise<UpdateTrace> {
  const config = { ...transcriber.config, minChunkSize: stepSec }
  const input = await openAudio(samples, config, { log: silentLog, pace: 'fast' })
  const updates: MeasuredUpdate[] = []
  let [takenSec, doneSec, computedSec, textAges]: [number, number, number, number[]] = [0, 0, 0, []]
  let cpuBefore = processorSec()
  try {
    const events = transcriber.run(input, { signal, log: silentLog, settings: { minChunkSize: stepSec } })
    for await (const event of events) {
      if (event.type === 'text-final') textAges.push(Math.max(0, takenSec - event.segment.end))
      if (event.type !== 'progress') continue
      takenSec = event.takenSec
      if (event.recognizedSec < takenSec || takenSec <= doneSec) continue
      const cpu = processorSec()
      const wallSec = event.computingSec - computedSec
      if (takenSec - doneSec >= stepSec - ROUNDING_SEC) {
        updates.push({ bufferSec: bufferSec(), wallSec, cpuSec: cpu - cpuBefore, textAges })
      }
      ;[doneSec, computedSec, cpuBefore, textAges] = [takenSec, event.computingSec, cpu, []]
      onHeard(doneSec)
      if (isEnough()) break
    }
  } finally {
    await input.close()
  }
  signal.throwIfAborted()
  return { stepSec, updates }
}

/** Seconds that all threads of this process have computed. */
function processorSec(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
