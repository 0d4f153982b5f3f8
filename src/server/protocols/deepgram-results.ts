import { createHash } from 'node:crypto'
import type { Segment, Word } from '../../core/types.js'
import { confidenceOf, joined, rounded } from './spoken-segments.js'

/** What answers tell of the model. */
export interface DeepgramFacts {
  readonly requestId: string
  readonly model: string
  readonly version: string
  readonly separator: string
}

/** How a piece of text is told. */
export interface DeepgramMark {
  readonly isFinal: boolean
  /** Whether it ends what somebody said. */
  readonly endsSpeech: boolean
  /** Whether the client asked for it to be made final. */
  readonly isAsked: boolean
}

/** `Results`: a stretch of audio and its text; it starts where the last final one ended. */
export function deepgramResults(
  facts: DeepgramFacts,
  words: readonly Word[],
  startSec: number,
  endSec: number,
  { isFinal, endsSpeech, isAsked }: DeepgramMark,
): object {
  return {
    type: 'Results',
    channel_index: [0, 1],
    duration: rounded(Math.max(0, endSec - startSec)),
    start: rounded(startSec),
    is_final: isFinal,
    speech_final: endsSpeech,
    from_finalize: isAsked,
    channel: { alternatives: [deepgramAlternative(words, facts.separator)] },
    metadata: { request_id: facts.requestId, model_info: modelInfo(facts), model_uuid: uuidOf(facts) },
  }
}

/** One reading of what was said. */
export function deepgramAlternative(words: readonly Word[], separator: string) {
  return {
    transcript: joined(words, separator).trim(),
    confidence: words.length === 0 ? 0 : confidenceOf(words),
    words: words.map(wordOf),
  }
}

/** `Metadata`: the last message. */
export function deepgramMetadata(facts: DeepgramFacts, durationSec: number): object {
  return { type: 'Metadata', ...commonMetadata(facts, durationSec, '') }
}

/**
 * The answer to a recording.
 * @param sha256 of its bytes
 */
export function deepgramFile(
  facts: DeepgramFacts,
  sha256: string,
  durationSec: number,
  segments: readonly Segment[],
  hasUtterances: boolean,
): object {
  const words = segments.flatMap((segment) => segment.words)
  const utterances = segments.map((segment) => ({
    id: uuidOf({ ...facts, model: `${facts.requestId} ${segment.begin}` }),
    start: rounded(segment.begin),
    end: rounded(segment.end),
    channel: 0,
    ...deepgramAlternative(segment.words, facts.separator),
  }))
  return {
    metadata: commonMetadata(facts, durationSec, sha256),
    results: {
      channels: [{ alternatives: [deepgramAlternative(words, facts.separator)] }],
      ...(hasUtterances && { utterances }),
    },
  }
}

function commonMetadata(facts: DeepgramFacts, durationSec: number, sha256: string) {
  return {
    transaction_key: 'deprecated',
    request_id: facts.requestId,
    sha256,
    created: new Date().toISOString(),
    duration: rounded(durationSec),
    channels: 1,
    models: [uuidOf(facts)],
    model_info: { [uuidOf(facts)]: modelInfo(facts) },
  }
}

function modelInfo({ model, version }: DeepgramFacts) {
  return { name: model, version, arch: 'asr-stream' }
}

/** The same for the same name. */
function uuidOf({ model }: DeepgramFacts): string {
  const hex = createHash('sha256').update(model).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

function wordOf({ text, begin, end, probability = 1 }: Word) {
  const word = text.trim()
  return {
    word: word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '') || word,
    start: rounded(begin),
    end: rounded(end),
    confidence: rounded(probability),
    punctuated_word: word,
  }
}
