import type { Segment } from '../core/types.js'
import { formatLine } from '../output/formats/lines.js'
import type { LineWriter } from '../output/writers/line-writer.js'
import type { TimedSegment } from '../transcriber/pipeline.js'
import type { Progress } from './log.js'
import { positionStatus } from './status-line.js'

/** Where the text goes, and what is going on. */
export interface Display {
  /** Says what is going on before there is audio. */
  loading(text: string): void
  /** Opens what the text is written to. */
  start(stream: { readonly separator: string; readonly durationSec?: number | undefined }): Promise<void>
  /** Told of audio when it arrives. */
  arrived(audio: Float32Array): void
  /** Told up to which second of the recording everything is recognised. */
  recognised(seconds: number): void
  readonly unconfirmed: (rest: Segment | null) => void
  write(text: TimedSegment): Promise<void>
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
  let durationSec: number | undefined
  let isSilent = false
  return {
    loading: (text) => progress.show(text),
    async start(stream) {
      durationSec = stream.durationSec
      writer = await open()
    },
    arrived: () => {},
    recognised: (seconds) => void (isSilent || progress.show(positionStatus(seconds, durationSec))),
    unconfirmed: () => {},
    async write({ now, segment }) {
      isSilent ||= isShared
      if (isSilent) progress.stop()
      await writer?.write(formatLine(now, segment))
    },
    complete: async () => writer?.complete(),
    aside: (text) => void process.stderr.write(text),
    async close() {
      progress.stop()
      await writer?.close()
    },
  }
}
