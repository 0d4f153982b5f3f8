import type { TranscriptEvent } from '../../core/events.js'
import type { Segment } from '../../core/types.js'
import type { SessionEvent } from '../session-pool/session-events.js'

/** An event as our own protocol has it; null: nothing that clients are told. Times are seconds. */
export function eventMessage(event: SessionEvent): Readonly<Record<string, unknown>> | null {
  switch (event.type) {
    case 'text-partial':
      return { type: 'partial', ...(event.segment ? textOf(event.segment) : NOTHING) }
    case 'text-final':
      return {
        type: 'final',
        ...textOf(event.segment),
        language: event.language ?? null,
        emitted_at: rounded(event.emittedAt),
      }
    case 'utterance-end':
    case 'turn-end':
      return { type: event.type, at: rounded(event.at) }
    case 'progress':
      return progressOf(event)
    case 'gap':
      return { type: 'gap', begin: rounded(event.begin), end: rounded(event.end), cause: event.cause }
    case 'effort':
      return null
    case 'end':
      return { type: 'end', reason: event.reason }
  }
}

function progressOf({ takenSec, recognizedSec, lagSec, computingSec }: TranscriptEvent & { type: 'progress' }) {
  return {
    type: 'progress',
    taken: rounded(takenSec),
    recognized: rounded(recognizedSec),
    lag: rounded(lagSec),
    computing: rounded(computingSec),
  }
}

const NOTHING = { begin: null, end: null, text: '', words: [] }

function textOf({ begin, end, text, words }: Segment) {
  return {
    begin: rounded(begin),
    end: rounded(end),
    text,
    words: words.map((word) => ({
      begin: rounded(word.begin),
      end: rounded(word.end),
      text: word.text,
      ...(word.probability === undefined ? {} : { probability: rounded(word.probability) }),
    })),
  }
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
