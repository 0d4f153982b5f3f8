import { InputError } from '../../core/errors.js'
import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { AudioSource, Log } from '../../core/types.js'
import { ByteReader } from '../decode/byte-reader.js'
import type { TellIdle } from '../decode/hints.js'
import { joinedWarning } from '../decode/mp4-boxes.js'
import type { ChannelChoice, ChannelTap } from '../decode/to-mono.js'
import { decodeAudio } from './decode-audio.js'
import { type FfmpegRun, ffmpegBytes, type ProbedLength, probedLength } from './ffmpeg-process.js'
import { isJoinedMp4 } from './joined-mp4.js'

/** What is missing at the end of a file and not worth a word: lengths in headers are rounded, and count padding in. */
const NEGLIGIBLE_SEC = 0.5
const NEGLIGIBLE_SHARE = 0.01

/** How something is decoded by ffmpeg. */
export interface FfmpegSourceOptions {
  readonly log: Log
  /** Seconds at the start that are left out; 0 if absent. */
  readonly startAtSec?: number
  /** Which channel is heard; absent: all of them. */
  readonly channel?: ChannelChoice | undefined
  /** Takes all channels, each by itself; absent: they are not told apart. */
  readonly onChannels?: ChannelTap | undefined
  /** Is told when an option of reading has no effect; absent: nobody is. */
  readonly onIdle?: TellIdle | undefined
  /** Called when audio has come and no more does, because ffmpeg fails; absent: that is thrown. */
  readonly onDamage?: ((error: InputError) => void) | undefined
}

/** What to do where the end of something is missing. */
const GET_AGAIN = 'the rest was transcribed; get the file once more'

/** How a file is decoded by ffmpeg. */
export interface FfmpegFileOptions extends FfmpegSourceOptions {
  /** Why it is not decoded here, with its name. */
  readonly refusal: string
}

/** A file that ffmpeg decodes as it is read. */
export class FfmpegFileSource implements AudioSource {
  readonly name: string
  readonly durationSec?: number
  readonly #options: FfmpegFileOptions
  /** Seconds that have to come; 0: nothing says how many. */
  readonly #promisedSec: number
  #damage: InputError | null = null

  private constructor(path: string, length: ProbedLength | null, options: FfmpegFileOptions) {
    this.name = path
    if (length !== null) this.durationSec = length.seconds
    this.#promisedSec = length === null || length.isEstimated ? 0 : length.seconds
    this.#options = options
  }

  /** Asks how long the file is, where ffprobe knows. */
  static async open(path: string, options: FfmpegFileOptions): Promise<FfmpegFileSource> {
    return new FfmpegFileSource(path, await probedLength(path), options)
  }

  /** @throws InputError with what ffmpeg says, when it fails, and when nothing is left after the start */
  async *read(signal?: AbortSignal): AsyncGenerator<Float32Array> {
    const { name } = this
    const { startAtSec = 0, refusal, ...options } = this.#options
    let samples = 0
    const run = { name, refusal, input: { kind: 'file', path: name }, startAtSec, signal } as const
    const onDamage = (error: InputError) => {
      this.#damage = error
    }
    for await (const audio of ffmpegAudio(run, { ...options, onDamage })) {
      signal?.throwIfAborted()
      samples += audio.length
      yield audio
    }
    signal?.throwIfAborted()
    if (await isJoinedMp4(name)) this.#options.log.warn(joinedWarning(name))
    const missing = this.#promisedSec - startAtSec - samples / SAMPLE_RATE
    if (this.#damage === null && missing > Math.max(NEGLIGIBLE_SEC, NEGLIGIBLE_SHARE * this.#promisedSec))
      this.#tellMissing(missing)
  }

  damage(): InputError | null {
    return this.#damage
  }

  #tellMissing(missing: number): void {
    const [name, seconds] = [this.name, missing.toFixed(1)]
    this.#options.log.warn(
      `${name} is cut off or damaged: of ${this.durationSec?.toFixed(1)} s of audio ${seconds} s are missing`,
    )
    this.#damage = new InputError(`${name} is not whole: ${seconds} s of its audio are missing in the text`, {
      hint: GET_AGAIN,
      code: 'ASR_INPUT_DAMAGED',
      details: { name, lostSec: missing },
    })
  }
}

/**
 * What ffmpeg makes of its input, as mono at 16 kHz.
 *
 * @param options seconds that are left out here, because the input has no place to start from
 */
export async function* ffmpegAudio(
  run: Omit<FfmpegRun, 'onSaid'>,
  { log, channel, onChannels, onIdle, startAtSec = 0, onDamage }: FfmpegSourceOptions,
): AsyncGenerator<Float32Array> {
  const { name, signal } = run
  let [said, isCutOff, isEmpty] = ['', false, true]
  const onSaid = (text: string, isCut: boolean) => {
    said = text
    isCutOff = isCut
  }
  const reader = new ByteReader(ffmpegBytes({ ...run, onSaid }))
  try {
    const opening = { name, isFile: false, log: { warn() {} }, raw: null }
    const heard = { name, log, startAtSec, channel, onChannels, onIdle, signal }
    for await (const audio of decodeAudio(reader, opening, heard)) {
      isEmpty = false
      yield audio
    }
  } catch (error) {
    if (isEmpty || onDamage === undefined || !(error instanceof InputError)) throw error
    log.warn(error.message)
    onDamage(error)
  } finally {
    await reader.close()
  }
  if (signal?.aborted) return
  if (isEmpty) throw nothing(run, said)
  if (said !== '') log.warn(`${name}: ffmpeg says "${said}"`)
  // Of a file its length tells how much is missing.
  if (isCutOff && run.input.kind === 'pipe') onDamage?.(cutOff(name))
}

function cutOff(name: string): InputError {
  return new InputError(`${name} is not whole: its end is missing in the text`, {
    hint: GET_AGAIN,
    code: 'ASR_INPUT_DAMAGED',
    details: { name },
  })
}

function nothing({ name, input, startAtSec = 0 }: Omit<FfmpegRun, 'onSaid'>, said: string): InputError {
  if (startAtSec > 0) {
    return new InputError(`${name}: nothing is left after ${startAtSec} s`, { hint: 'give a smaller --start-at' })
  }
  return new InputError(`${name} has no audio that can be decoded${said === '' ? '' : `: ffmpeg says "${said}"`}`, {
    hint: input.kind === 'pipe' ? 'give it as a file: the index of an MP4 may be at its end' : 'check that it is whole',
  })
}
