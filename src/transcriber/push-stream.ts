import type { AudioChunk } from '../audio/sources/iterable-bytes.js'
import type { TranscriptEvent } from '../core/events.js'
import type { PushedAudio } from './push-audio.js'
import { readOnce } from './read-once.js'

/** A stream to which a program writes audio (`write`, `end`), and which yields events, once. */
export interface PushStream extends AsyncIterable<TranscriptEvent> {
  /**
   * Adds audio after the audio written before: samples (mono, at `rawRate` Hz), or bytes of a WAV or of raw audio. The data
   * is copied.
   *
   * @returns whether there is room for more. If not, wait for `drained()`; audio that is written anyway is kept. Also false
   *   when the stream has ended by itself, as with its `signal`: then the audio is left out
   * @throws UsageError after `end()`, and for what is neither samples nor bytes
   */
  write(audio: AudioChunk): boolean
  /** Resolves when there is room for more audio, or the stream has ended. */
  drained(): Promise<void>
  /** Says that no more audio comes. The audio so far is recognized to its end. */
  end(): void
  /**
   * The events of the stream, once.
   * @throws UsageError the second time
   */
  [Symbol.asyncIterator](): AsyncGenerator<TranscriptEvent, void, undefined>
}

/** A stream over audio that a `PushedAudio` collects. */
export class PushedStream implements PushStream {
  readonly #audio: PushedAudio
  readonly #events: AsyncGenerator<TranscriptEvent, void, undefined>

  constructor(audio: PushedAudio, events: AsyncGenerator<TranscriptEvent, void, undefined>) {
    this.#audio = audio
    this.#events = readOnce(closing(audio, events))
  }

  write(audio: AudioChunk): boolean {
    return this.#audio.write(audio)
  }

  drained(): Promise<void> {
    return this.#audio.drained()
  }

  end(): void {
    this.#audio.end()
  }

  [Symbol.asyncIterator](): AsyncGenerator<TranscriptEvent, void, undefined> {
    return this.#events[Symbol.asyncIterator]()
  }
}

/** When the events end, nothing more is read, even if nothing was before. */
async function* closing(audio: PushedAudio, events: AsyncIterable<TranscriptEvent>): AsyncGenerator<TranscriptEvent> {
  try {
    yield* events
  } finally {
    audio.close()
  }
}
