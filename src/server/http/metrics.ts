import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Meter } from '../session-pool/session-pool.js'

/** Seconds; lag is measured at every update. */
const LAG_BUCKETS = [0.25, 0.5, 1, 1.5, 2, 3, 5, 10, 30]
const STEP_BUCKETS = [0.25, 0.5, 1, 1.25, 1.5, 2, 3, 5, 10]
const UPDATE_BUCKETS = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3, 6, 12]

/** What is counted besides what happens in sessions. */
export interface MeasuredState {
  readonly sessions: number
  readonly maxSessions: number
  readonly filesRunning: number
  readonly filesWaiting: number
  readonly isReady: boolean
}

/** Figures for Prometheus. */
export interface Metrics extends Meter {
  /** The type of the text. */
  readonly contentType: string
  /** A request was answered. */
  answered(route: string, status: number, seconds: number): void
  text(): Promise<string>
}

/** Starts counting; `state` is asked whenever somebody looks. */
export function createMetrics(state: () => MeasuredState): Metrics {
  const registers = [new Registry()]
  const [register] = registers as [Registry]
  collectDefaultMetrics({ register })
  const gauge = (name: string, help: string, value: (now: MeasuredState) => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value(state()))
      },
    })
  gauge('asr_sessions_active', 'Live sessions', ({ sessions }) => sessions)
  gauge('asr_sessions_max', 'Live sessions that there may be', ({ maxSessions }) => maxSessions)
  gauge('asr_files_running', 'Recordings that are being recognized', ({ filesRunning }) => filesRunning)
  gauge('asr_files_waiting', 'Recordings that wait', ({ filesWaiting }) => filesWaiting)
  gauge('asr_ready', 'Whether there is room for one more session', ({ isReady }) => Number(isReady))
  const histogram = (name: string, help: string, buckets: number[], labelNames: string[] = []) =>
    new Histogram({ name, help, buckets, labelNames, registers })
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers })
  const lag = histogram('asr_lag_seconds', 'How late recognition is after an update', LAG_BUCKETS)
  const update = histogram('asr_update_seconds', 'How long an update takes', UPDATE_BUCKETS)
  const step = histogram('asr_update_audio_seconds', 'New audio in an update: more when updates wait', STEP_BUCKETS)
  const words = counter('asr_words_total', 'Words that became final in live sessions')
  const gaps = counter('asr_gaps_total', 'Stretches of audio that were left out', ['cause'])
  const ends = counter('asr_sessions_total', 'Live sessions that ended', ['reason'])
  const refusals = counter('asr_refusals_total', 'Clients that were refused')
  const requests = counter('asr_requests_total', 'Answered requests', ['route', 'status'])
  const duration = histogram('asr_request_seconds', 'How long requests take', UPDATE_BUCKETS, ['route'])
  const before = new WeakMap<object, { readonly computingSec: number; readonly recognizedSec: number }>()
  return {
    contentType: register.contentType,
    text: () => register.metrics(),
    answered(route, status, seconds) {
      requests.inc({ route, status })
      duration.observe({ route }, seconds)
    },
    refused: () => refusals.inc(),
    event(event, session) {
      if (event.type === 'text-final') words.inc(event.segment.words.length)
      else if (event.type === 'gap') gaps.inc({ cause: event.cause })
      else if (event.type === 'end') ends.inc({ reason: event.reason })
      else if (event.type === 'progress' && event.recognizedSec >= event.takenSec) {
        const { computingSec, recognizedSec } = event
        const last = before.get(session) ?? { computingSec: 0, recognizedSec: 0 }
        before.set(session, { computingSec, recognizedSec })
        if (computingSec <= last.computingSec) return
        update.observe(computingSec - last.computingSec)
        if (recognizedSec > last.recognizedSec) step.observe(recognizedSec - last.recognizedSec)
        lag.observe(event.lagSec)
      }
    },
  }
}
