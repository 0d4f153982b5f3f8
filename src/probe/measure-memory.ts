import { silentLog } from '../core/silent-log.js'
import { openAudio } from '../transcriber/audio-input.js'
import type { Transcriber } from '../transcriber/transcriber.js'

/** Memory of the process in megabytes. */
export interface MeasuredMemory {
  /** With one session that computes. */
  readonly oneSessionMb: number
  /** What each further session adds. */
  readonly perSessionMb: number
}

/** Sessions at once whose memory is measured. */
const SESSIONS = 4
const LOOK_MS = 50

/**
 * Runs one session, then several at once, and looks how large the process is.
 * @throws the signal's reason when it is aborted
 */
export async function measureMemory(
  transcriber: Transcriber,
  samples: Float32Array,
  stepSec: number,
  signal: AbortSignal,
): Promise<MeasuredMemory> {
  const peakOf = async (sessions: number) => {
    let peak = 0
    const look = () => {
      peak = Math.max(peak, process.memoryUsage.rss())
    }
    const timer = setInterval(look, LOOK_MS)
    try {
      await Promise.all(Array.from({ length: sessions }, () => heardOnce(transcriber, samples, stepSec, signal)))
      look()
      return peak / 1e6
    } finally {
      clearInterval(timer)
    }
  }
  const oneSessionMb = await peakOf(1)
  const severalMb = await peakOf(SESSIONS)
  return { oneSessionMb, perSessionMb: Math.max(0, (severalMb - oneSessionMb) / (SESSIONS - 1)) }
}

async function heardOnce(
  transcriber: Transcriber,
  samples: Float32Array,
  stepSec: number,
  signal: AbortSignal,
): Promise<void> {
  const config = { ...transcriber.config, minChunkSize: stepSec }
  const input = await openAudio(samples, config, { log: silentLog, pace: 'fast' })
  try {
    const settings = { minChunkSize: stepSec }
    for await (const _ of transcriber.run(input, { signal, log: silentLog, settings })) signal.throwIfAborted()
  } finally {
    await input.close()
  }
}
