import type { ASRBase, TranscribeOptions, Word } from '../core/types.js'
import { numbers, wellShaped } from '../core/word-checks.js'
import { type Harness, type RawTranscript, readRaw } from './harness.js'
import { succeed } from './rule.js'
import { bursts, MAX_SOUND_SEC, type Sound, secondsOf } from './sounds.js'

/** Longest audio that a recognizer takes at once unless it says otherwise. */
const STANDARD_AUDIO_SEC = 30
const BEYOND_SEC = 2

/** What a recognizer made of a sound. */
export interface KitTranscript {
  readonly what: string
  /** Length of the audio. */
  readonly toSec: number
  readonly words: readonly Word[]
  readonly ends: readonly number[]
}

/** Has a sound recognized, which must succeed. The audio is a copy: what becomes of it is another rule's business. */
export async function transcribeSound(
  asr: ASRBase,
  { what, audio }: Sound,
  harness: Harness,
  options: Partial<TranscribeOptions> = {},
): Promise<KitTranscript> {
  const call = () => asr.transcribe(audio.slice(), { prompt: '', ...options })
  return readTranscript(asr, await succeed(call, `recognizing ${what}`, harness.withinSec), { what, audio })
}

/** What is well-formed of a result. */
export async function readTranscript(asr: ASRBase, result: unknown, sound: Sound): Promise<KitTranscript> {
  return wellFormed(await readRaw(asr, result), sound)
}

function wellFormed({ words, ends }: RawTranscript, { what, audio }: Sound): KitTranscript {
  return {
    what,
    toSec: secondsOf(audio),
    words: words.kind === 'value' ? wellShaped(words.value[0]) : [],
    ends: ends.kind === 'value' ? numbers(ends.value[0]) : [],
  }
}

/** More than the recognizer takes at once. */
export function longSound({ maxAudioSec }: ASRBase): Sound {
  return bursts(Math.min(Math.ceil(maxAudioSec ?? STANDARD_AUDIO_SEC) + BEYOND_SEC, MAX_SOUND_SEC))
}

/** Transcripts of all sounds that the recognizer does not fail on: failures are another rule's business. */
export async function everyTranscript(harness: Harness): Promise<readonly KitTranscript[]> {
  const asr = await harness.recognizer()
  const transcripts: KitTranscript[] = []
  for (const sound of [...harness.sounds, longSound(asr)]) {
    const outcome = await harness.rawTranscript(sound)
    if (outcome.kind === 'value') transcripts.push(wellFormed(outcome.value, sound))
  }
  return transcripts
}
