import { asUnexpectedError, messageOf } from '../core/errors.js'
import type { ASRProcessor, GivenUp, Log, Segment } from '../core/types.js'
import { checkFinite, checkWordForms, demand, kindOf, namedViolation, RuleViolation } from '../core/word-checks.js'
import { cleanText, cleanWords } from './clean-words.js'
import { FreshStart } from './fresh-start.js'
import { layerOn } from './processor-layer.js'
import { TextRange } from './text-range.js'

const GIVEN_UP_FORM = 'it gives { segment, begin, end, inParts, inARow }'
const FORM = 'nothing new is null, else it is { begin, end, text, words } with seconds of the stream'

/** How what a processor says is taken. */
export interface CheckedProcessorOptions {
  /** Whether times stay as they are, as in the reference. */
  readonly trusting?: boolean
  /** Is told, once, of what is left out. */
  readonly log?: Log | undefined
  /** Called with seconds of the stream that have no text, because a processor that cannot give up began anew. */
  readonly onLost?: (begin: number, end: number, reason: string) => void
}

/**
 * The one place where text of a processor that a backend brings comes in: shapes are checked, texts lose line breaks and
 * control characters, and nothing ends before it begins, lies before text that was said, or behind its audio. Whatever it
 * throws is told with its name. What it says besides its text is left out where it is wrong, unless it never was right: a
 * stream does not end of one wrong answer. One that cannot give audio up begins anew behind the audio that it fails on.
 *
 * @param backend its name
 */
export function checkedProcessor(
  processor: ASRProcessor,
  backend: string,
  { trusting = false, log, onLost }: CheckedProcessorOptions = {},
): ASRProcessor {
  const name = `the backend "${backend}"`
  const named = (cause: unknown) => asUnexpectedError(`${name} fails while it recognizes`, namedViolation(name, cause))
  const toldOf = new Set<string>()
  const leaveOut = (call: string, what: string) => {
    if (!toldOf.has(call)) log?.warn(what)
    toldOf.add(call)
  }
  const range = new TextRange((what) => leaveOut('times', `${name} gives ${what}; it is moved there`))
  const fresh = new FreshStart(processor)
  const placed = (given: unknown, call: string, isFinal = true) => {
    const segment = checkedSegment(given, call)
    if (segment === null || trusting) return segment
    return isFinal ? range.final(segment) : range.placed(segment)
  }
  const asked = async (call: string, signal: AbortSignal | undefined, ask: () => Promise<Segment | null>) => {
    try {
      const segment = placed(await ask(), call)
      fresh.wentWell(range.heardSec)
      return segment
    } catch (cause) {
      const error = signal?.aborted ? cause : named(cause)
      // It has said that, and will not say it again.
      if (cause instanceof RuleViolation) leaveOut(call, `${messageOf(error)}; what it said there is lost`)
      throw error
    }
  }
  const wereRight = new Set<string>()
  const beside = <Given>(call: string, ask: () => Given, nothing: Given): Given => {
    try {
      const given = ask()
      wereRight.add(call)
      return given
    } catch (cause) {
      if (!wereRight.has(call)) throw named(cause)
      leaveOut(call, `${messageOf(named(cause))}; it is left out`)
      return nothing
    }
  }
  const told = <Given>(ask: () => Given): Given => {
    try {
      return ask()
    } catch (cause) {
      throw named(cause)
    }
  }
  const goesOnAt = (offset: number) => {
    range.goesOnAt(offset)
    fresh.begins(offset)
  }
  const givenUp = (reason: string): GivenUp => {
    if (!processor.giveUp) {
      const lost = fresh.giveUp(range.heardSec)
      onLost?.(lost.begin, lost.end, reason)
      return lost
    }
    const given = processor.giveUp(reason)
    demand(typeof given === 'object' && given !== null, `giveUp() gives ${kindOf(given)}`, GIVEN_UP_FORM)
    return given
  }
  const unconfirmed = () => {
    const segment = beside(
      'unconfirmed()',
      () => placed(processor.unconfirmed?.() ?? null, 'unconfirmed()', false),
      null,
    )
    fresh.mayBecomeFinal(segment)
    return segment
  }
  return {
    ...layerOn(processor, (offset) => goesOnAt(offset)),
    insertAudioChunk(audio) {
      range.heard(audio.length)
      // What is given to a backend it may change, or transfer to a thread.
      processor.insertAudioChunk(audio.slice())
    },
    processIter: (signal) => asked('processIter()', signal, () => processor.processIter(signal)),
    finish: (signal) => asked('finish()', signal, () => processor.finish(signal)),
    giveUp: (reason) =>
      told(() => {
        const given = givenUp(reason)
        return { ...given, segment: placed(given.segment, 'giveUp()') }
      }),
    unconfirmed,
    utteranceEnd: () => beside('utteranceEnd()', () => checkedEnd(processor.utteranceEnd?.()), null),
    hasMore: () => beside('hasMore()', () => checkedAnswer(processor.hasMore?.()), false),
  }
}

/** @throws RuleViolation when it is neither a time nor nothing */
function checkedEnd(given: unknown): number | null {
  if (given === null || given === undefined) return null
  const what = `utteranceEnd() gives ${kindOf(given)}`
  demand(typeof given === 'number' && Number.isFinite(given), what, 'it is a second of the stream, or null')
  return given
}

/** @throws RuleViolation when it is no answer: a promise would be a yes for ever */
function checkedAnswer(given: unknown): boolean {
  if (given === null || given === undefined) return false
  demand(typeof given === 'boolean', `hasMore() gives ${kindOf(given)}`, 'it is true or false')
  return given
}

/** @throws RuleViolation when it is no segment; one without text is none */
function checkedSegment(given: unknown, call: string): Segment | null {
  if (given === null || given === undefined) return null
  demand(typeof given === 'object' && !Array.isArray(given), `${call} gives ${kindOf(given)}`, FORM)
  const { begin, end, text, words } = given as Partial<Segment>
  demand(typeof begin === 'number', `begin of what ${call} gives is ${kindOf(begin)}`, FORM)
  demand(typeof end === 'number', `end of what ${call} gives is ${kindOf(end)}`, FORM)
  demand(typeof text === 'string', `text of what ${call} gives is ${kindOf(text)}`, FORM)
  checkWordForms(words, `what ${call} gives`)
  checkFinite([{ begin, end, text }, ...words], [], `what ${call} gives`)
  const spoken = cleanWords(words).filter((word) => word.text !== '')
  if (text.trim() === '' && spoken.every((word) => word.text.trim() === '')) return null
  return { ...(given as Segment), text: cleanText(text), words: spoken }
}
