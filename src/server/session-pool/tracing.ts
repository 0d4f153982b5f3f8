import type { SessionEvent } from './session-events.js'

/** What is told of work: never text of speech, and no paths. */
export type Facts = Readonly<Record<string, string | number | boolean>>

/** Work that takes a while, for whoever follows requests through programs. */
export interface TracedWork {
  /** A part of it that has just ended. */
  part(name: string, seconds: number, facts: Facts): void
  /** It is over. @param errorType what kind of error ended it; absent: none */
  end(facts: Facts, errorType?: string): void
}

/** Tells of work while it goes on. */
export interface Tracing {
  /** @param kind whether it is what somebody asked for, or part of that */
  start(name: string, kind: 'server' | 'internal', facts: Facts): TracedWork
}

const UNTRACED: TracedWork = { part: () => {}, end: () => {} }
/** Nobody wants to know. */
export const NO_TRACING: Tracing = { start: () => UNTRACED }

/** A stream of audio as work: each update is a part of it. */
export class TracedStream {
  readonly #work: TracedWork
  #computedSec = 0
  #takenSec = 0
  #words = 0
  #reason = 'aborted'

  constructor(work: TracedWork) {
    this.#work = work
  }

  /** Takes what comes of the stream. */
  event(event: SessionEvent): void {
    if (event.type === 'text-final') this.#words += event.segment.words.length
    else if (event.type === 'end') this.#reason = event.reason
    else if (event.type === 'progress') {
      this.#takenSec = event.takenSec
      if (event.recognizedSec < event.takenSec || event.computingSec <= this.#computedSec) return
      const facts = { 'asr_stream.audio.position': event.takenSec, 'asr_stream.lag': event.lagSec }
      this.#work.part('update', event.computingSec - this.#computedSec, facts)
      this.#computedSec = event.computingSec
    }
  }

  /** It is over. */
  end(): void {
    const facts = { 'asr_stream.audio.duration': this.#takenSec, 'asr_stream.words': this.#words }
    const isFailure = this.#reason === 'failed'
    this.#work.end({ ...facts, 'asr_stream.end.reason': this.#reason }, isFailure ? 'recognition' : undefined)
  }
}
