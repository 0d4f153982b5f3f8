import { Readable } from 'node:stream'
import type { TellIdle } from '../audio/decode/hints.js'
import type { PcmFormat } from '../audio/decode/pcm.js'
import { rawFormat } from '../audio/decode/raw-format.js'
import type { ChannelTap } from '../audio/decode/to-mono.js'
import { attachReadable } from '../audio/sources/attached-readable.js'
import { checkedSource } from '../audio/sources/checked-source.js'
import { isLiveUrl } from '../audio/sources/ffmpeg-command.js'
import { type AudioChunk, chunkBytes } from '../audio/sources/iterable-bytes.js'
import { type MicrophoneOptions, openMicrophone } from '../audio/sources/microphone.js'
import { isPipe, openPipe } from '../audio/sources/named-pipe.js'
import { isAddress, openAddress, openFile, pathOf } from '../audio/sources/open-address.js'
import { openStandardInput } from '../audio/sources/standard-input.js'
import { StreamSource, type StreamSourceOptions } from '../audio/sources/stream-source.js'
import type { ASRConfig } from '../config/config.js'
import { UsageError } from '../core/errors.js'
import type { AudioSource } from '../core/types.js'
import { audioStart, type ListeningOptions, liveInput, type OpenedInput, type Pace, replayInput } from './pacing.js'

/** The microphone as an input; created by `microphone()`. */
export class Microphone {
  /** Which device, and which program records it. */
  readonly options: MicrophoneOptions

  constructor(options: MicrophoneOptions) {
    this.options = options
  }
}

/**
 * The microphone, recorded by a program of the system.
 * @param options device and recording program; absent: the default device, and the first program that is installed
 */
export function microphone(options: MicrophoneOptions = {}): Microphone {
  return new Microphone(options)
}

/**
 * Where audio comes from: the path of a file or pipe, or a URL (file, http, https, rtsp, rtmp, srt); "-" for standard input; the microphone; audio in memory; a
 * stream (a Node `Readable` or any iterable, asynchronous or not); or your own source. A `Float32Array` has samples, mono,
 * at `rawRate` Hz (16,000 by default). A `Uint8Array` has bytes of a WAV file, or of raw audio as `rawEncoding`, `rawRate`
 * and `rawChannels` say.
 */
export type AudioInput =
  | string
  | URL
  | Microphone
  | AudioSource
  | AudioChunk
  | Readable
  | AsyncIterable<AudioChunk>
  | Iterable<AudioChunk>

/** Listens to a Node stream before it is opened: what it brings until then could be lost. Nothing else is touched. */
export function listenAhead(audio: AudioInput): void {
  if (isByteStream(audio)) attachReadable(audio)
}

/** How audio is opened. */
export interface OpenAudioOptions extends Omit<ListeningOptions, 'whenFull'> {
  /** At which times it is transcribed; absent: see `Transcriber.stream`. */
  readonly pace?: Pace | undefined
  /** That of audio that is there as a whole, where nothing else is said; absent: as fast as can be. */
  readonly filePace?: Pace | undefined
  /** Absent: the microphone and live streams at an address skip, all else waits. */
  readonly whenFull?: ListeningOptions['whenFull'] | undefined
  /** Whether what has no WAV header is raw audio even if it looks like something else. */
  readonly isSurelyRaw?: boolean
  /** Is told when an option of reading has no effect; absent: nobody is. */
  readonly onIdle?: TellIdle | undefined
}

/**
 * Opens audio. What is live is listened to from here on.
 *
 * @throws UsageError when it is no audio, or its pace cannot be had; InputError as the sources do
 */
export async function openAudio(audio: AudioInput, config: ASRConfig, options: OpenAudioOptions): Promise<OpenedInput> {
  return paced(await findSource(audio, config, options), config, options)
}

/**
 * Finds the source of audio, without its times.
 *
 * @param onChannels takes all channels as they are read, each by itself; absent: they are not told apart
 * @throws UsageError when it is no audio; InputError as the sources do
 */
export function findSource(
  audio: AudioInput,
  config: ASRConfig,
  { log, isSurelyRaw = false, onIdle }: Pick<OpenAudioOptions, 'log' | 'isSurelyRaw' | 'onIdle'>,
  onChannels?: ChannelTap,
): Promise<FoundSource> {
  return sourceOf(audio, {
    log,
    startAtSec: audioStart(config),
    channel: config.channel,
    raw: rawFormat(config.rawEncoding, config.rawRate, config.rawChannels),
    isSurelyRaw,
    onChannels,
    onIdle,
  })
}

/**
 * Gives a source its times. What is live is listened to from here on.
 * @throws UsageError when its pace cannot be had
 */
export function paced(found: FoundSource, config: ASRConfig, options: OpenAudioOptions): OpenedInput {
  const { source, isLive, isSpokenNow = false, isMicrophone = false } = found
  const { log, stop, onArrival, turn } = options
  const pace = options.pace ?? usualPace(config, isLive, options.filePace)
  if (isMicrophone && pace !== 'live') {
    throw new UsageError(`the microphone is transcribed as it is spoken, not at the pace "${pace}"`, {
      hint: 'leave out offline, compUnaware and pace',
    })
  }
  if (pace !== 'live') return replayInput(source, config, pace)
  const whenFull = options.whenFull ?? (isSpokenNow ? 'skip' : 'wait')
  return liveInput(source, config, { log, whenFull, stop, onArrival, turn })
}

