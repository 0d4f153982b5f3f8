import { setTimeout as sleep } from 'node:timers/promises'
import WebSocket from 'ws'
import { speech } from '../serve/speaker.js'

/** Bytes a second: 16 bit, 16 kHz. */
const RATE = 32_000
/** Audio of one message. */
export const PIECE_SEC = 0.1

/** What one session saw. Times are seconds. */
export interface LiveSessionRun {
  /** How late recognition was when each update ended: from when its last audio was sent. */
  readonly lags: readonly number[]
  /** How late final text came, after the end of its last word; without what came because the audio had ended. */
  readonly textLags: readonly number[]
}

interface StreamEvent {
  readonly type: string
  readonly end?: number
  readonly taken?: number
  readonly recognized?: number
}

/** Speaks at the pace of speech from a time on, and listens to what comes of it. */
export async function liveSession(host: string, atMs: number, seconds: number): Promise<LiveSessionRun> {
  const pcm = speech()
  const socket = new WebSocket(`ws://${host}/v1/stream`)
  const [lags, textLags]: [number[], number[]] = [[], []]
  let [doneSec, startMs] = [0, atMs]
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  const over = new Promise((resolve) => socket.once('close', resolve))
  socket.on('message', (data) => {
    const { type, end = 0, taken = 0, recognized = 0 } = JSON.parse(String(data)) as StreamEvent
    if (type === 'final' && doneSec < seconds - PIECE_SEC) textLags.push((performance.now() - startMs) / 1000 - end)
    // The lines of an update that ends, not those of one that begins.
    if (type !== 'progress' || recognized < taken || taken <= doneSec) return
    doneSec = taken
    lags.push((performance.now() - startMs) / 1000 - taken)
  })
  await sleep(Math.max(0, atMs - performance.now()))
  startMs = performance.now()
  for (let sec = 0; sec < seconds - PIECE_SEC / 2; sec += PIECE_SEC) {
    await sleep(Math.max(0, startMs + 1000 * (sec + PIECE_SEC) - performance.now()))
    const from = 2 * Math.round((sec * RATE) / 2)
    socket.send(pcm.subarray(from, from + PIECE_SEC * RATE))
  }
  socket.send('{"type":"end"}')
  await over
  return { lags, textLags }
}
