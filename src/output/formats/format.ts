import type { TranscriptEvent } from '../../core/events.js'

/** Turns the events of a stream into the text of a file, as they come: what was given is never changed afterwards. */
export interface TranscriptFormat {
  /** What the text begins with; may be empty. */
  readonly head: string
  /** What an event adds to the text; may be empty. Takes every event of a stream in order. */
  take(event: TranscriptEvent): string
  /** What is still held back, for a stream that ends without its last event; may be empty. */
  rest(): string
}

/** What formats need to know of a stream. */
export interface StreamFacts {
  /** Joins the texts of words and segments, as `Transcriber.separator`. */
  readonly separator: string
  /** The language of events that do not tell theirs; null: not known. */
  readonly language: string | null
  /** The name of the recording, where the texts of several stand together; absent: they do not. */
  readonly file?: string | undefined
  /** Whether events tell the channel from which they come; absent: no. */
  readonly hasChannels?: boolean | undefined
}
