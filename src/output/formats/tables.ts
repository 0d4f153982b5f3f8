import type { TextFinalEvent, TranscriptEvent } from '../../core/events.js'
import { terminalText } from '../../core/terminal-text.js'
import type { TranscriptFormat } from './format.js'

/** How a table is written. */
export interface TableOptions {
  /** Whether there is a row for each word, with its probability, and not for each segment. */
  readonly wordTimestamps?: boolean
  /** Whether there is a column for the channel, before the text. */
  readonly hasChannels?: boolean | undefined
}

/** Rows of start and end in milliseconds, and the text; as Whisper writes them, with tabs between. */
export function tsv(options: TableOptions = {}): TranscriptFormat {
  return table(options, '\t', (text) => text)
}

/**
 * Rows of start and end in milliseconds, and the text, with commas between.
 *
 * Ref: RFC 4180, with line feeds alone.
 */
export function csv(options: TableOptions = {}): TranscriptFormat {
  return table(options, ',', (text) => `"${text.replaceAll('"', '""')}"`)
}

type Cell = string | number | null

function table(
  { wordTimestamps = false, hasChannels = false }: TableOptions,
  separator: string,
  quoted: (text: string) => string,
): TranscriptFormat {
  const names = [
    'start',
    'end',
    ...(hasChannels ? ['channel'] : []),
    'text',
    ...(wordTimestamps ? ['probability'] : []),
  ]
  const row = (cells: readonly Cell[]) =>
    `${cells.map((cell) => (typeof cell === 'string' ? quoted(cell) : String(cell ?? ''))).join(separator)}\n`
  const inChannel =
    ({ channel = '' }: TextFinalEvent) =>
    (cells: readonly Cell[]) =>
      hasChannels ? [...cells.slice(0, 2), channel, ...cells.slice(2)] : cells
  return {
    head: `${names.join(separator)}\n`,
    take: (event: TranscriptEvent) =>
      event.type === 'text-final'
        ? (wordTimestamps ? wordRows(event) : segmentRows(event)).map(inChannel(event)).map(row).join('')
        : '',
    rest: () => '',
  }
}

function segmentRows({ segment: { begin, end, text } }: TextFinalEvent): readonly (readonly Cell[])[] {
  return [[Math.round(begin * 1000), Math.round(end * 1000), terminalText(text).trim()]]
}

function wordRows({ segment }: TextFinalEvent): readonly (readonly Cell[])[] {
  return segment.words.map(({ begin, end, text, probability }) => [
    Math.round(begin * 1000),
    Math.round(end * 1000),
    terminalText(text).trim(),
    probability === undefined ? null : Math.round(probability * 1000) / 1000,
  ])
}
