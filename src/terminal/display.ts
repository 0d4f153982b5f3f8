import type { TranscriptEvent } from '../core/events.js'
import { formatLine } from '../output/formats/lines.js'
import type { LineWriter } from '../output/writers/line-writer.js'
import type { Progress } from './log.js'
import { effortStatus, positionStatus } from './status-line.js'

/** Where the text goes, and what is going on. */
export interface Display {
  /** Says what is going on before there is audio. */
  loading(text: string): void
  /** Opens what the text is written to. */
  start(separator: string): Promise<void>
  /** Called with audio when it arrives. */
  arrived(audio: Float32Array): void
  /** Shows, or writes, what an event of the stream brings. */
  take(event: TranscriptEvent): Promise<void>
  /** To be called when the stream has come to its end. */
  complete(): Promise<void>
  /** Writes for the log. */
  aside(text: string): void
  /** After an error as well as at the end. */
  close(): Promise<void>
}

/** Opens what lines are written to. */
export type OpenLines = () => Promise<LineWriter>

/**
 * Lines, with a spinner on standard error where that is a terminal.
 * @param isShared whether what reads the lines may write to that terminal as well: with the first line the spinner goes
 */
export function displayLines(progress: Progress, open: OpenLines, isShared: boolean): Display {
  let writer: LineWriter | null = null
  let isSilent = false
  let effort = ''
  return {
    loading: (text) => progress.show(text),
    async start() {
      writer = await open()
    },
    arrived: () => {},
    async take(event) {
      if (event.type === 'effort') effort = effortStatus(event)
      if (event.type === 'progress' && !isSilent) {
        progress.show(`${positionStatus(event.recognizedSec, event.durationSec)}${effort}`)
      }
      if (event.type !== 'text-final') return
      isSilent ||= isShared
      if (isSilent) progress.stop()
      await writer?.write(formatLine(event.emittedAt, event.segment))
    },
    complete: async () => writer?.complete(),
    aside: (text) => void process.stderr.write(text),
    async close() {
      progress.stop()
      await writer?.close()
    },
  }
}
