import type { TranscriptEvent } from '../../core/events.js'
import type { Segment } from '../../core/types.js'

/** The client has said that what it said so far is to be final, and it is. */
export interface TurnEndEvent {
  readonly type: 'turn-end'
  /** Second of the session up to which audio came. */
  readonly at: number
}

/** The text is probably not what was said, and why. */
export interface WarningEvent {
  readonly type: 'warning'
  /** One line. */
  readonly message: string
}

/** What comes of a session. */
export type SessionEvent = TranscriptEvent | TurnEndEvent | WarningEvent

/** The end of a session without audio. */
export const NOTHING_HEARD: SessionEvent = {
  type: 'end',
  reason: 'complete',
  ledger: { sums: [], entries: [], lifts: [] },
  timings: [],
}

/** An event of a part of a session, with the times of the session. */
export function shifted(event: TranscriptEvent, seconds: number): TranscriptEvent {
  if (seconds === 0) return event
  switch (event.type) {
    case 'text-final':
      return { ...event, segment: movedSegment(event.segment, seconds), emittedAt: event.emittedAt + seconds }
    case 'text-partial':
      return { ...event, segment: event.segment && movedSegment(event.segment, seconds) }
    case 'utterance-end':
      return { ...event, at: event.at + seconds }
    case 'progress':
      return { ...event, takenSec: event.takenSec + seconds, recognizedSec: event.recognizedSec + seconds }
    case 'gap':
      return { ...event, begin: event.begin + seconds, end: event.end + seconds }
    case 'effort':
    case 'end':
      return event
  }
}

function movedSegment(segment: Segment, seconds: number): Segment {
  return {
    ...segment,
    begin: segment.begin + seconds,
    end: segment.end + seconds,
    words: segment.words.map((word) => ({ ...word, begin: word.begin + seconds, end: word.end + seconds })),
  }
}
