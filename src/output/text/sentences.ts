import type { TextFinalEvent, TranscriptEvent } from '../../core/events.js'
import type { Segment, Word } from '../../core/types.js'
import { endsSentence } from './sentence-ends.js'

/** A pause of so many seconds ends a sentence that has no full stop. */
const PAUSE_SEC = 2

/** Changes the final text of a stream of events: a segment for each sentence. */
export interface SentenceGatherer {
  /** The events that an event becomes. */
  take(event: TranscriptEvent): readonly TranscriptEvent[]
  /** What is left of a stream that ends without its last event. */
  rest(): readonly TranscriptEvent[]
}

/**
 * Gathers final words until their sentence is complete: it ends, the utterance ends, there is a pause, or the stream ends. Until
 * then they are in front of the partial text.
 *
 * @param separator joins words
 * @param usual language of events that do not tell theirs
 */
export function gatherSentences(separator: string, usual: string | null): SentenceGatherer {
  let held: readonly Word[] = []
  let last: Pick<TextFinalEvent, 'emittedAt' | 'language'> = { emittedAt: 0 }
  const given = (): readonly TranscriptEvent[] => {
    if (held.length === 0) return []
    const segment = joined(held, separator)
    held = []
    return [{ ...last, type: 'text-final', segment }]
  }
  const final = (event: TextFinalEvent): readonly TranscriptEvent[] => {
    const { segment, ...rest } = event
    const events: TranscriptEvent[] = []
    for (const word of segment.words.length > 0 ? segment.words : [segment]) {
      const before = held.at(-1)
      if (before && word.begin - before.end > PAUSE_SEC) events.push(...given())
      last = rest
      held = [...held, { ...word }]
      if (endsSentence(word.text, event.language ?? usual)) events.push(...given())
    }
    return events
  }
  return {
    take(event) {
      switch (event.type) {
        case 'text-final':
          return final(event)
        case 'text-partial': {
          const words = [...held, ...(event.segment?.words ?? [])]
          return [{ type: 'text-partial', segment: words.length === 0 ? null : joined(words, separator) }]
        }
        case 'progress':
        case 'effort':
          return [event]
        default:
          return [...given(), event]
      }
    },
    rest: given,
  }
}

function joined(words: readonly Word[], separator: string): Segment {
  const [first] = words
  const text = words.map((word) => word.text).join(separator)
  return { begin: first?.begin ?? 0, end: words.at(-1)?.end ?? 0, text, words }
}
