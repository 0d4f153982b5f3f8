import type { ServerMemory } from '../capacity/server-memory.js'
import { silentLog } from '../core/silent-log.js'
import { openAudio } from '../transcriber/audio-input.js'
import type { Transcriber } from '../transcriber/transcriber.js'

/** How the memory of sessions is measured. */
export interface MemoryMeasuring {
  /** Mono, 16 kHz. */
  readonly samples: Float32Array
  readonly stepSec: number
  /** Loads a further copy of the model. Absent: there are none. */
  readonly loadCopy?: (() => Promise<Transcriber>) | undefined
  readonly signal: AbortSignal
}

/** Sessions at once whose memory is measured. */
const SESSIONS = 4
const LOOK_MS = 50

/**
 * Runs one session, then several at once, then one on a further copy of the model, and looks how large the process is.
 * @throws the signal's reason when it is aborted; as `loadCopy`
 */
export async function measureMemory(
  transcriber: Transcriber,
  { samples, stepSec, loadCopy, signal }: MemoryMeasuring,
): Promise<ServerMemory> {
  const peakOf = async (sessions: number, heardBy = transcriber) => {
    let peak = 0
    const look = () => {
      peak = Math.max(peak, process.memoryUsage.rss())
    }
    const timer = setInterval(look, LOOK_MS)
    try {
      await Promise.all(Array.from({ length: sessions }, () => heardOnce(heardBy, samples, stepSec, signal)))
      look()
      return peak / 1e6
    } finally {
      clearInterval(timer)
    }
  }
  const oneSessionMb = await peakOf(1)
  const severalMb = await peakOf(SESSIONS)
  const perSessionMb = Math.max(0, (severalMb - oneSessionMb) / (SESSIONS - 1))
  if (loadCopy === undefined) return { oneSessionMb, perSessionMb }
  const beforeMb = process.memoryUsage.rss() / 1e6
  await using copy = await loadCopy()
  return { oneSessionMb, perSessionMb, copyMb: Math.max(0, (await peakOf(1, copy)) - beforeMb) }
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
