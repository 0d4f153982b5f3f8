import { LevelMeter } from '../audio/level-meter.js'
import type { TranscriptSink } from '../output/transcript-outputs.js'
import type { Display, OpenSink } from './display.js'
import type { LiveView } from './live-view.js'
import { effortStatus, microphoneStatus, positionStatus } from './status-line.js'

/** The meter moves so often. */
const METER_INTERVAL_MS = 100

export interface LiveDisplayOptions {
  readonly view: LiveView
  /** Whether a level meter is shown, and whether it has characters beyond ASCII. */
  readonly meter: 'none' | 'ascii' | 'unicode'
  /** Opens the files; null: there are none. */
  readonly open: OpenSink | null
}

/** Text that grows on a terminal, and text in files where that is wanted. */
export function displayLive({ view, meter, open }: LiveDisplayOptions): Display {
  const levels = new LevelMeter()
  let sink: TranscriptSink | null = null
  let nextMeter = 0
  let effort = ''
  return {
    loading: (text) => view.status(text),
    async start(facts) {
      view.begin(facts.separator)
      view.status('listening')
      sink = (await open?.(facts)) ?? null
    },
    arrived(audio) {
      levels.push(audio)
      if (meter === 'none' || performance.now() < nextMeter) return
      nextMeter = performance.now() + METER_INTERVAL_MS
      const { loudness, speech } = levels.level
      view.status(`${microphoneStatus(loudness, speech, meter === 'unicode')}${effort}`)
    },
    async take(event) {
      switch (event.type) {
        case 'progress':
          if (meter === 'none') view.status(`${positionStatus(event.recognizedSec, event.durationSec)}${effort}`)
          break
        case 'effort':
          effort = effortStatus(event)
          break
        case 'text-partial':
          view.unconfirmed(event.segment)
          break
        case 'text-final':
          view.commit(event.segment)
      }
      await sink?.take(event)
    },
    complete: async (isWhole) => sink?.complete(isWhole),
    aside: (text) => view.aside(() => void process.stderr.write(text)),
    async close() {
      view.close()
      await sink?.close()
    },
  }
}
