import type { Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { live } from '../audio/live-pacer.js'
import { rawFormat } from '../audio/raw-format.js'
import { readableBytes } from '../audio/readable-bytes.js'
import { StreamSource } from '../audio/stream-source.js'
import { systemClock } from '../audio/system-clock.js'
import type { ASRConfig } from '../config.js'
import { messageOf } from '../errors.js'
import { serverLines } from '../output/formats.js'
import { type SharedBackend, transcribeStream } from '../pipeline.js'
import type { Log } from '../types.js'
import type { FairShare } from './fair-share.js'

/** A client that does not close its side when everything is said is cut off after this. */
const FAREWELL_MS = 2000

/** What all streams of a server share. */
export interface ClientContext {
  readonly config: ASRConfig
  /** Least audio for an update, in seconds. */
  readonly minChunkSec: number
  readonly backend: SharedBackend
  readonly log: Log
  readonly share: FairShare
  /** Seconds after which a client that neither sends nor reads is taken for gone; its text is still sent. */
  readonly idleSec: number
  /** Aborted: nothing more is listened to. */
  readonly stop: AbortSignal
  /** Aborted some time after `stop`: what is not recognised by then is given up. */
  readonly giveUp: AbortSignal
}

/**
 * Serves one client: audio in, lines out, until it closes its sending side; then the rest of the text. Never throws.
 *
 * Ref: whisper_online_server.py ServerProcessor.process. Differs from reference: the last words are sent.
 */
export async function serveClient(socket: Socket, context: ClientContext): Promise<void> {
  const { log } = context
  const name = `client ${socket.remoteAddress}:${socket.remotePort}`
  log.info(`${name} has come`)
  try {
    await transcribe(socket, name, context)
    log.info(`${name} has been served`)
  } catch (error) {
    if (socket.destroyed) log.info(`${name} has gone`)
    else log.warn(`${name}: ${messageOf(error)}`)
  } finally {
    await farewell(socket)
  }
}

async function transcribe(socket: Socket, name: string, context: ClientContext): Promise<void> {
  const { config, backend, log } = context
  const gone = new AbortController()
  const idle = new AbortController()
  const state = { computing: false, writing: false }
  socket.once('close', () => gone.abort())
  socket.setTimeout(context.idleSec * 1000, () => {
    if (state.computing) socket.setTimeout(context.idleSec * 1000)
    else if (state.writing) socket.destroy()
    else idle.abort()
  })
  const stop = AbortSignal.any([context.stop, idle.signal, gone.signal])
  const sharing = context.share.join()
  const pacer = live({
    source: sourceOf(socket, name, context),
    ...pacingOf(context),
    stop,
    log,
    onArrival: () => sharing.arrived(),
    turn: () => sharing.turn(stop),
  })
  pacer.start()
  try {
    const format = serverLines(config.compat !== null)
    const updates = transcribeStream(pacer, await backend.open(), {
      signal: AbortSignal.any([context.giveUp, gone.signal]),
      onAudio: (heardSec) => {
        state.computing = true
        sharing.heard(heardSec)
      },
      onUnconfirmed: () => {
        state.computing = false
      },
      log,
    })
    for await (const { segment } of updates) {
      state.writing = true
      const line = format(segment)
      if (line !== null) await send(socket, line)
      state.writing = false
    }
  } finally {
    sharing.leave()
    await pacer.close()
  }
}

function pacingOf({ config, minChunkSec }: ClientContext) {
  const { maxBacklog: maxBacklogSec } = config
  const endsAtPauses = config.compat === null
  return { minChunkSec, maxBacklogSec, startAtSec: 0, whenFull: 'wait', endsAtPauses, clock: systemClock } as const
}

/** Bytes go through a stream of their own, so that the end of listening does not end the sending of lines. */
function sourceOf(socket: Socket, name: string, { config, log }: ClientContext): StreamSource {
  const bytes = new PassThrough()
  socket.once('close', () => bytes.end())
  socket.once('error', (error) => bytes.destroy(error))
  socket.pipe(bytes)
  const raw = rawFormat(config.rawEncoding, config.rawRate, config.rawChannels)
  return new StreamSource({ name, open: (signal) => readableBytes(bytes, signal), raw, log, mayBeEmpty: true })
}

function send(socket: Socket, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // A connection that closes drops what waits without a word.
    socket.once('close', reject)
    socket.write(`${line}\n`, (error) => {
      socket.off('close', reject)
      if (error) reject(error)
      else resolve()
    })
  })
}

/** Closes our side, and waits until the other side is closed as well. */
async function farewell(socket: Socket): Promise<void> {
  if (socket.destroyed) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => socket.destroy(), FAREWELL_MS)
    socket.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
    socket.end()
    // What still comes is not heard, but unread it would take the last lines with it.
    socket.resume()
  })
}
