import type { Chance } from './random.js'

const HEADER_BYTES = 44
const RATE = 16_000

/** The samples of a WAV as the recordings are: 16 kHz, mono, 16 bit, a header of 44 bytes. */
export function samplesOf(wav: Uint8Array): Float32Array {
  const data = new DataView(wav.buffer, wav.byteOffset + HEADER_BYTES)
  return Float32Array.from({ length: data.byteLength >> 1 }, (_, at) => data.getInt16(2 * at, true) / 32_768)
}

/** Sounds that are no speech, made from nothing: seconds of noise, tones, chords, pulses, silence. */
export function madeSounds(chance: Chance): Readonly<Record<string, Float32Array>> {
  const made = (of: (sec: number) => number) => Float32Array.from({ length: 12 * RATE }, (_, at) => of(at / RATE))
  const tone = (hertz: number, sec: number) => Math.sin(2 * Math.PI * hertz * sec)
  const chord = [220, 277, 330, 440].map((hertz) => hertz * chance.between(0.98, 1.02))
  return {
    silence: made(() => 0),
    noise: made(() => 0.2 * chance.between(-1, 1)),
    murmur: made((sec) => 0.05 * chance.between(-1, 1) * (1 + tone(3, sec))),
    tone: made((sec) => 0.5 * tone(440, sec)),
    music: made((sec) => chord.reduce((sum, hertz) => sum + 0.12 * tone(hertz * (1 + Math.floor(sec) / 8), sec), 0)),
    pulses: made((sec) => (sec % 0.5 < 0.004 ? 0.9 : 0.001 * chance.between(-1, 1))),
    square: made((sec) => (tone(150, sec) > 0 ? 1 : -1)),
  }
}

/** A piece of one of some sounds, perhaps with another one behind it, louder or quieter. */
export function excerpt(sounds: readonly (readonly [string, Float32Array])[], chance: Chance) {
  const piece = () => {
    const [name, audio] = chance.one(sounds)
    const samples = Math.min(
      audio.length,
      Math.ceil(RATE * (chance.next() < 0.5 ? chance.between(0.06, 4) : chance.between(0, 25))),
    )
    const from = chance.below(audio.length - samples + 1)
    const gain = chance.one([1, 1, 0.1, 0.01, 4])
    const part = audio.slice(from, from + samples).map((sample) => Math.max(-1, Math.min(1, gain * sample)))
    return { name: `${name} ${(from / RATE).toFixed(2)}+${(samples / RATE).toFixed(2)} s x${gain}`, part }
  }
  const pieces = Array.from({ length: 1 + chance.below(2) }, piece)
  const audio = new Float32Array(pieces.reduce((sum, { part }) => sum + part.length, 0))
  pieces.reduce((at, { part }) => {
    audio.set(part, at)
    return at + part.length
  }, 0)
  return { name: pieces.map(({ name }) => name).join(', '), audio }
}

/** White noise, or noise with more power in its low tones. */
export function roomNoise(seconds: number, levelDb: number, colour: number, seed: number): Float32Array {
  let [state, low] = [seed * 2 + 1, 0]
  const raw = Float32Array.from({ length: Math.round(seconds * RATE) }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    low = colour * low + (state / 1_073_741_824 - 1)
    return low
  })
  const power = raw.reduce((sum, sample) => sum + sample * sample, 0) / raw.length
  return raw.map((sample) => (sample / Math.sqrt(power)) * 10 ** (levelDb / 20))
}
