/** Frames that are judged together. */
const BLOCK_FRAMES = 512
/** Channels whose mean has less than this share of their power cancel each other out. */
const CANCELLED_SHARE = 0.01
/** Quieter blocks say nothing about the channels: mean power of -60 dBFS. */
const LEAST_POWER = 1e-6

/**
 * Mixes channels to one: their mean; from the first block on in which they cancel each other out (one channel inverted),
 * the loudest channel of that block. What comes out does not depend on how the input is cut.
 */
export class MixDown {
  readonly #channels: number
  #held = new Float32Array(0)
  #only: number | null = null

  constructor(channels: number) {
    this.#channels = channels
  }

  /** @param samples whole frames, channel by channel within a frame */
  push(samples: Float32Array): Float32Array {
    if (this.#channels === 1) return samples
    const all = new Float32Array(this.#held.length + samples.length)
    all.set(this.#held)
    all.set(samples, this.#held.length)
    const blockSamples = BLOCK_FRAMES * this.#channels
    const whole = Math.floor(all.length / blockSamples) * blockSamples
    this.#held = all.slice(whole)
    return this.#mix(all.subarray(0, whole))
  }

  /** What is left at the end of the stream. */
  flush(): Float32Array {
    const rest = this.#held
    this.#held = new Float32Array(0)
    return this.#mix(rest)
  }

  #mix(samples: Float32Array): Float32Array {
    const mono = new Float32Array(samples.length / this.#channels)
    for (let from = 0; from < mono.length; from += BLOCK_FRAMES) {
      const to = Math.min(mono.length, from + BLOCK_FRAMES)
      const block = samples.subarray(from * this.#channels, to * this.#channels)
      this.#only ??= this.#loudestIfCancelled(block)
      for (let i = from; i < to; i++) mono[i] = this.#frame(samples, i * this.#channels)
    }
    return mono
  }

  #frame(samples: Float32Array, at: number): number {
    if (this.#only !== null) return samples[at + this.#only]!
    let sum = 0
    for (let channel = 0; channel < this.#channels; channel++) sum += samples[at + channel]!
    return sum / this.#channels
  }

  #loudestIfCancelled(block: Float32Array): number | null {
    const powers = new Float64Array(this.#channels)
    let mixed = 0
    for (let at = 0; at < block.length; at += this.#channels) {
      mixed += this.#frame(block, at) ** 2
      for (let channel = 0; channel < this.#channels; channel++) {
        powers[channel] = powers[channel]! + block[at + channel]! ** 2
      }
    }
    const loudest = powers.indexOf(Math.max(...powers))
    const power = powers[loudest]!
    const frames = block.length / this.#channels
    return power > LEAST_POWER * frames && mixed < (CANCELLED_SHARE * power) / this.#channels ? loudest : null
  }
}
