import { z } from 'zod'

/** A stretch of text with times. */
export interface AnsweredText {
  /** Seconds from the start of the audio, as the service has them. */
  readonly begin: number
  readonly end: number
  readonly text: string
}

/** A word as the service has it: often without punctuation. */
export interface AnsweredWord extends AnsweredText {
  readonly probability?: number
}

/** A segment as the service has it. */
export interface AnsweredSegment extends AnsweredText {
  /** Probability that nobody speaks in it. */
  readonly noSpeech: number
}

/** What a service answered; null: it gave no such thing. */
export interface ServiceAnswer {
  readonly text: string | null
  readonly words: readonly AnsweredWord[] | null
  readonly segments: readonly AnsweredSegment[] | null
}

const word = z
  .object({
    start: z.number(),
    end: z.number(),
    word: z.string(),
    probability: z.number().min(0).max(1).optional().catch(undefined),
  })
  .transform(({ start, end, word: text, probability }) => ({
    begin: start,
    end: Math.max(start, end),
    text,
    ...(probability === undefined ? {} : { probability }),
  }))
const segment = z
  .object({ start: z.number(), end: z.number(), text: z.string(), no_speech_prob: z.number().catch(0) })
  .transform(({ start, end, text, no_speech_prob }) => ({
    begin: start,
    end: Math.max(start, end),
    text,
    noSpeech: no_speech_prob,
  }))
/** Words that have no times are left out: the text still has them. */
const words = z.array(z.unknown()).transform((all) => all.map((one) => word.safeParse(one)))
const answerSchema = z
  .object({
    text: z.string().nullable().catch(null),
    words: words.nullable().catch(null),
    segments: z.array(segment).nullable().catch(null),
  })
  .transform(({ text, words: parsed, segments }) => ({
    text,
    words: parsed?.flatMap(({ data }) => data ?? []) ?? null,
    segments,
  }))
/** whisper.cpp's server has the words within their segments. */
const nestedWords = z.object({ segments: z.array(z.object({ words: z.array(z.unknown()) })) })

/**
 * Reads an answer in the form verbose_json, or in as much of it as the server knows. Source: OpenAI's API reference.
 *
 * @returns null when it is no transcription
 * @throws SyntaxError when it is not JSON
 */
export function parseAnswer(body: string): ServiceAnswer | null {
  const json: unknown = JSON.parse(body)
  const result = answerSchema.safeParse(json)
  if (!result.success) return null
  const { text, segments } = result.data
  const answered = result.data.words?.length ? result.data.words : (wordsOfSegments(json) ?? result.data.words)
  if (text === null && segments === null && answered === null) return null
  const isEmpty = (list: readonly unknown[] | null) => list?.length === 0 && text?.trim() !== ''
  return {
    text,
    // An empty list beside a text means that the server does not know.
    words: isEmpty(answered) ? null : answered,
    segments: isEmpty(segments) ? null : segments,
  }
}

function wordsOfSegments(json: unknown): readonly AnsweredWord[] | null {
  const nested = nestedWords.safeParse(json)
  if (!nested.success) return null
  const all = nested.data.segments.flatMap((one) => one.words)
  return words.parse(all).flatMap(({ data }) => data ?? [])
}
