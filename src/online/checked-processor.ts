import { asUnexpectedError, BackendError } from '../core/errors.js'
import { SAMPLE_RATE } from '../core/sample-rate.js'
import type { ASRProcessor, Log, Segment, Word } from '../core/types.js'
import { checkFinite, checkWordForms, demand, kindOf, RuleViolation } from '../core/word-checks.js'
import { cleanText, cleanWords, type FarOff, farOffReport, wordsBetween } from './clean-words.js'
import { layerOn } from './processor-layer.js'

const FORM = 'nothing new is null, else it is { begin, end, text, words } with seconds of the stream'

/** How what a processor gives is checked. */
export interface ProcessorCheckOptions {
  /** Name of the backend, for messages. */
  readonly backend: string
  /** Whether times stay as they are, as in the reference. */
  readonly trusting?: boolean
  /** Called for times that are far off. Absent: not reported. */
  readonly log?: Log | undefined
}

/**
 * The one place where text of a processor that a backend brings comes in: shapes are checked, texts lose line breaks and
 * control characters, times outside of the audio or of the order are put right, and those that are far off are told,
 * once. Whatever it throws is told with its name.
 */
export function checkedProcessor(processor: ASRProcessor, options: ProcessorCheckOptions): ASRProcessor {
  const { backend, trusting = false, log } = options
  const name = `the backend "${backend}"`
  const order = new TimeOrder(backend, log)
  const placed = (segment: Segment | null) => (segment === null || trusting ? segment : order.placed(segment))
  const final = (given: unknown, call: string) => {
    const segment = placed(checkedSegment(given, call))
    if (segment) order.follows(segment)
    return segment
  }
  const named = (cause: unknown) =>
    cause instanceof RuleViolation
      ? new BackendError(`${name}: ${cause.what}`, { hint: cause.expected, cause })
      : asUnexpectedError(`${name} fails while it recognizes`, cause)
  const asked = async (call: string, signal: AbortSignal | undefined, ask: () => Promise<Segment | null>) => {
    try {
      return final(await ask(), call)
    } catch (cause) {
      throw signal?.aborted ? cause : named(cause)
    }
  }
  return {
    ...layerOn(processor, (offset) => order.begin(offset)),
    insertAudioChunk(audio) {
      order.receive(audio.length)
      processor.insertAudioChunk(audio)
    },
    processIter: (signal) => asked('processIter()', signal, () => processor.processIter(signal)),
    finish: (signal) => asked('finish()', signal, () => processor.finish(signal)),
    ...(processor.giveUp && {
      giveUp(reason: string) {
        try {
          const givenUp = processor.giveUp!(reason)
          return { ...givenUp, segment: final(givenUp.segment, 'giveUp()') }
        } catch (cause) {
          throw named(cause)
        }
      },
    }),
    unconfirmed() {
      try {
        return placed(checkedSegment(processor.unconfirmed?.() ?? null, 'unconfirmed()'))
      } catch (cause) {
        throw named(cause)
      }
    },
  }
}

/** Puts the times of a stream in order: nothing begins before what is final has ended, or ends after the audio. */
class TimeOrder {
  readonly #farOff: FarOff
  #beginSec = 0
  #receivedSamples = 0
  /** Segments may reach further than their words: each has an order of its own. */
  #lastEnd = { segment: 0, word: 0 }

  constructor(backend: string, log: Log | undefined) {
    this.#farOff = farOffReport(backend, log)
  }

  begin(offsetSec: number): void {
    this.#beginSec = offsetSec
    this.#receivedSamples = 0
    this.#lastEnd = { segment: offsetSec, word: offsetSec }
  }

  receive(samples: number): void {
    this.#receivedSamples += samples
  }

  placed(segment: Segment): Segment {
    const toSec = this.#beginSec + this.#receivedSamples / SAMPLE_RATE
    const inOrder = <Timed extends Word>(timed: readonly Timed[], fromSec: number) =>
      wordsBetween(timed, { fromSec, toSec, scale: 'of the stream' }, this.#farOff)
    const [whole = segment] = inOrder([segment], this.#lastEnd.segment)
    return { ...whole, words: inOrder(segment.words, this.#lastEnd.word) }
  }

  /** What is final: all that comes later follows it. */
  follows({ end, words }: Segment): void {
    this.#lastEnd = { segment: end, word: Math.max(this.#lastEnd.word, ...words.map((word) => word.end)) }
  }
}

/** @throws RuleViolation when it is no segment */
function checkedSegment(given: unknown, call: string): Segment | null {
  if (given === null || given === undefined) return null
  demand(typeof given === 'object' && !Array.isArray(given), `${call} gives ${kindOf(given)}`, FORM)
  const { begin, end, text, words } = given as Partial<Segment>
  demand(typeof begin === 'number', `begin of what ${call} gives is ${kindOf(begin)}`, FORM)
  demand(typeof end === 'number', `end of what ${call} gives is ${kindOf(end)}`, FORM)
  demand(typeof text === 'string', `text of what ${call} gives is ${kindOf(text)}`, FORM)
  checkWordForms(words, `what ${call} gives`)
  checkFinite([{ begin, end, text }, ...words], [], `what ${call} gives`)
  return { ...(given as Segment), text: cleanText(text), words: cleanWords(words) }
}
