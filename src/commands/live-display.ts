import { LevelMeter } from '../audio/level-meter.js'
import { LiveView, type Terminal } from '../output/live-view.js'
import { microphoneStatus, positionStatus } from '../output/status-line.js'
import type { Display } from './display.js'

/** The meter moves so often. */
const METER_INTERVAL_MS = 100

/** What a live display needs. */
export interface LiveOptions {
  readonly terminal: Terminal
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether a level meter is shown. */
  readonly meter: boolean
}

/** Whether text can be replaced in place there. */
export function isCapable(terminal: Terminal, env: LiveOptions['env']): boolean {
  return terminal.isTTY && terminal.columns > 0 && terminal.rows > 0 && env.TERM !== 'dumb'
}

/** Text that grows on a terminal. */
export function displayLive({ terminal, env, meter }: LiveOptions): Display {
  const view = new LiveView(terminal, !env.NO_COLOR)
  const levels = new LevelMeter()
  let durationSec: number | undefined
  let nextMeter = 0
  return {
    loading: (text) => view.status(text),
    async start(stream) {
      durationSec = stream.durationSec
      view.begin(stream.separator)
      view.status('listening')
    },
    arrived(audio) {
      levels.push(audio)
      if (!meter || performance.now() < nextMeter) return
      nextMeter = performance.now() + METER_INTERVAL_MS
      view.status(microphoneStatus(levels.level.loudness, levels.level.speech))
    },
    heard(seconds) {
      if (!meter) view.status(positionStatus(seconds, durationSec))
    },
    unconfirmed: (rest) => view.unconfirmed(rest),
    write: async ({ segment }) => view.commit(segment),
    aside: (text) => view.aside(() => void process.stderr.write(text)),
    close: async () => view.close(),
  }
}
