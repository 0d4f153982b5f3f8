import type { PrefixDecodingResult } from '../decoding/alignatt-decoding.js'
import type { DecodingResult } from '../decoding/decoding.js'

/** A window that is probably no speech gives no text but where the model is sure of it. */
const NO_SPEECH_PROBABILITY = 0.6
/** Rain is "Thank you" with -0.9; openai-whisper takes that, with its limit of -1, for speech. */
const SURE_LOG_PROBABILITY = -0.5
/** Text that begins again is not believed below this mean log probability: whales are "Mmm" with -1.4. */
const MIN_BEGINNING_LOG_PROBABILITY = -1.3
/** The same where there is a voice and the model hears no speech: "young man" again and again is "man" with -3. */
const MIN_VOICED_LOG_PROBABILITY = -2
/** Words that are said again and again count from here on: noise is "." with -1.4, "printing" twenty times -0.7. */
const MIN_LOOP_LOG_PROBABILITY = -1
/** Less confident text is doubtful, as in openai-whisper. */
const MIN_AVERAGE_LOG_PROBABILITY = -1
/** Audio whose samples are 0 or the least step of 16 bit is not listened to. */
const SILENCE_PEAK = 1.5 / 32_768

/** Whether there is nothing to listen to; what is no number counts as silence. */
export function isSilent(audio: Float32Array): boolean {
  return !audio.some((sample) => Math.abs(sample) >= SILENCE_PEAK)
}

/** Whether the model doubts its own text, or fell into a loop. */
export function isDoubtful(
  { averageLogProbability, looped }: DecodingResult,
  minLogProbability = MIN_AVERAGE_LOG_PROBABILITY,
): boolean {
  return looped || averageLogProbability < minLogProbability
}

/** The text of which the model is surer; of two alike the first. */
export function surerOf(first: DecodingResult, again: DecodingResult): DecodingResult {
  return again.averageLogProbability > first.averageLogProbability ? again : first
}

/** Whether text counts where there may be no speech; a loop by what it says first, for somebody may say that again and again. */
export function isSpeech(decoded: DecodingResult): boolean {
  const { noSpeechProbability, averageLogProbability, looped } = decoded
  if (noSpeechProbability <= NO_SPEECH_PROBABILITY) return true
  if (looped) return firstLogProbability(decoded) >= MIN_LOOP_LOG_PROBABILITY
  return averageLogProbability >= SURE_LOG_PROBABILITY
}

/**
 * Whether a text that begins here, with nothing final before it, is to be believed.
 *
 * @param isVoiced whether a voice is surely heard
 */
export function beginsWithSpeech(decoded: PrefixDecodingResult, isVoiced = false): boolean {
  const { noSpeechProbability } = decoded
  if (noSpeechProbability === null) return true
  const logProbability = firstLogProbability(decoded)
  if (noSpeechProbability <= NO_SPEECH_PROBABILITY) return logProbability >= MIN_BEGINNING_LOG_PROBABILITY
  return isVoiced && logProbability >= MIN_VOICED_LOG_PROBABILITY
}

/** Mean log probability of what is said for the first time: what is said again is surer, "Mmm! Mmm! Mmm!". 0: nothing is said. */
function firstLogProbability({ tokens, probabilities }: Pick<DecodingResult, 'tokens' | 'probabilities'>): number {
  const first = probabilities.filter((_, at) => tokens.indexOf(tokens[at]!) === at)
  return first.reduce((all, probability) => all + Math.log(probability), 0) / Math.max(1, first.length)
}
