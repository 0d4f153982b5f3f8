/** Frames that are judged together, in seconds: longer than a period of any voice. */
const BLOCK_SEC = 0.032
/** A change of sign takes so long. */
const FADE_SEC = 0.008
/** A channel is added with the other sign when that gives so many times the power: below, channels are just different. */
const OPPOSED = 4

/**
 * Mixes channels to one: their mean, whereby a channel that cancels the others out (wired with the wrong polarity) counts
 * with the opposite sign for as long as that lasts. Every channel is always heard with the same weight, so that whoever
 * speaks in one only is never lost. Signs change block by block with a cross-fade. Equal channels give exactly what one of
 * them is. What comes out does not depend on how the input is cut.
 */
export class MixDown {
  readonly #channels: number
  readonly #blockFrames: number
  readonly #fadeFrames: number
  readonly #signs: Float64Array
  readonly #before: Float64Array
  #held = new Float32Array(0)
  #isFirst = true

  /** @param sampleRate in Hz */
  constructor(channels: number, sampleRate: number) {
    this.#channels = channels
    this.#blockFrames = Math.ceil(BLOCK_SEC * sampleRate)
    this.#fadeFrames = Math.ceil(FADE_SEC * sampleRate)
    this.#signs = new Float64Array(channels).fill(1)
    this.#before = new Float64Array(channels).fill(1)
  }

  /** @param samples channel by channel within a frame */
  push(samples: Float32Array): Float32Array {
    if (this.#channels === 1) return samples
    const all = new Float32Array(this.#held.length + samples.length)
    all.set(this.#held)
    all.set(samples, this.#held.length)
    const blockSamples = this.#blockFrames * this.#channels
    const whole = all.length - (all.length % blockSamples)
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
    const mono = new Float32Array(Math.floor(samples.length / this.#channels))
    for (let from = 0; from < mono.length; from += this.#blockFrames) {
      const block = samples.subarray(from * this.#channels, (from + this.#blockFrames) * this.#channels)
      this.#before.set(this.#signs)
      this.#chooseSigns(block)
      if (this.#isFirst) this.#before.set(this.#signs)
      this.#isFirst = false
      this.#mixBlock(block, mono.subarray(from, from + this.#blockFrames))
    }
    return mono
  }

  /** Compares each channel with the sum of those before it. */
  #chooseSigns(block: Float32Array): void {
    const [channels, signs] = [this.#channels, this.#signs]
    for (let channel = 1; channel < channels; channel++) {
      let [same, opposite] = [0, 0]
      for (let at = 0; at + channels <= block.length; at += channels) {
        let sum = 0
        for (let other = 0; other < channel; other++) sum += signs[other]! * block[at + other]!
        const own = signs[channel]! * block[at + channel]!
        same += (sum + own) ** 2
        opposite += (sum - own) ** 2
      }
      if (opposite > OPPOSED * same) signs[channel] = -signs[channel]!
    }
  }

  #mixBlock(block: Float32Array, mono: Float32Array): void {
    const [channels, signs, before] = [this.#channels, this.#signs, this.#before]
    const fade = Math.min(this.#fadeFrames, mono.length)
    for (let i = 0; i < mono.length; i++) {
      const old = i < fade ? 0.5 + 0.5 * Math.cos((Math.PI * (i + 1)) / (fade + 1)) : 0
      let sum = 0
      for (let channel = 0; channel < channels; channel++) {
        const sign =
          signs[channel]! === before[channel]! ? signs[channel]! : mixed(before[channel]!, signs[channel]!, old)
        sum += sign * block[i * channels + channel]!
      }
      mono[i] = sum / channels
    }
  }
}

function mixed(before: number, after: number, share: number): number {
  return before * share + after * (1 - share)
}
