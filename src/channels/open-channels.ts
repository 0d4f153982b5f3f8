import type { ASRConfig } from '../config/config.js'
import { UsageError } from '../core/errors.js'
import type { TranscriptEvent } from '../core/events.js'
import type { AudioSource, Log } from '../core/types.js'
import { type AudioInput, findSource, type OpenAudioOptions, paced } from '../transcriber/audio-input.js'
import type { OpenedInput } from '../transcriber/pacing.js'
import type { RunOptions, Transcriber } from '../transcriber/transcriber.js'
import type { LaneOptions } from './channel-lane.js'
import { channelName } from './channel-names.js'
import { mergeChannels } from './merge-channels.js'
import { SharedWords } from './shared-words.js'
import { SplitChannels } from './split-channels.js'

/** Opened audio, as one stream or as one for each channel. */
export interface HeardRecording {
  /** Whether events tell their channel. */
  readonly hasChannels: boolean
  /** Whether it is live audio, to which the program listens from now on. */
  readonly isLive: boolean
  /** The events of it, as `Transcriber.run`. */
  events(transcriber: Transcriber, options?: RunOptions): AsyncGenerator<TranscriptEvent, void, undefined>
  /** Ends listening. */
  close(): Promise<void>
}

/** How the channels of audio are opened. */
export interface OpenChannelsOptions extends OpenAudioOptions {
  /** Whether final text is gathered into sentences; always so with `offline`, where each channel has one text. */
  readonly sentences: boolean
  /** Aborting it gives up waiting for the first audio. */
  readonly signal: AbortSignal
}

/** Audio that is one stream. */
export function heardAsOne(input: OpenedInput): HeardRecording {
  return {
    hasChannels: false,
    isLive: input.isLive,
    events: (transcriber, options) => transcriber.run(input, options),
    close: input.close,
  }
}

/**
 * Opens audio of which each channel is a stream of its own, and waits for its first samples. It is decoded once. Audio with
 * one channel is one stream, as without this; that is told to `onIdle`.
 *
 * @throws InputError as the sources do, and for more than eight channels; UsageError for audio that is spoken now
 */
export async function openChannels(
  audio: AudioInput,
  config: ASRConfig,
  options: OpenChannelsOptions,
): Promise<HeardRecording> {
  const { onIdle, signal, sentences } = options
  const split = new SplitChannels()
  const found = await findSource(audio, config, options, split.arrived)
  if (found.isSpokenNow) {
    throw new UsageError('--channels is for recordings, not for what is spoken now', {
      hint: 'leave it out, or record the audio first',
    })
  }
  try {
    const sources = await split.open(found.source, signal)
    const inputs = sources.map((source) => paced({ ...found, source }, config, options))
    const [only = paced({ ...found, source: nothingOf(found.source.name) }, config, options)] = inputs
    if (inputs.length === 1) onIdle?.('channels', found.source.name)
    if (inputs.length <= 1) return closing(heardAsOne(only), split)
    const { offline, minChunkSize } = config
    const order = { sentences: sentences || offline, stepSec: offline ? null : minChunkSize }
    return closing(severalStreams(inputs, order, options.log), split)
  } catch (error) {
    await split.close()
    throw error
  }
}

function severalStreams(
  inputs: readonly OpenedInput[],
  order: Omit<LaneOptions, 'separator'>,
  log: Log | undefined,
): HeardRecording {
  return {
    hasChannels: true,
    isLive: inputs.some(({ isLive }) => isLive),
    async *events(transcriber, { signal, ...options } = {}) {
      const leaving = new AbortController()
      const ending = AbortSignal.any([leaving.signal, ...(signal ? [signal] : [])])
      const streams = inputs.map((input, index) => ({
        name: channelName(index),
        events: transcriber.run(input, { ...options, signal: ending }),
      }))
      const { separator } = transcriber
      const shared = new SharedWords(log)
      for await (const event of mergeChannels(streams, { ...order, separator, leave: () => leaving.abort() })) {
        shared.take(event)
        yield event
      }
    },
    async close() {
      await Promise.all(inputs.map((input) => input.close()))
    },
  }
}

function closing(heard: HeardRecording, split: SplitChannels): HeardRecording {
  const close = async () => {
    await split.close()
    await heard.close()
  }
  return { ...heard, close }
}

function nothingOf(name: string): AudioSource {
  return { name, async *read() {} }
}
