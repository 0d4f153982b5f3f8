import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import WebSocket from 'ws'

const SPEECH = fileURLToPath(new URL('../../fixtures/two_cities.wav', import.meta.url))
const HEADER_BYTES = 44
/** Bytes a second: 16 bit, 16 kHz. */
const RATE = 32_000
const PIECE_SEC = 0.1

/** Real speech, 16 bit and 16 kHz. */
export function speech(): Buffer {
  return readFileSync(SPEECH).subarray(HEADER_BYTES)
}

/**
 * Speaks at the pace of speech, and gives how late each piece of final text was: after its last word was said.
 * @param localAddress of the speaker; absent: that of everybody on this machine
 */
export async function speak(host: string, seconds: number, localAddress?: string): Promise<readonly number[]> {
  const pcm = speech()
  const socket = new WebSocket(`ws://${host}/v1/stream`, { localAddress })
  const lags: number[] = []
  await new Promise((resolve) => socket.on('open', resolve))
  const start = performance.now()
  const over = new Promise((resolve) => socket.on('close', resolve))
  socket.on('message', (data) => {
    const event = JSON.parse(String(data)) as { readonly type: string; readonly end?: number }
    if (event.type === 'final') lags.push((performance.now() - start) / 1000 - (event.end ?? 0))
  })
  for (let sec = 0; sec < seconds; sec += PIECE_SEC) {
    await sleep(Math.max(0, start + 1000 * (sec + PIECE_SEC) - performance.now()))
    const from = Math.round(sec * RATE) % (pcm.length - PIECE_SEC * RATE)
    socket.send(pcm.subarray(from - (from % 2), from - (from % 2) + PIECE_SEC * RATE))
  }
  socket.send('{"type":"end"}')
  await over
  return lags
}

/** Asks every 0.2 s how the server is, and gives the milliseconds that answers took. */
export function watchHealth(host: string): { stop(): readonly number[] } {
  const answers: number[] = []
  const timer = setInterval(async () => {
    const began = performance.now()
    await (await fetch(`http://${host}/healthz`)).text()
    answers.push(performance.now() - began)
  }, 200)
  return {
    stop() {
      clearInterval(timer)
      return answers
    },
  }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
