import type { Socket } from 'node:net'
import type { PassThrough } from 'node:stream'
import { rawFormat } from '../../audio/decode/raw-format.js'
import { readableBytes } from '../../audio/sources/readable-bytes.js'
import { StreamSource } from '../../audio/sources/stream-source.js'
import { hintedMessageOf, InputError } from '../../core/errors.js'
import { namedLog } from '../../core/named-log.js'
import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { Log } from '../../core/types.js'
import { serverLines } from '../../output/formats/lines.js'
import { liveInput } from '../../transcriber/pacing.js'
import { calmAfter } from '../../transcriber/shutdown.js'
import type { Transcriber } from '../../transcriber/transcriber.js'
import { type CutOff, TextReach, toldCutOff, warnedCutOff } from '../session-pool/cut-off.js'
import type { FairShare } from '../session-pool/fair-share.js'
import type { Patience } from '../session-pool/patience.js'
import { clientOf } from '../session-pool/places.js'
import { NO_TRACING, TracedStream, type Tracing } from '../session-pool/tracing.js'
import { type ConnectionWatch, watchConnection } from './connection-watch.js'
import { takenBytes } from './taken-bytes.js'

/** A client that does not close its side when everything is said is cut off after this. */
const FAREWELL_MS = 2000

/**
 * A client that sends faster than it is transcribed waits when so much lies here: then its updates are short, the others soon have
 * their turn, and a line is soon sent, which shows whether anybody is still there.
 */
const MAX_LEAD_SEC = 10

/** What all streams of a server share. */
export interface ClientContext {
  readonly transcriber: Transcriber
  readonly log: Log
  readonly share: FairShare
  /** Seconds after which a client that sends no audio gets its text, and one that takes no lines is cut off. */
  readonly idleSec: number
  /** How long a backend may take. */
  readonly patience: Patience
  /** Absent: nobody follows what is done. */
  readonly tracing?: Tracing | undefined
  /** Aborted: nothing more is listened to. */
  readonly stop: AbortSignal
  /** Aborted some time after `stop`: what is not recognized by then is given up. */
  readonly giveUp: AbortSignal
}

/** A client that is there. */
export interface TcpClient {
  readonly address: string | undefined
  /** Whether any audible audio has come. */
  readonly hasSpoken: boolean
  /** Ends the listening, because somebody else gets the place; the text so far is still sent. */
  yieldPlace(): void
  /** Serves it to its end; never throws. */
  serve(): Promise<void>
}

/**
 * A client: audio comes in, lines go out, until it closes its sending side; then the rest of the text. When it has gone,
 * nothing more is recognized of it.
 *
 * Ref: whisper_online_server.py ServerProcessor.process. Differs from reference: the last words are sent.
 */
export function tcpClient(socket: Socket, context: ClientContext): TcpClient {
  const address = socket.remoteAddress
  const idle = new AbortController()
  let watch: ConnectionWatch | null = null
  return {
    address,
    get hasSpoken() {
      return watch?.hasSpoken ?? false
    },
    yieldPlace: () => idle.abort(),
    serve() {
      watch = watchConnection(socket, { idleSec: context.idleSec, onIdle: () => idle.abort() })
      return serve(socket, `client ${address}:${socket.remotePort}`, watch, idle.signal, context)
    },
  }
}

async function serve(
  socket: Socket,
  name: string,
  watch: ConnectionWatch,
  idle: AbortSignal,
  context: ClientContext,
): Promise<void> {
  const log = namedLog(calmAfter(context.stop, context.log), () => [name])
  log.info(`${name} has come`)
  try {
    const cutOff = await transcribe(socket, name, watch, idle, { ...context, log })
    if (cutOff && !watch.gone.aborted) {
      context.log.warn(`${name}: ${warnedCutOff(cutOff)}`)
      await send(socket, `asr-stream: ${toldCutOff(cutOff)}`)
    }
    log.info(`${name} has ${watch.gone.aborted ? 'gone' : 'been served'}`)
  } catch (error) {
    if (socket.destroyed) log.info(`${name} has gone`)
    else log.warn(hintedMessageOf(error))
    await send(socket, `asr-stream: ${toldToClient(error)}`).catch(() => undefined)
  } finally {
    watch.stop()
    await farewell(socket)
  }
}

