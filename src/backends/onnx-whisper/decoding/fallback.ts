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
 * stands of those that do not: what is drawn at the last temperature of a language that the model does not know is noise. A
 * text that is sure of itself, and only compresses like a loop, stands before that: a long sentence said twice does.
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
  let saidTwice: DecodingResult | null = null
  let last: DecodingResult | null = null
  for (const temperature of temperatures) {
    last = await decodeAt(temperature)
    if (isQuiet(last)) return last
    const isSure = last.averageLogProbability >= MIN_AVERAGE_LOG_PROBABILITY
    if (repeatsItself(last, textOf(last), isText)) {
      if (isSure && !last.looped && last.attention.length > 0) saidTwice = surer(saidTwice, last)
      continue
    }
    if (isSure) return last
    surest = surer(surest, last)
  }
  return saidTwice ?? surest ?? last ?? decodeAt(0)
}

function surer(one: DecodingResult | null, other: DecodingResult): DecodingResult {
  return one !== null && one.averageLogProbability >= other.averageLogProbability ? one : other
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
