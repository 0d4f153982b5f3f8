import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { InputError, messageOf } from '../../core/errors.js'
import { type FfmpegInput, ffmpegArguments, inputArguments, shownUrl } from './ffmpeg-command.js'
import { ffmpegInstallCommand, isOnPath } from './programs.js'
import { guardRecorder, kill } from './recorder-process.js'

/** Of what ffmpeg says, the end is kept. */
const MAX_SAID = 2000
/** An address from which nothing comes for so long is given up. */
const STALL_MS = 30_000
/** What ffmpeg says of the map in its arguments, on a line that is not its last. */
const NO_TRACK = 'matches no streams'
/** What it says where its input ends in the middle of what a Matroska file, or the index of an MP4, has begun. */
const CUT_OFF = /File ended prematurely|: partial file$/m
/** Which part of ffmpeg says something, and where that is in memory. */
const SPEAKERS = /^(?:\[[^\]]*\] )+/
/** ffprobe has so long to say how long a file is. */
const PROBE_MS = 10_000

/** How ffmpeg is run. */
export interface FfmpegRun {
  /** What is read, for messages. */
  readonly name: string
  /** Why it is not decoded here, with its name; absent: ffmpeg reads all of that kind. */
  readonly refusal?: string | undefined
  readonly input: FfmpegInput
  /** What ffmpeg gets on its standard input, where it reads that. */
  readonly bytes?: AsyncIterable<Uint8Array> | undefined
  /** Seconds at the start that ffmpeg leaves out; 0 if absent. */
  readonly startAtSec?: number
  /** Called at the end with what ffmpeg says though it does not fail, and whether that is that its input is cut off. */
  readonly onSaid: (said: string, isCutOff: boolean) => void
  /** Aborting it ends ffmpeg, and the bytes, without an error. */
  readonly signal?: AbortSignal | undefined
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** @throws InputError with the command that installs it, when ffmpeg is not there */
export async function requireFfmpeg(refusal: string, cause?: unknown): Promise<void> {
  if (await isOnPath('ffmpeg')) return
  const hint = `install ffmpeg, which decodes it: ${await ffmpegInstallCommand()}`
  throw new InputError(refusal, { hint, cause })
}

/**
 * What ffmpeg makes of its input, as a WAV. Ending the iteration ends ffmpeg.
 *
 * @throws InputError with what ffmpeg says, when it fails
 */
export async function* ffmpegBytes(run: FfmpegRun): AsyncGenerator<Uint8Array> {
  const { name, input, bytes, startAtSec, onSaid, signal } = run
  if (signal?.aborted) return
  const child: Child = spawn('ffmpeg', [...ffmpegArguments(input, startAtSec)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C in a terminal is for this program, which then ends it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  const ended = endOf(child)
  const lifeline = guardRecorder(child)
  const stop = () => {
    kill(child, 'SIGKILL')
    child.stdout.destroy()
  }
  signal?.addEventListener('abort', stop, { once: true })
  const feeding = bytes ? feed(child.stdin, bytes) : child.stdin.end()
  const stall = new Stall(stop)
  let gotAudio = false
  try {
    const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
    for (;;) {
      const next = await (input.kind === 'url' ? stall.watched(chunks.next()) : chunks.next())
      if (next.done) break
      gotAudio = true
      yield next.value
    }
    // What is not read any more need not come.
    await Promise.race([feeding, ended])
    const end = await ended
    if (signal?.aborted) return
    // A connection that breaks is no failure for ffmpeg, once something has come.
    const isBroken = input.kind === 'url' && end.said.includes(input.url)
    if (end.how !== null || isBroken) throw failure(run, end, gotAudio)
    if (end.said !== '') onSaid(end.said, end.isCutOff)
  } catch (cause) {
    if (signal?.aborted) return
    throw stall.isOver ? new InputError(`${name}: nothing has come for ${STALL_MS / 1000} s`, { cause }) : cause
  } finally {
    signal?.removeEventListener('abort', stop)
    stop()
    lifeline.release()
  }
}

/** Gives up what does not come. */
class Stall {
  readonly #giveUp: () => void
  isOver = false

  constructor(giveUp: () => void) {
    this.#giveUp = giveUp
  }

  async watched<Value>(coming: Promise<Value>): Promise<Value> {
    const timer = setTimeout(() => {
      this.isOver = true
      this.#giveUp()
    }, STALL_MS)
    return coming.finally(() => clearTimeout(timer))
  }
}

/** What ffprobe says where nothing in a file tells its length, such as in AAC without a container. */
const IS_ESTIMATED = 'Estimating duration from bitrate'

/** The length of a file. */
export interface ProbedLength {
  readonly seconds: number
  /** Whether nothing in the file says it: then it promises nothing. */
  readonly isEstimated: boolean
}

/** Length of a file, as ffprobe tells it; null: it is not there, or does not know. */
export async function probedLength(path: string): Promise<ProbedLength | null> {
  const args = ['-v', 'warning', ...inputArguments({ kind: 'file', path })]
  const shown = ['-show_entries', 'format=duration', '-of', 'default=noprint_wrappers=1:nokey=1']
  return new Promise((resolve) => {
    execFile('ffprobe', [...args, ...shown], { timeout: PROBE_MS }, (error, stdout, stderr) => {
      const seconds = error ? Number.NaN : Number.parseFloat(stdout)
      const isKnown = Number.isFinite(seconds) && seconds > 0
      resolve(isKnown ? { seconds, isEstimated: stderr.includes(IS_ESTIMATED) } : null)
    })
  })
}

/** Writes to a process as fast as it reads; that it ends before everything is written is its own affair. */
async function feed(stdin: Writable, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  let isOpen = true
  stdin.on('error', () => {})
  stdin.once('close', () => {
    isOpen = false
  })
  for await (const piece of bytes) {
    if (!isOpen) break
    if (!stdin.write(piece)) await Promise.race([once(stdin, 'drain'), once(stdin, 'close')]).catch(() => undefined)
  }
  stdin.end()
}

interface End {
  /** "exit code 1", "SIGKILL", or why it could not be started; null: well. */
  readonly how: string | null
  /** The last line that it said. */
  readonly said: string
  /** Whether it found no audio track. */
  readonly hasNoTrack: boolean
  /** Whether its input ended too early. */
  readonly isCutOff: boolean
}

async function endOf(child: Child): Promise<End> {
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MAX_SAID)
  })
  const whatIsSaid = () => ({
    said: said.trim().split('\n').at(-1)?.trim().replace(SPEAKERS, '') ?? '',
    hasNoTrack: said.includes(NO_TRACK),
    isCutOff: CUT_OFF.test(said),
  })
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    return { how: code === 0 ? null : (signal ?? `exit code ${code}`), ...whatIsSaid() }
  } catch (error) {
    return { how: messageOf(error), ...whatIsSaid() }
  }
}

function failure({ name, refusal, input }: FfmpegRun, end: End, gotAudio: boolean): InputError {
  const { how, said, hasNoTrack } = end
  if (hasNoTrack) return new InputError(`${name} has no audio track`, { hint: 'give the recording that has its sound' })
  const plain = input.kind === 'url' ? said.replaceAll(input.url, shownUrl(input.url)) : said
  const told = plain === '' ? `ffmpeg ended with ${how}` : `ffmpeg says "${plain}"`
  const unread = refusal === undefined ? `${name} cannot be read: ` : `${refusal}, and `
  return new InputError(`${gotAudio ? `${name} breaks off: ` : unread}${told}`, {
    hint:
      input.kind === 'url'
        ? 'check the address, and that it can be reached'
        : 'check that the file is whole, and audio',
  })
}
