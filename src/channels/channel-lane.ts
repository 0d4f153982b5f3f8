import type { TranscriptEvent } from '../core/events.js'
import { gatherSentences, type SentenceGatherer } from '../output/text/sentences.js'

/**
 * Text that is found late begins at most so many seconds before the audio of the last update: a word is not heard before a
 * good part of it is there.
 */
const LATE_SEC = 2

/** How the events of a channel are ordered. */
export interface LaneOptions {
  /** Joins words, as `Transcriber.separator`. */
  readonly separator: string
  /** Whether final text is gathered into sentences. */
  readonly sentences: boolean
  /** Seconds of audio in an update; null: there is one update only, and no text before its end. */
  readonly stepSec: number | null
}

/** Events that wait, and when they begin. */
interface WaitingEvent {
  readonly event: TranscriptEvent
  readonly sec: number
}

/** The events of one channel: those that wait, and how early the next may begin. */
export class ChannelLane {
  readonly #name: string
  readonly #events: AsyncGenerator<TranscriptEvent, void, undefined>
  readonly #gatherer: SentenceGatherer | null
  readonly #stepSec: number
  readonly #lateSec: number
  readonly #waiting: WaitingEvent[] = []
  #advancing: Promise<void> | null = null
  /** Nothing of this channel begins before this second any more. */
  #boundSec = 0
  /** Where final text begins that is not given yet, as its sentence is not complete; null: there is none. */
  #heldSec: number | null = null
  /** Where text begins that may still change; null: there is none. */
  #partialSec: number | null = null
  /** Where such text began that begins later now, or is gone: the next update often brings it back. */
  #moved: { readonly sec: number; readonly untilSec: number } | null = null
  #takenSec = 0
  /** Whether the stream has come to its end. */
  isOver = false
  /** What the stream failed with; null: it did not. */
  failure: { readonly error: unknown } | null = null

  constructor(
    name: string,
    events: AsyncGenerator<TranscriptEvent, void, undefined>,
    { separator, sentences, stepSec }: LaneOptions,
  ) {
    this.#name = name
    this.#events = events
    this.#stepSec = stepSec ?? Number.POSITIVE_INFINITY
    this.#lateSec = this.#stepSec + LATE_SEC
    this.#gatherer = sentences ? gatherSentences(separator, null) : null
  }

  get hasEvents(): boolean {
    return this.#waiting.length > 0
  }

  /** Second before which nothing comes from here. */
  get nextSec(): number {
    return this.#waiting[0]?.sec ?? (this.isOver ? Number.POSITIVE_INFINITY : this.#boundSec)
  }

  /** Takes the first of the events that wait. */
  shift(): TranscriptEvent | undefined {
    return this.#waiting.shift()?.event
  }

  /** Waits for the next event of the stream; never rejects. */
  advance(): Promise<void> {
    this.#advancing ??= this.#advance().finally(() => {
      this.#advancing = null
    })
    return this.#advancing
  }

  async #advance(): Promise<void> {
    try {
      const { done, value } = await this.#events.next()
      if (done) this.#end()
      else this.#take(value)
    } catch (error) {
      this.failure = { error }
      this.#end()
    }
  }

  #end(): void {
    this.isOver = true
    for (const event of this.#gatherer?.rest() ?? []) this.#add(event)
  }

  #take(event: TranscriptEvent): void {
    const given = this.#gatherer?.take(event) ?? [event]
    for (const one of given) this.#add(one)
    this.#heldSec = this.#heldAfter(event, given)
    if (event.type === 'text-partial') this.#takePartial(event.segment?.begin ?? null)
    if (event.type === 'text-final') this.#partialSec = this.#moved = null
    if (event.type !== 'progress') return
    this.#takenSec = event.takenSec
    if (this.#moved && event.recognizedSec >= this.#moved.untilSec) this.#moved = null
    const earliest = Math.min(
      event.recognizedSec - this.#lateSec,
      this.#partialSec ?? Number.POSITIVE_INFINITY,
      this.#moved?.sec ?? Number.POSITIVE_INFINITY,
      this.#heldSec ?? Number.POSITIVE_INFINITY,
    )
    this.#boundSec = Math.max(this.#boundSec, earliest)
  }

  #takePartial(begin: number | null): void {
    const before = this.#partialSec
    if (before !== null && before < (begin ?? Number.POSITIVE_INFINITY)) {
      this.#moved = { sec: before, untilSec: this.#takenSec + this.#stepSec }
    }
    this.#partialSec = begin
  }

  /** Where text begins that the gatherer holds back after an event. */
  #heldAfter(event: TranscriptEvent, given: readonly TranscriptEvent[]): number | null {
    if (event.type === 'progress' || event.type === 'effort' || event.type === 'text-partial') return this.#heldSec
    if (event.type !== 'text-final') return null
    const last = given.findLast((one) => one.type === 'text-final')
    if (last === undefined) return this.#heldSec ?? event.segment.begin
    return last.segment.end < event.segment.end ? last.segment.end : null
  }

  #add(event: TranscriptEvent): void {
    this.#boundSec = Math.max(this.#boundSec, beginOf(event) ?? 0)
    this.#waiting.push({ event: { ...event, channel: this.#name }, sec: this.#boundSec })
  }
}

/** Second at which what an event tells begins; null: it has no time of its own, and stands where it comes. */
function beginOf(event: TranscriptEvent): number | null {
  if (event.type === 'text-final') return event.segment.begin
  if (event.type === 'gap') return event.begin
  return event.type === 'utterance-end' ? event.at : null
}
