import type { Word } from '../../core/types.js'
import { levelBetween, soundIn } from './sound-levels.js'
import { meanLogProbability } from './unsaid-rounds.js'

/** So much of a word sounds at most, in seconds, where it lies behind all that was said. */
const MAX_SOUND_SEC = 0.03
/** In louder audio, in decibels of full scale, somebody may speak who does not stand out of it. */
const QUIET_DB = -50
/** A model that is surer of such words has them at the wrong place: their geometric mean. */
const UNSURE = 0.7

/**
 * Finds last words that lie in the silence behind the last sound, and of which the model is unsure: a text that it goes on with after
 * the speaker has ended.
 *
 * @param words seconds from the start of the audio, in order
 * @param audio mono, 16 kHz
 * @returns the place of the first of them; the number of words where there are none
 */
export function placeAfterSound(words: readonly Word[], audio: Float32Array): number {
  if (!words.some(({ probability = 1 }) => probability < UNSURE)) return words.length
  const sound = soundIn(audio)
  const heard = words.findLastIndex(({ begin, end }) => sound(begin, end) > MAX_SOUND_SEC)
  const silent = words.slice(heard + 1)
  const [first, last] = [silent[0], silent.at(-1)]
  if (!first || !last) return words.length
  const isQuiet = levelBetween(audio, first.begin, last.end) < QUIET_DB
  return isQuiet && meanLogProbability(silent) < Math.log(UNSURE) ? heard + 1 : words.length
}
