import type { Socket } from 'node:net'
import { signsOfAudio } from '../session-pool/signs-of-audio.js'

/** How often a connection is looked at, in milliseconds, at most. */
const LOOK_MS = 1000
const LOOKS_AN_IDLE_TIME = 8

/** What a connection is being used for. */
export type Doing = 'listening' | 'computing' | 'writing'

/** How a connection is watched. */
export interface WatchOptions {
  readonly idleSec: number
  /** Called once, when hardly any audio has come for so long although the server reads. */
  readonly onIdle: () => void
}

/** Watches over a connection from its start to its end. */
export interface ConnectionWatch {
  /** Aborted when the other side has gone. */
  readonly gone: AbortSignal
  /** Whether any audible audio has come yet. */
  readonly hasSpoken: boolean
  /** Says what is being done. */
  doing(what: Doing): void
  /** Called with audio that came. */
  arrived(samples: number): void
  /** Ends the watch. */
  stop(): void
}

/**
 * Notices a client that has gone, also while nothing is read from it; one that sends nothing, or a byte now and then; and one
 * that takes no lines, which is cut off. Time in which this side computes is nobody's fault.
 */
export function watchConnection(socket: Socket, { idleSec, onIdle }: WatchOptions): ConnectionWatch {
  const gone = new AbortController()
  let what: Doing = 'listening'
  let since = performance.now()
  let hasSpoken = false
  let isIdle = false
  const begin = (now: Doing): void => {
    what = now
    since = performance.now()
  }
  const look = (): void => {
    // Sends nothing, but fails where the other side has closed: with much unread, reading would not tell for long.
    if (socket.writable && socket.writableLength === 0) socket.write('')
    if (what === 'computing' || performance.now() - since < idleSec * 1000) return
    if (what === 'writing') socket.destroy()
    else if (!isIdle) {
      isIdle = true
      onIdle()
    }
  }
  const timer = setInterval(look, Math.min(LOOK_MS, (idleSec * 1000) / LOOKS_AN_IDLE_TIME))
  socket.once('close', () => {
    clearInterval(timer)
    gone.abort()
  })
  return {
    gone: gone.signal,
    get hasSpoken() {
      return hasSpoken
    },
    doing(now) {
      if (now !== what) begin(now)
    },
    arrived: signsOfAudio(() => {
      hasSpoken = true
      if (what === 'listening') since = performance.now()
    }),
    stop: () => clearInterval(timer),
  }
}
