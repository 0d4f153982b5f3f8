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
 * Decodes at one temperature after the other until the text is sure of itself and does not repeat itself. If none is, the surest
 * stands of those that do not: what is drawn at the last temperature of a language that the model does not know is noise.
 *
 * Ref: openai-whisper transcribe.py decode_with_fallback, where the last one stands.
 *
 * @param temperatures at least one
 */
export async function decodeWithFallback(
  temperatures: readonly number[],
  decodeAt: (temperature: number) => Promise<DecodingResult>,
  { textOf, isText }: TextReader,
): Promise<DecodingResult> {
  let surest: DecodingResult | null = null
  let last: DecodingResult | null = null
  for (const temperature of temperatures) {
    last = await decodeAt(temperature)
    if (isQuiet(last)) return last
    if (repeatsItself(last, textOf(last), isText)) continue
    if (last.averageLogProbability >= MIN_AVERAGE_LOG_PROBABILITY) return last
    if (surest === null || last.averageLogProbability > surest.averageLogProbability) surest = last
  }
  return surest ?? last ?? decodeAt(0)
}

/** Whether there is probably no speech, so that there is no text to be sure of. */
function isQuiet({ noSpeechProbability, averageLogProbability }: DecodingResult): boolean {
  return noSpeechProbability > NO_SPEECH_PROBABILITY && averageLogProbability < MIN_AVERAGE_LOG_PROBABILITY
}

function repeatsItself(
  { tokens, looped, attention }: DecodingResult,
  text: string,
  isText: (token: number) => boolean,
): boolean {
  if (looped) return true
  // Whoever says the same again compresses like a loop; where attention is known, it has told them apart.
  return !(attention.length > 0 && saysAgain(tokens, isText)) && compressionRatio(text) > MAX_COMPRESSION
}

/** How many times shorter a text gets by deflating it. */
export function compressionRatio(text: string): number {
  const bytes = Buffer.from(text, 'utf8')
  return bytes.length / deflateSync(bytes).length
}
