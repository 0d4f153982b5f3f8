import { AsrStreamError, asUnexpectedError, BackendError } from '../core/errors.js'
import type { ASRProcessor, Segment } from '../core/types.js'
import { checkFinite, checkWordForms, demand, kindOf, RuleViolation } from '../core/word-checks.js'
import { cleanText, cleanWords } from './clean-words.js'
import { layerOn } from './processor-layer.js'

const FORM = 'nothing new is null, else it is { begin, end, text, words } with seconds of the stream'

/**
 * The one place where text of a processor that a backend brings comes in: shapes are checked, texts lose line breaks and
 * control characters, and whatever it throws is told with its name.
 */
export function checkedProcessor(processor: ASRProcessor, backend: string): ASRProcessor {
  const name = `the backend "${backend}"`
  const asked = async (call: string, signal: AbortSignal | undefined, ask: () => Promise<Segment | null>) => {
    try {
      return checkedSegment(await ask(), call)
    } catch (cause) {
      if (signal?.aborted || cause instanceof AsrStreamError) throw cause
      if (cause instanceof RuleViolation)
        throw new BackendError(`${name}: ${cause.what}`, { hint: cause.expected, cause })
      throw asUnexpectedError(`${name} fails while it recognizes`, cause)
    }
  }
  return {
    ...layerOn(processor),
    processIter: (signal) => asked('processIter()', signal, () => processor.processIter(signal)),
    finish: (signal) => asked('finish()', signal, () => processor.finish(signal)),
    unconfirmed: () => checkedSegment(processor.unconfirmed?.() ?? null, 'unconfirmed()'),
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
