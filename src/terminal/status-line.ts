import type { EffortEvent } from '../core/events.js'

const BAR_WIDTH = 16
/** Eighths of a character. */
const PARTS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const

/**
 * What is going on at a microphone.
 *
 * @param loudness in [0, 1]
 * @param unicode whether characters beyond ASCII can be shown
 */
export function microphoneStatus(loudness: number, speech: boolean, unicode = true): string {
  const share = Math.min(1, Math.max(0, loudness))
  const meter = unicode ? `▕${bar(share)}▏` : `[${'#'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH)}]`
  return `${speech ? 'speech   ' : 'listening'} ${meter}`
}

function bar(share: number): string {
  const eighths = Math.round(share * BAR_WIDTH * PARTS.length)
  const full = '█'.repeat(Math.floor(eighths / PARTS.length))
  return (full + (PARTS[eighths % PARTS.length] ?? '')).padEnd(BAR_WIDTH)
}

/** Less than this is not to be recognized any more: where audio is resampled it may be some samples longer or shorter. */
const END_SEC = 0.02

/** How far a stream is recognized, in seconds. */
export function positionStatus(recognizedSec: number, durationSec: number | undefined): string {
  if (durationSec === undefined) return `${recognizedSec.toFixed(0)} s`
  const isAtEnd = recognizedSec >= durationSec - END_SEC
  const percent = isAtEnd ? 100 : Math.floor((100 * recognizedSec) / durationSec)
  return `${Math.min(recognizedSec, durationSec).toFixed(0)} s of ${durationSec.toFixed(0)} s, ${percent} %`
}

/** What of the status says that less is computed than was configured, because the machine is slow; empty: all is computed. */
export function effortStatus({ change, stepSec, windowSec, beamSize, isFull, lagSec }: EffortEvent): string {
  if (change === 'least') return `, too slow: ${lagSec.toFixed(1)} s late`
  if (isFull) return ''
  const beams = beamSize === undefined ? '' : `, ${beamSize === 1 ? 'greedy' : `beam size ${beamSize}`}`
  return `, catching up: step ${stepSec} s, window ${windowSec} s${beams}`
}
