import type { TranscriptEvent } from '../core/events.js'
import type { StreamFacts } from '../output/formats/format.js'
import type { TranscriptSink } from '../output/transcript-outputs.js'
import type { Progress } from './log.js'
import { effortStatus, positionStatus } from './status-line.js'

/** Where the text goes, and what is going on. */
export interface Display {
  /** Says what is going on before there is audio. */
  loading(text: string): void
  /** Opens what the text is written to. */
  start(facts: StreamFacts): Promise<void>
  /** Called with audio when it arrives. */
  arrived(audio: Float32Array): void
  /** Shows, or writes, what an event of the stream brings. */
  take(event: TranscriptEvent): Promise<void>
  /**
   * To be called when the stream has come to its end.
   * @param isWhole whether all audio was transcribed
   */
  complete(isWhole: boolean): Promise<void>
  /** Writes for the log. */
  aside(text: string): void
  /** After an error as well as at the end. */
  close(): Promise<void>
}

/** Opens what the text is written to. */
export type OpenSink = (facts: StreamFacts) => Promise<TranscriptSink>

/**
 * Text that is written, with a spinner on standard error where that is a terminal.
 * @param isShared whether what reads the text may write to that terminal as well: with the first text the spinner goes
 */
export function displayWritten(progress: Progress, open: OpenSink, isShared: boolean): Display {
  let sink: TranscriptSink | null = null
  let isSilent = false
  let effort = ''
  return {
    loading: (text) => progress.show(text),
    async start(facts) {
      sink = await open(facts)
    },
    arrived: () => {},
    async take(event) {
      if (event.type === 'effort') effort = effortStatus(event)
      if (event.type === 'progress' && !isSilent) {
        progress.show(`${positionStatus(event.recognizedSec, event.durationSec)}${effort}`)
      }
      if (event.type === 'text-final') isSilent ||= isShared
      if (isSilent) progress.stop()
      await sink?.take(event)
    },
    complete: async (isWhole) => sink?.complete(isWhole),
    aside: (text) => void process.stderr.write(text),
    async close() {
      progress.stop()
      await sink?.close()
    },
  }
}
