import type { Segment, Word } from '../../core/types.js'
import type { Heard } from './recording.js'
import { rounded } from './spoken-segments.js'

/** What an answer is made of. */
export interface VerboseContent {
  readonly task: 'transcribe' | 'translate'
  /** Code or name; "auto": not known. */
  readonly language: string
  readonly text: string
  readonly segments: readonly Segment[]
  readonly heard: Heard
  /** Which times are wanted. */
  readonly wanted: readonly ('word' | 'segment')[]
}

/** The form `verbose_json` of OpenAI: segments, and words where they are asked for. */
export function openAiVerbose({ task, language, text, segments, heard, wanted }: VerboseContent): object {
  const words = segments.flatMap((segment) => segment.words)
  return {
    task,
    language: languageName(language),
    duration: rounded(heard.durationSec),
    text,
    ...(wanted.includes('word') && {
      words: words.map((word) => ({ word: word.text.trim(), start: rounded(word.begin), end: rounded(word.end) })),
    }),
    ...(wanted.includes('segment') && { segments: segments.map(segmentOf) }),
  }
}

function segmentOf({ begin, end, text, words }: Segment, id: number): object {
  return {
    id,
    seek: 0,
    start: rounded(begin),
    end: rounded(end),
    text: ` ${text}`,
    tokens: [],
    temperature: 0,
    avg_logprob: meanLogProbability(words),
    compression_ratio: 1,
    no_speech_prob: 0,
  }
}

function meanLogProbability(words: readonly Word[]): number {
  const known = words.flatMap(({ probability }) => (probability ? [Math.log(probability)] : []))
  return known.length === 0 ? 0 : rounded(known.reduce((sum, one) => sum + one, 0) / known.length)
}

/** As OpenAI writes it: "english" for "en". */
function languageName(language: string): string {
  if (language === 'auto') return 'unknown'
  try {
    return (new Intl.DisplayNames(['en'], { type: 'language' }).of(language) ?? language).toLowerCase()
  } catch (error) {
    if (error instanceof RangeError) return language.toLowerCase()
    throw error
  }
}
