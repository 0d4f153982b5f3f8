import { InputError } from '../../core/errors.js'
import type { Log } from '../../core/types.js'
import { AudioDecoder } from './audio-decoder.js'
import type { ByteReader } from './byte-reader.js'
import { frameBytes, type PcmFormat } from './pcm.js'
import type { SampleRangeTold } from './sample-range.js'
import { tellMisread } from './tell-misread.js'
import type { HearingOptions } from './to-channels.js'
import type { AudioPart } from './wav-parts.js'

/** Bytes that are decoded at once. */
const PIECE_BYTES = 64 * 1024
/** What is missing of the promised audio and not worth a word, in seconds: sizes that count a header or a frame in. */
export const NEGLIGIBLE_SEC = 0.05

/** How audio is decoded. */
export interface DecodeOptions extends HearingOptions {
  readonly log: Log
  /** Seconds at the start that are left out. */
  readonly startAtSec: number
  /** Aborted when the end of the stream is our own doing. */
  readonly signal?: AbortSignal | undefined
  /** Called at the end when audio is missing that was promised. */
  readonly onDamage?: ((error: InputError) => void) | undefined
}

/**
 * Decodes parts of uncompressed audio to mono at 16 kHz, one after the other, as they come. Bytes at the end of a part that
 * are no whole frame are left out.
 */
export async function* decodeStream(
  reader: ByteReader,
  parts: AsyncIterable<AudioPart>,
  options: DecodeOptions,
): AsyncGenerator<Float32Array> {
  const { name, log, channel, onChannels, onIdle } = options
  let skippedSec = options.startAtSec
  let current: { readonly format: PcmFormat; readonly decoder: AudioDecoder } | null = null
  for await (const { format, bytes, isRaw = false } of parts) {
    const skippedBytes = await skipBegin(reader, skippedSec, format, bytes)
    const leftSec = skippedSec - skippedBytes / frameBytes(format) / format.sampleRate
    skippedSec = Math.max(0, Math.round(leftSec * 1e9) / 1e9)
    if (!isSame(current?.format, format)) {
      yield* current?.decoder.flush() ?? []
      const decoder = new AudioDecoder(format, {
        ...{ name, channel, onChannels, onIdle },
        range: rangeWarnings(options),
        onMisread: (looks) => tellMisread(looks, { name, format, isRaw }, log),
      })
      current = { format, decoder }
    }
    const decoder: AudioDecoder = current!.decoder
    for await (const piece of piecesOf(reader, format, bytes === null ? null : bytes - skippedBytes, options)) {
      const audio = decoder.push(piece)
      if (audio.length > 0) yield audio
    }
  }
  yield* current?.decoder.flush() ?? []
}

function isSame(one: PcmFormat | undefined, other: PcmFormat): boolean {
  const keys = ['encoding', 'lowBits', 'channels', 'sampleRate', 'littleEndian'] as const
  return one !== undefined && keys.every((key) => one[key] === other[key])
}

/** Gives the bytes that were left out. */
async function skipBegin(
  reader: ByteReader,
  seconds: number,
  format: PcmFormat,
  bytes: number | null,
): Promise<number> {
  const wanted = Math.trunc(seconds * format.sampleRate) * frameBytes(format)
  const skipped = Math.min(wanted, bytes ?? wanted)
  await reader.skip(skipped)
  return skipped
}

async function* piecesOf(
  reader: ByteReader,
  format: PcmFormat,
  announced: number | null,
  options: DecodeOptions,
): AsyncGenerator<Uint8Array> {
  const frame = frameBytes(format)
  // Not more than a second: at a low rate a piece would be a minute, and others wait meanwhile.
  const most = Math.min(Math.floor(PIECE_BYTES / frame), format.sampleRate) * frame
  let left = announced === null ? Number.POSITIVE_INFINITY : announced - (announced % frame)
  while (left > 0) {
    const bytes = await reader.some(Math.min(left, most), frame)
    if (bytes.length < frame) break
    left -= bytes.length
    yield bytes
  }
  if (announced !== null && left > 0 && !options.signal?.aborted) tellMissing(left, announced, format, options)
}

/** A size that was never filled in promises nothing; this one was. */
function tellMissing(missing: number, announced: number, format: PcmFormat, options: DecodeOptions): void {
  const { name, log, onDamage } = options
  const seconds = (bytes: number) => bytes / frameBytes(format) / format.sampleRate
  const [lostSec, lengthSec] = [seconds(missing), seconds(announced - missing)]
  if (lostSec < NEGLIGIBLE_SEC && missing < announced) return
  const [all, there] = [seconds(announced).toFixed(1), lengthSec.toFixed(1)]
  log.warn(`${name} is cut off: its header announces ${all} s of audio, and it has ${there} s`)
  const lost = `${lostSec.toFixed(lostSec < 1 ? 2 : 1)} s of its audio are missing`
  const error = new InputError(`${name} is not whole: ${lost} in the text`, {
    hint: 'the rest was transcribed; get the file once more',
    code: 'ASR_INPUT_DAMAGED',
    details: { name, lostSec, stretches: 1, isCutOff: true, lengthSec },
  })
  onDamage?.(error)
}

/** Warns of floats that are not samples in [-1, 1]. */
export function rangeWarnings({ name, log }: Pick<DecodeOptions, 'name' | 'log'>): SampleRangeTold {
  return {
    onLarger(fullScale) {
      const asWhat =
        fullScale < 2 ** 15 ? `with ${fullScale} as full scale` : `as integers of ${Math.log2(fullScale) + 1} bits`
      log.warn(`${name} has floats far beyond 1: they are read ${asWhat}`)
    },
    onNoNumber() {
      log.warn(`${name} has samples that are no numbers: they are read as silence; check the program that made them`)
    },
  }
}
