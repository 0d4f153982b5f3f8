import { InputError } from '../../core/errors.js'
import { type DecodeOptions, NEGLIGIBLE_SEC } from '../decode/decode-stream.js'
import type { Lost } from './codec.js'

/** Stretches that are told one by one. */
const TOLD = 5

/** Keeps account of the audio that was promised and did not come, and tells of it. */
export class LossAccount {
  readonly #options: DecodeOptions
  #lostSec = 0
  #count = 0
  #isCutOff = false

  constructor(options: DecodeOptions) {
    this.#options = options
  }

  /** @param atSec second of the recording at which the stretch begins */
  add({ lostSec, isInside }: Lost, atSec: number): void {
    if (!isInside && lostSec > 0 && lostSec < NEGLIGIBLE_SEC) return
    const { name, log } = this.#options
    this.#lostSec += lostSec
    this.#count++
    this.#isCutOff ||= !isInside
    if (this.#count > TOLD) return
    if (isInside) log.warn(`${name} is damaged at ${told(atSec)} s: ${told(lostSec)} s of audio are lost`)
    else if (lostSec === 0) log.warn(`${name} breaks off after ${told(atSec)} s; how much is missing it does not say`)
    else
      log.warn(
        `${name} is cut off: ${told(atSec + lostSec)} s of audio are promised, ${told(lostSec)} s of them missing`,
      )
  }

  /** Tells what is missing in all. */
  close(lengthSec: number): void {
    if (this.#count === 0) return
    const { name, onDamage } = this.#options
    const lost = this.#lostSec > 0 ? `${told(this.#lostSec)} s of its audio are missing` : 'its end is missing'
    const error = new InputError(`${name} is ${this.#isCutOff ? 'not whole' : 'damaged'}: ${lost} in the text`, {
      hint: 'the rest was transcribed; get the file once more',
      code: 'ASR_INPUT_DAMAGED',
      details: { name, lostSec: this.#lostSec, stretches: this.#count, isCutOff: this.#isCutOff, lengthSec },
    })
    onDamage?.(error)
  }
}

function told(seconds: number): string {
  return seconds.toFixed(seconds < 1 ? 2 : 1)
}
