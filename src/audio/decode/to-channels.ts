import { InputError } from '../../core/errors.js'
import type { TellIdle } from './hints.js'
import { type ChannelChoice, type ChannelTap, checkChannel, type SampleForm, ToMono } from './to-mono.js'

/** Channels that are told apart at most: each has a recognizer of its own. */
export const MAX_CHANNELS = 8

/** Turns samples of one form into audio at 16 kHz. */
export type ChannelHearing = Pick<ToMono, 'push' | 'flush'>

/** What is heard of audio with several channels. */
export interface HearingOptions {
  /** What is read, for messages. */
  readonly name: string
  /** Which channel is heard; absent: all of them. */
  readonly channel?: ChannelChoice | undefined
  /** Takes all channels, each by itself, before the first of them is given; absent: they are not told apart. */
  readonly onChannels?: ChannelTap | undefined
  /** Is told when there is no choice of channels; absent: nobody is. */
  readonly onIdle?: TellIdle | undefined
}

/** @throws InputError when a channel is asked for that the audio does not have, or too many are told apart */
export function hearing(
  form: SampleForm,
  { name, channel = 'mix', onChannels, onIdle }: HearingOptions,
): ChannelHearing {
  if (onChannels) return new ToChannels(form, name, onChannels)
  checkChannel(channel, form, name)
  if (channel !== 'mix' && form.channels === 1) onIdle?.('channel', name)
  return new ToMono(form, channel)
}

/** Decodes all channels at once, and gives the first. */
class ToChannels implements ChannelHearing {
  readonly #channels: readonly ToMono[]
  readonly #tap: ChannelTap

  constructor(form: SampleForm, name: string, tap: ChannelTap) {
    const { channels } = form
    if (channels > MAX_CHANNELS) {
      throw new InputError(`${name} has ${channels} channels: at most ${MAX_CHANNELS} are transcribed separately`, {
        hint: 'leave out --channels, or give the channels in files of their own',
      })
    }
    this.#channels = Array.from({ length: channels }, (_, index) => new ToMono(form, index))
    this.#tap = tap
  }

  push(samples: Float32Array): Float32Array {
    return this.#told(this.#channels.map((channel) => channel.push(samples)))
  }

  flush(): readonly Float32Array[] {
    const ends = this.#channels.map((channel) => channel.flush())
    return (ends[0] ?? []).map((_, at) => this.#told(ends.map((pieces) => pieces[at] ?? new Float32Array(0))))
  }

  #told(pieces: readonly Float32Array[]): Float32Array {
    const [first = new Float32Array(0)] = pieces
    if (first.length > 0) this.#tap(pieces)
    return first
  }
}
