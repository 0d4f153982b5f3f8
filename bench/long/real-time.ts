import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OutputLine } from '../measures.js'
import { RATE } from './recorded-speech.js'

/** Audio is sent in pieces of this length, when it would have been heard. */
const PIECE_SEC = 0.1

/**
 * Sends audio over TCP as if it were spoken now, to `asr-stream listen` or whatever speaks as whisper_online_server.py
 * does; gives the lines with the times of their arrival, in seconds from the begin of the audio.
 */
export async function heardOverTcp(samples: Int16Array, port: number): Promise<readonly OutputLine[]> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const begin = performance.now()
  const lines: OutputLine[] = []
  createInterface({ input: socket }).on('line', (line) => {
    const text = /^\d+ \d+ (.*)$/.exec(line)?.[1]
    if (text !== undefined) lines.push({ emitted: (performance.now() - begin) / 1000, text })
  })
  const closed = once(socket, 'close')
  const piece = PIECE_SEC * RATE
  for (let at = 0; at < samples.length; at += piece) {
    const part = samples.subarray(at, at + piece)
    await sleep(Math.max(0, ((at + part.length) / RATE) * 1000 - (performance.now() - begin)))
    socket.write(Buffer.from(part.buffer, part.byteOffset, part.byteLength))
  }
  socket.end()
  await closed
  return lines
}