function usualPace({ offline, compUnaware }: ASRConfig, isLive: boolean, filePace: Pace = 'fast'): Pace {
  if (offline) return 'offline'
  if (compUnaware) return 'fast'
  return isLive ? 'live' : filePace
}

type SourceOptions = Required<Pick<StreamSourceOptions, 'log' | 'startAtSec' | 'channel' | 'isSurelyRaw'>> & {
  readonly raw: PcmFormat
  readonly onChannels?: ChannelTap | undefined
  readonly onIdle?: TellIdle | undefined
}

/** A source, and how its audio comes. */
export interface FoundSource {
  readonly source: AudioSource
  /** Whether it comes when it comes. */
  readonly isLive: boolean
  /** Whether it is spoken now, so that what waits is lost; absent: no. */
  readonly isSpokenNow?: boolean
  /** Whether it is the microphone; absent: no. */
  readonly isMicrophone?: boolean
}

async function sourceOf(audio: AudioInput, options: SourceOptions): Promise<FoundSource> {
  const streamed = (name: string, open: StreamSourceOptions['open']) => ({
    source: new StreamSource({ ...options, name, open, mayUseFfmpeg: true }),
    isLive: true,
  })
  if (audio instanceof URL) return sourceOf(audio.href, options)
  if (audio === '') {
    throw new UsageError('the path of the audio is empty', { hint: 'give an audio file, or - for standard input' })
  }
  if (audio === '-') return streamed('standard input', openStandardInput())
  if (typeof audio === 'string') {
    if (isAddress(audio)) {
      return { source: await openAddress(audio, options), isLive: true, isSpokenNow: isLiveUrl(audio) }
    }
    const path = pathOf(audio)
    if (await isPipe(path)) return streamed(path, openPipe(path))
    return { source: await openFile(path, options), isLive: false }
  }
  if (audio instanceof Microphone)
    return {
      ...streamed('the microphone', await openMicrophone(audio.options, options.log)),
      isSpokenNow: true,
      isMicrophone: true,
    }
  if (typeof audio !== 'object' || audio === null) throw noAudio()
  if (isSource(audio)) return { source: checkedSource(audio, options.log), isLive: audio.durationSec === undefined }
  if (isByteStream(audio)) return streamed('the stream', (signal) => attachReadable(audio).bytes(signal))
  if (audio instanceof Float32Array || audio instanceof Uint8Array) {
    return { source: chunkSource([audio], 'the audio', options, true), isLive: false }
  }
  if (isIterable(audio) && !ArrayBuffer.isView(audio))
    return { source: chunkSource(audio, 'the stream', options), isLive: true }
  throw noAudio()
}

function noAudio(): UsageError {
  return new UsageError('this is not audio', {
    hint: 'give a path, microphone(), a Readable, an iterable of Float32Array or Uint8Array, or an AudioSource',
  })
}

function chunkSource(
  chunks: AsyncIterable<AudioChunk> | Iterable<AudioChunk>,
  name: string,
  options: SourceOptions,
  isWhole = false,
): AudioSource {
  let source: StreamSource | null = null
  return {
    name,
    damage: () => source?.damage() ?? null,
    async *read(signal) {
      const { isSamples, isEmpty, bytes } = await chunkBytes(stoppable(iteratorOf(chunks), signal), name, !isWhole)
      const raw = isSamples ? rawFormat('f32le', options.raw.sampleRate, 1) : options.raw
      const isSurelyRaw = isSamples || options.isSurelyRaw
      // Who gives samples one after the other may have none; a recording has some.
      const mayBeEmpty = !isWhole && (isSamples || isEmpty)
      source = new StreamSource({
        ...options,
        name,
        raw,
        isSurelyRaw,
        open: () => bytes,
        mayBeEmpty,
        mayUseFfmpeg: true,
      })
      yield* source.read(signal)
    },
  }
}

/** Ends when the signal is aborted, also while nothing comes. */
function stoppable(iterator: AsyncIterator<unknown>, stop: AbortSignal | undefined): AsyncIterator<unknown> {
  if (!stop) return iterator
  const ended: IteratorReturnResult<undefined> = { done: true, value: undefined }
  return {
    next: () =>
      new Promise((resolve, reject) => {
        const end = () => resolve(ended)
        if (stop.aborted) return end()
        stop.addEventListener('abort', end, { once: true })
        iterator
          .next()
          .then(resolve, reject)
          .finally(() => stop.removeEventListener('abort', end))
      }),
    // Not waited for: a generator that waits for its next chunk would not return before it comes.
    return: async () => {
      iterator.return?.().catch(() => undefined)
      return ended
    },
  }
}

function iteratorOf(chunks: AsyncIterable<AudioChunk> | Iterable<AudioChunk>): AsyncIterator<unknown> {
  if (Symbol.asyncIterator in chunks) return chunks[Symbol.asyncIterator]()
  const iterator = chunks[Symbol.iterator]()
  return {
    next: async () => iterator.next(),
    return: async () => iterator.return?.() ?? { done: true, value: undefined },
  }
}

function isByteStream(audio: unknown): audio is Readable {
  return audio instanceof Readable && !audio.readableObjectMode
}

function isSource(audio: object): audio is AudioSource {
  return 'read' in audio && 'name' in audio && typeof audio.read === 'function' && !(audio instanceof Readable)
}

function isIterable(audio: object): audio is AsyncIterable<AudioChunk> | Iterable<AudioChunk> {
  return Symbol.asyncIterator in audio || Symbol.iterator in audio
}
