import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'

/** Sends without an end, until the other side has had enough; tells how many bytes went. */
export function flood(response: ServerResponse, onEnd: (bytes: number) => void, most = 2 ** 28): void {
  const chunk = Buffer.alloc(2 ** 16, ' ')
  let sent = 0
  response.once('close', () => onEnd(sent))
  const send = (): void => {
    while (!response.destroyed && sent < most) {
      sent += chunk.length
      if (!response.write(chunk)) return void response.once('drain', send)
    }
    response.end()
  }
  send()
}

/** Sends a byte now and then, for ever. */
export function drip(response: ServerResponse, everyMs = 20): void {
  const timer = setInterval(() => response.write(' '), everyMs)
  response.once('close', () => clearInterval(timer))
}

/** 64 MB of spaces in some 64 kB. */
export const BOMB = gzipSync(Buffer.alloc(2 ** 26, ' '), { level: 9 })
