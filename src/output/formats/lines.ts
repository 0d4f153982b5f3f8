import { terminalText } from '../../core/terminal-text.js'
import type { Segment } from '../../core/types.js'
import type { TranscriptFormat } from './format.js'
import { markedText } from './marked-text.js'

/** The parts of a segment that a line shows; of its words, which are doubtful. */
export type LineOf = Pick<Segment, 'begin' | 'end' | 'text'> & Partial<Pick<Segment, 'words'>>

/**
 * The output line of whisper_online.py: `"%1.4f %1.0f %1.0f %s"` of emission, begin and end in milliseconds, and the
 * text, in which doubtful words are marked.
 *
 * @param now emission time in seconds
 * @returns null when there is nothing to print
 */
export function formatLine(now: number, segment: LineOf): string
export function formatLine(now: number, segment: LineOf | null): string | null
export function formatLine(now: number, segment: LineOf | null): string | null {
  if (!segment) return null
  const { begin, end } = segment
  return `${fixed(now * 1000, 4)} ${fixed(begin * 1000, 0)} ${fixed(end * 1000, 0)} ${terminalText(markedText(segment))}`
}

/**
 * The output lines of whisper_online_server.py: start and end in milliseconds, and the text. A line never starts before the
 * end of the line before.
 *
 * Ref: whisper_online_server.py ServerProcessor.format_output_transcript, Connection.send.
 *
 * @param compat exactly as the reference: a line may end before it begins, and one that equals the line before is left
 * out
 */
export function serverLines(compat: boolean): (segment: Segment) => string | null {
  let lastEnd = Number.NEGATIVE_INFINITY
  let lastLine: string | null = null
  return (segment) => {
    const { begin, end } = segment
    const from = Math.max(begin * 1000, lastEnd)
    // Differs from reference: an end before its begin is no time at all.
    lastEnd = compat ? end * 1000 : Math.max(from, end * 1000)
    const line = `${fixed(from, 0)} ${fixed(lastEnd, 0)} ${terminalText(markedText(segment))}`
    if (compat && line === lastLine) return null
    lastLine = line
    return line
  }
}

/**
 * A number with so many decimals, as C's printf: rounded half to even on the exact binary value. `toFixed` is exact as
 * well, but takes the larger of two results that are equally near.
 */
function fixed(value: number, decimals: 0 | 4): string {
  const size = Math.abs(value)
  if (!isTie(size, decimals)) return value.toFixed(decimals)
  const scale = 10 ** decimals
  const below = Math.floor(size * scale)
  const even = below % 2 === 0 ? below : below + 1
  return (value < 0 ? '-' : '') + (even / scale).toFixed(decimals)
}

/** Whether two results are equally near; with four decimals only multiples of 1/32 can lie in the middle. */
function isTie(size: number, decimals: 0 | 4): boolean {
  if (size >= 2 ** 40) return false
  return decimals === 0 ? size % 1 === 0.5 : (size * 32) % 1 === 0 && (size * 32 * 312.5) % 1 === 0.5
}

/** With the name of its channel in front of the text, whose doubtful words are marked before. */
function named(line: LineOf, channel: string): LineOf {
  return { begin: line.begin, end: line.end, text: `${channel}: ${markedText(line).trimStart()}` }
}

/**
 * The output lines of whisper_online.py, one for each piece of final text.
 * @param wordTimestamps whether there is one for each word
 */
export function lines(wordTimestamps = false): TranscriptFormat {
  return {
    head: '',
    take(event) {
      if (event.type !== 'text-final') return ''
      const { segment, emittedAt, channel } = event
      return (wordTimestamps ? segment.words.map((word) => ({ ...word, words: [word] })) : [segment])
        .map((one) => `${formatLine(emittedAt, channel === undefined ? one : named(one, channel))}\n`)
        .join('')
    },
    rest: () => '',
  }
}
