import type { ASRBase, TranscribeOptions, Word } from '../core/types.js'
import { numbers, wellShaped } from '../core/word-checks.js'
import { type Bench, type Heard, look } from './bench.js'
import { succeed } from './rule.js'
import { bursts, LONGEST_SEC, type Sound, secondsOf } from './sounds.js'

/** Longest audio that a recogniser hears at once unless it says otherwise. */
const STANDARD_AUDIO_SEC = 30
const BEYOND_SEC = 2

/** What a recogniser made of a sound. */
export interface Hearing {
  readonly what: string
  /** Length of the audio. */
  readonly toSec: number
  readonly words: readonly Word[]
  readonly ends: readonly number[]
}

/** Has a sound recognised, which must succeed. The audio is a copy: what becomes of it is another rule's business. */
export async function hear(
  asr: ASRBase,
  { what, audio }: Sound,
  bench: Bench,
  options: Partial<TranscribeOptions> = {},
): Promise<Hearing> {
  const call = () => asr.transcribe(audio.slice(), { prompt: '', ...options })
  return read(asr, await succeed(call, `recognising ${what}`, bench.withinSec), { what, audio })
}

/** What is well-formed of a result. */
export async function read(asr: ASRBase, result: unknown, sound: Sound): Promise<Hearing> {
  return wellFormed(await look(asr, result), sound)
}

function wellFormed({ words, ends }: Heard, { what, audio }: Sound): Hearing {
  return {
    what,
    toSec: secondsOf(audio),
    words: words.kind === 'value' ? wellShaped(words.value[0]) : [],
    ends: ends.kind === 'value' ? numbers(ends.value[0]) : [],
  }
}

/** More than the recogniser hears at once. */
export function longSound({ maxAudioSec }: ASRBase): Sound {
  return bursts(Math.min(Math.ceil(maxAudioSec ?? STANDARD_AUDIO_SEC) + BEYOND_SEC, LONGEST_SEC))
}

/** Hearings of all sounds that the recogniser does not fail on: those are another rule's business. */
export async function everyHearing(bench: Bench): Promise<readonly Hearing[]> {
  const asr = await bench.recogniser()
  const hearings: Hearing[] = []
  for (const sound of [...bench.sounds, longSound(asr)]) {
    const outcome = await bench.heard(sound)
    if (outcome.kind === 'value') hearings.push(wellFormed(outcome.value, sound))
  }
  return hearings
}
