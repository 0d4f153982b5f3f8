import { InputError } from '../../core/errors.js'
import { SAMPLE_RATE } from '../../core/sample-rate.js'
import { MixDown } from './mix-down.js'
import { Resampler } from './resample.js'

/** Which channel is heard: the mean of all, the first, or the second. */
export type ChannelChoice = 'mix' | 'left' | 'right'

/** Takes the audio of every channel, mono at 16 kHz, in pieces of one length. */
export type ChannelTap = (channels: readonly Float32Array[]) => void

/** The form of samples that are decoded. */
export interface SampleForm {
  readonly channels: number
  /** Sample rate in Hz. */
  readonly sampleRate: number
}

/** Turns samples of one form into mono at 16 kHz, in [-1, 1]: what goes beyond is clipped, as a converter does it. */
export class ToMono {
  readonly #channels: number
  /** The channel that is heard; null: all. */
  readonly #picked: number | null
  readonly #mixer: MixDown
  readonly #resampler: Resampler | null
  /** The channel of the next sample: what is pushed may end within a frame. */
  #next = 0

  /** @param channel one that the form has; a number counts from 0 */
  constructor({ channels, sampleRate }: SampleForm, channel: ChannelChoice | number) {
    this.#channels = channels
    this.#picked = channel === 'mix' || channels === 1 ? null : pickedChannel(channel)
    this.#mixer = new MixDown(channels, sampleRate)
    this.#resampler = sampleRate === SAMPLE_RATE ? null : new Resampler(sampleRate, SAMPLE_RATE)
  }

  /** @param samples channel by channel within a frame */
  push(samples: Float32Array): Float32Array {
    return this.#resampled(this.#picked === null ? this.#mixer.push(samples) : this.#only(this.#picked, samples))
  }

  /** What is left at the end. */
  flush(): readonly Float32Array[] {
    const mixed = this.#resampled(this.#mixer.flush())
    const rest = this.#resampler ? [clipped(this.#resampler.flush())] : []
    return [mixed, ...rest].filter(({ length }) => length > 0)
  }

  #only(channel: number, samples: Float32Array): Float32Array {
    const first = (channel - this.#next + this.#channels) % this.#channels
    const mono = new Float32Array(Math.max(0, Math.ceil((samples.length - first) / this.#channels)))
    for (let i = 0; i < mono.length; i++) mono[i] = samples[first + i * this.#channels]!
    this.#next = (this.#next + samples.length) % this.#channels
    return mono
  }

  #resampled(mono: Float32Array): Float32Array {
    return clipped(this.#resampler ? this.#resampler.push(mono) : mono)
  }
}

function pickedChannel(channel: 'left' | 'right' | number): number {
  if (typeof channel === 'number') return channel
  return channel === 'left' ? 0 : 1
}

function clipped(audio: Float32Array): Float32Array {
  for (let i = 0; i < audio.length; i++) {
    if (audio[i]! > 1) audio[i] = 1
    else if (audio[i]! < -1) audio[i] = -1
  }
  return audio
}

/** @throws InputError when a channel is asked for that the audio does not have */
export function checkChannel(channel: ChannelChoice, { channels }: Pick<SampleForm, 'channels'>, name: string): void {
  if (channel !== 'right' || channels > 1) return
  throw new InputError(`${name} has one channel: there is no right one`, { hint: 'leave out --channel' })
}
