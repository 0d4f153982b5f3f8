import { createProgress } from '../log.js'
import { formatLine } from '../output/formats.js'
import { fileOutput, type LineWriter, standardOutput } from '../output/line-writer.js'
import { positionStatus } from '../output/status-line.js'
import type { TimedSegment } from '../pipeline.js'
import type { Segment } from '../types.js'

/** Where the text goes, and what is going on. */
export interface Display {
  /** Says what is going on before there is audio. */
  loading(text: string): void
  /** Opens what the text is written to. */
  start(stream: { readonly separator: string; readonly durationSec?: number | undefined }): Promise<void>
  /** Told of audio when it arrives. */
  arrived(audio: Float32Array): void
  /** Told of seconds that were handed to recognition. */
  heard(seconds: number): void
  readonly unconfirmed: (rest: Segment | null) => void
  write(text: TimedSegment): Promise<void>
  /** Writes for the log. */
  aside(text: string): void
  /** After an error as well as at the end. */
  close(): Promise<void>
}

export interface LinesOptions {
  readonly progress: boolean
  /** Path of the file for the lines; absent: standard output. */
  readonly output: string | undefined
  /** The file that is heard, which the lines must not replace. */
  readonly audio: string | undefined
  /** When it is aborted, a line that nobody takes is not waited for any longer. */
  readonly giveUp: AbortSignal
}

/** Lines, with a spinner on standard error where that is a terminal. */
export async function displayLines({ progress: wanted, output, audio, giveUp }: LinesOptions): Promise<Display> {
  const progress = await createProgress(wanted)
  let writer: LineWriter | null = null
  let durationSec: number | undefined
  return {
    loading: (text) => progress.show(text),
    async start(stream) {
      durationSec = stream.durationSec
      writer = output === undefined ? standardOutput(giveUp) : await fileOutput(output, audio ?? '')
    },
    arrived: () => {},
    heard: (seconds) => progress.show(positionStatus(seconds, durationSec)),
    unconfirmed: () => {},
    async write({ now, segment }) {
      const line = formatLine(now, segment)
      if (line !== null) await writer?.write(line)
    },
    aside: (text) => void process.stderr.write(text),
    async close() {
      progress.stop()
      await writer?.close()
    },
  }
}
