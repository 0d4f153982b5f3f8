import type { TranscriptEvent } from '../../core/events.js'
import type { Segment } from '../../core/types.js'
import type { StreamFacts, TranscriptFormat } from './format.js'

/** Of the lines; a larger number when a program that reads them would have to be changed. */
export const JSON_LINES_VERSION = 1

/** Digits of seconds and probabilities: a tenth of a millisecond. */
const DECIMALS = 4

/** What an event is as JSON, without the number of the line. */
export type JsonEvent = Readonly<Record<string, unknown>> & { readonly version: number; readonly type: string }

/** A line of JSON for each event, numbered. */
export function jsonLines(facts: StreamFacts): TranscriptFormat {
  const events = jsonEvents(facts)
  let seq = 0
  const take = (event: TranscriptEvent): string => {
    const content = events(event)
    if (content === null) return ''
    const { version, ...rest } = content
    return `${JSON.stringify({ version, seq: ++seq, ...rest })}\n`
  }
  return { head: '', take, rest: () => '' }
}

/**
 * The events of a recording as JSON, as `streamEvents`; each channel that is transcribed separately is a stream.
 *
 * @returns takes every event in order; null: nothing is told of it
 */
export function jsonEvents(facts: StreamFacts): (event: TranscriptEvent) => JsonEvent | null {
  const streams = new Map<string | undefined, ReturnType<typeof streamEvents>>()
  return (event) => {
    const { channel } = event
    const stream = streams.get(channel) ?? streamEvents(facts, channel)
    streams.set(channel, stream)
    return stream(event)
  }
}

/**
 * The events of a stream as JSON; `docs/events.schema.json` says what is in them. The texts of words, joined, are the text
 * of their segment; those of final segments, joined, are the transcript: what joins words is part of them.
 *
 * @returns takes every event of a stream in order; null: nothing is told of it
 */
function streamEvents(
  { separator, language: usual, file }: StreamFacts,
  channel: string | undefined,
): (event: TranscriptEvent) => JsonEvent | null {
  let segments = 1
  let utterances = 1
  let gaps = 0
  let isOpen = false
  const named = { ...(file !== undefined && { file }), ...(channel !== undefined && { channel }) }
  const line = (type: string, content: object): JsonEvent => ({
    version: JSON_LINES_VERSION,
    type,
    ...named,
    ...content,
  })
  const text = (segment: Segment) => {
    const isFirst = segments === 1
    const words = segment.words.map((word, at) => ({
      begin: rounded(word.begin),
      end: rounded(word.end),
      text: (at === 0 && isFirst ? '' : separator) + word.text,
      ...(word.probability === undefined ? {} : { probability: rounded(word.probability) }),
      ...(word.confidence === undefined ? {} : { confidence: rounded(word.confidence) }),
      ...(word.isDoubtful === undefined ? {} : { isDoubtful: word.isDoubtful }),
    }))
    const whole = words.length > 0 ? words.map((word) => word.text).join('') : (isFirst ? '' : separator) + segment.text
    return { begin: rounded(segment.begin), end: rounded(segment.end), text: whole, words }
  }
  const name = () => ({ id: `s${segments}`, utterance: utterances })
  return (event) => {
    switch (event.type) {
      case 'text-partial':
        return line('partial', { ...name(), ...(event.segment ? text(event.segment) : NOTHING) })
      case 'text-final': {
        const language = event.language ?? usual
        const content = { ...name(), ...text(event.segment), language, emittedAt: rounded(event.emittedAt) }
        segments++
        isOpen = true
        return line('final', content)
      }
      case 'utterance-end': {
        const content = { id: `u${utterances}`, at: rounded(event.at) }
        utterances++
        isOpen = false
        return line('utterance-end', content)
      }
      case 'progress': {
        const { takenSec, recognizedSec, durationSec, lagSec, computingSec } = event
        return line('progress', {
          taken: rounded(takenSec),
          recognized: rounded(recognizedSec),
          duration: durationSec === undefined ? null : rounded(durationSec),
          lag: rounded(lagSec),
          computing: rounded(computingSec),
        })
      }
      // How much is computed is of no concern to who reads text.
      case 'effort':
        return null
      case 'gap': {
        const { begin, end, cause, reason } = event
        return line('gap', { id: `g${++gaps}`, begin: rounded(begin), end: rounded(end), cause, reason })
      }
      case 'end': {
        const { reason, ledger, timings } = event
        const stages = timings.map((stage) => ({ ...stage, seconds: rounded(stage.seconds) }))
        const counts = { segments: segments - 1, utterances: isOpen ? utterances : utterances - 1, gaps }
        return line('end', { reason, ...counts, ledger: ledger.sums, timings: stages })
      }
    }
  }
}

const NOTHING = { begin: null, end: null, text: '', words: [] }

function rounded(value: number): number {
  const scale = 10 ** DECIMALS
  return Math.round(value * scale) / scale
}
