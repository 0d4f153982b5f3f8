import { LevelMeter } from '../audio/level-meter.js'
import { formatLine } from '../output/formats/lines.js'
import type { LineWriter } from '../output/writers/line-writer.js'
import type { Display, OpenLines } from './display.js'
import type { LiveView } from './live-view.js'
import { effortStatus, microphoneStatus, positionStatus } from './status-line.js'

/** The meter moves so often. */
const METER_INTERVAL_MS = 100

export interface LiveDisplayOptions {
  readonly view: LiveView
  /** Whether a level meter is shown, and whether it has characters beyond ASCII. */
  readonly meter: 'none' | 'ascii' | 'unicode'
  /** Opens the file for the lines; null: there is none. */
  readonly open: OpenLines | null
}

/** Text that grows on a terminal, and lines in a file where they are wanted. */
export function displayLive({ view, meter, open }: LiveDisplayOptions): Display {
  const levels = new LevelMeter()
  let writer: LineWriter | null = null
  let nextMeter = 0
  let effort = ''
  return {
    loading: (text) => view.status(text),
    async start(separator) {
      view.begin(separator)
      view.status('listening')
      writer = (await open?.()) ?? null
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
          return
        case 'effort':
          effort = effortStatus(event)
          return
        case 'text-partial':
          return view.unconfirmed(event.segment)
        case 'text-final':
          view.commit(event.segment)
          return writer?.write(formatLine(event.emittedAt, event.segment))
      }
    },
    complete: async () => writer?.complete(),
    aside: (text) => view.aside(() => void process.stderr.write(text)),
    async close() {
      view.close()
      await writer?.close()
    },
  }
}
