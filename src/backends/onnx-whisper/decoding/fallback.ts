import { deflateSync } from 'node:zlib'
import type { DecodingResult } from './decoding.js'

/** Text that compresses better than this repeats itself. Ref: openai-whisper transcribe.py. */
const MAX_COMPRESSION = 2.4
/** Text that is less sure than this is decoded again. Ref: openai-whisper transcribe.py. */
const MIN_AVERAGE_LOG_PROBABILITY = -1
/** Above this no-speech probability, low-confidence text counts as silence: no retry. */
const NO_SPEECH_PROBABILITY = 0.6

/**
 * Decodes at one temperature after the other until the text is sure of itself and does not repeat itself; the last one
 * stands if none is.
 *
 * Ref: openai-whisper transcribe.py decode_with_fallback.
 *
 * @param temperatures at least one
 * @param textOf the text of a result
 */
export async function decodeWithFallback(
  temperatures: readonly number[],
  decodeAt: (temperature: number) => Promise<DecodingResult>,
  textOf: (result: DecodingResult) => string,
): Promise<DecodingResult> {
  let result = await decodeAt(temperatures[0] ?? 0)
  for (const temperature of temperatures.slice(1)) {
    if (isGood(result, textOf(result))) break
    result = await decodeAt(temperature)
  }
  return result
}

function isGood({ averageLogProbability, noSpeechProbability, looped }: DecodingResult, text: string): boolean {
  if (noSpeechProbability > NO_SPEECH_PROBABILITY && averageLogProbability < MIN_AVERAGE_LOG_PROBABILITY) return true
  return !looped && averageLogProbability >= MIN_AVERAGE_LOG_PROBABILITY && compressionRatio(text) <= MAX_COMPRESSION
}

/** How many times shorter a text gets by deflating it. */
export function compressionRatio(text: string): number {
  const bytes = Buffer.from(text, 'utf8')
  return bytes.length / deflateSync(bytes).length
}
