import { deflateSync } from 'node:zlib'
import type { DecodingResult } from './decoding.js'
import { saysAgain } from './repetition.js'

/** Text that compresses better than this repeats itself. Ref: openai-whisper transcribe.py. */
const MAX_COMPRESSION = 2.4
/** Text that is less sure than this is decoded again. Ref: openai-whisper transcribe.py. */
const MIN_AVERAGE_LOG_PROBABILITY = -1
/** Above this no-speech probability, low-confidence text counts as silence: no retry. */
const NO_SPEECH_PROBABILITY = 0.6

/** Reads tokens. */
export interface TextReader {
  /** The text of a result. */
  readonly textOf: (result: DecodingResult) => string
  readonly isText: (token: number) => boolean
}

/**
 * Decodes at one temperature after the other until the text is sure of itself and does not repeat itself; the last one
 * stands if none is.
 *
 * Ref: openai-whisper transcribe.py decode_with_fallback.
 *
 * @param temperatures at least one
 */
export async function decodeWithFallback(
  temperatures: readonly number[],
  decodeAt: (temperature: number) => Promise<DecodingResult>,
  { textOf, isText }: TextReader,
): Promise<DecodingResult> {
  let result = await decodeAt(temperatures[0] ?? 0)
  for (const temperature of temperatures.slice(1)) {
    if (isGood(result, textOf(result), isText)) break
    result = await decodeAt(temperature)
  }
  return result
}

function isGood(
  { tokens, averageLogProbability, noSpeechProbability, looped, attention }: DecodingResult,
  text: string,
  isText: (token: number) => boolean,
): boolean {
  if (noSpeechProbability > NO_SPEECH_PROBABILITY && averageLogProbability < MIN_AVERAGE_LOG_PROBABILITY) return true
  if (looped || averageLogProbability < MIN_AVERAGE_LOG_PROBABILITY) return false
  // Whoever says the same again compresses like a loop; where attention is known, it has told them apart.
  return (attention.length > 0 && saysAgain(tokens, isText)) || compressionRatio(text) <= MAX_COMPRESSION
}

/** How many times shorter a text gets by deflating it. */
export function compressionRatio(text: string): number {
  const bytes = Buffer.from(text, 'utf8')
  return bytes.length / deflateSync(bytes).length
}