/** Whoever sends something else than audio is told why nothing comes. What fails on this side is not for strangers to read. */
function toldToClient(error: unknown): string {
  return error instanceof InputError
    ? error.message
    : 'recognition has failed, the text ends here; connect again to go on'
}

/** @returns what there was no time for; null: nothing */
async function transcribe(
  socket: Socket,
  name: string,
  watch: ConnectionWatch,
  idle: AbortSignal,
  context: ClientContext,
): Promise<CutOff | null> {
  const { transcriber, log } = context
  const { config } = transcriber
  const stop = AbortSignal.any([context.stop, idle, watch.gone])
  const patient = context.patience.of(AbortSignal.any([context.giveUp, watch.gone]))
  const unheld = AbortSignal.any([context.giveUp, idle, watch.gone])
  const sharing = context.share.join()
  // Clients start at the beginning of their audio, and wait when they are far ahead.
  const maxBacklog = Math.min(config.maxBacklog, Math.max(MAX_LEAD_SEC, config.minChunkSize))
  const reach = new TextReach()
  let heardSamples = 0
  const taken = takenBytes(socket, context.stop)
  const input = liveInput(
    sourceOf(taken.bytes, name, context),
    { ...config, startAt: 0, maxBacklog },
    {
      log,
      stop,
      whenFull: 'wait',
      onArrival(audio) {
        heardSamples += audio.length
        watch.arrived(audio.length)
        sharing.arrived(audio.length / SAMPLE_RATE)
      },
      turn: () => sharing.turn(unheld),
    },
  )
  let traced: TracedStream | null = null
  try {
    const format = serverLines(config.compat !== null)
    const signal = AbortSignal.any([context.giveUp, watch.gone, patient.lost])
    const share = { client: clientOf(socket.remoteAddress) }
    traced = new TracedStream(
      (context.tracing ?? NO_TRACING).start('session', 'server', { 'asr_stream.protocol': 'lines' }),
    )
    for await (const event of transcriber.run(input, { signal, log, wait: patient.wait, share })) {
      traced.event(event)
      if (event.type === 'progress') {
        sharing.consumed(event.takenSec)
        watch.doing(event.takenSec > event.recognizedSec ? 'computing' : 'listening')
      }
      if (event.type === 'end' && event.reason === 'aborted') reach.brokenOff(event.ledger)
      const line = event.type === 'text-final' ? format(event.segment) : null
      if (line === null) continue
      watch.doing('writing')
      await send(socket, line)
      watch.doing('listening')
    }
    patient.lost.throwIfAborted()
  } catch (error) {
    if (!context.giveUp.aborted || patient.lost.aborted) throw error
    reach.brokenOff(null)
  } finally {
    traced?.end()
    taken.stop()
    sharing.leave()
    await input.close()
  }
  reach.wasAhead = taken.ratio > 1
  const heardSec = heardSamples / SAMPLE_RATE
  return reach.cutOff(heardSec, heardSec * taken.ratio)
}

function sourceOf(bytes: PassThrough, name: string, { transcriber, log }: ClientContext): StreamSource {
  const { config } = transcriber
  const raw = rawFormat(config.rawEncoding, config.rawRate, config.rawChannels)
  return new StreamSource({
    name,
    open: (signal) => readableBytes(bytes, signal),
    raw,
    channel: config.channel,
    log,
    mayBeEmpty: true,
    isWhole: true,
  })
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
    // What still comes is not transcribed, but unread it would take the last lines with it.
    socket.resume()
  })
}
