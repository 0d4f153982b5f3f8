import { SAMPLE_RATE } from '../core/sample-rate.js'

const LOUD = 0.3
/** Longest noise; longer audio is of no interest, even to a recognizer that takes more. */
export const MAX_SOUND_SEC = 62

/** Audio with a name that messages call it by. */
export interface Sound {
  /** As "2 s of noise". */
  readonly what: string
  /** Mono, 16 kHz. */
  readonly audio: Float32Array
}

/** Length of audio in seconds. */
export const secondsOf = (audio: Float32Array): number => audio.length / SAMPLE_RATE

/** Digital silence. */
export function silence(samples: number, what = `${samples / SAMPLE_RATE} s of silence`): Sound {
  return { what, audio: new Float32Array(samples) }
}

/** A hum of 220 Hz. */
export function hum(seconds: number): Sound {
  const audio = Float32Array.from(
    { length: seconds * SAMPLE_RATE },
    (_, sample) => LOUD * Math.sin((2 * Math.PI * 220 * sample) / SAMPLE_RATE),
  )
  return { what: `${seconds} s of a hum`, audio }
}

/** Noise that comes and goes, as speech does: seven parts of ten. Each time the same. */
export function bursts(seconds: number): Sound {
  const audio = noise().slice(0, seconds * SAMPLE_RATE)
  return { what: `${seconds} s of noise that comes and goes`, audio }
}

let made: Float32Array | undefined

/** Made once: rules ask for it again and again. */
function noise(): Float32Array {
  let state = 1
  made ??= Float32Array.from({ length: MAX_SOUND_SEC * SAMPLE_RATE }, (_, sample) => {
    // A linear congruential generator: the same noise on every machine. Constants: Numerical Recipes.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return sample % SAMPLE_RATE < 0.7 * SAMPLE_RATE ? LOUD * (state / 2 ** 31 - 1) : 0
  })
  return made
}

/** Part of a sound, as a copy. */
export function part({ what, audio }: Sound, fromSec: number, toSec: number): Sound {
  const cut = audio.slice(fromSec * SAMPLE_RATE, toSec * SAMPLE_RATE)
  return { what: `${what} (from ${fromSec} s to ${Math.min(toSec, secondsOf(audio))} s)`, audio: cut }
}

/** A sound with the part of a rule's id that stands for it. */
export type KnownSound = Sound & { readonly id: string }

/** The sounds that every backend gets. Those shorter than a second are what a stream may begin and end with. */
export function everySound(): readonly KnownSound[] {
  return [
    { id: 'empty', ...silence(0, 'empty audio') },
    { id: 'one-sample', ...silence(1, 'one sample') },
    { id: 'ten-ms', ...silence(0.01 * SAMPLE_RATE, '10 ms of audio') },
    { id: 'silence-1s', ...silence(SAMPLE_RATE) },
    { id: 'silence-5s', ...silence(5 * SAMPLE_RATE) },
    { id: 'hum', ...hum(2.5) },
    { id: 'noise', ...bursts(4) },
  ]
}
