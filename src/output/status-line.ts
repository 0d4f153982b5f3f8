const BAR_WIDTH = 16
/** Eighths of a character. */
const PARTS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const

/**
 * What is going on at a microphone.
 *
 * @param loudness in [0, 1]
 */
export function microphoneStatus(loudness: number, speech: boolean): string {
  return `${speech ? 'speech   ' : 'listening'} ▕${bar(loudness)}▏`
}

function bar(share: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH * PARTS.length)
  const full = '█'.repeat(Math.floor(eighths / PARTS.length))
  return (full + (PARTS[eighths % PARTS.length] ?? '')).padEnd(BAR_WIDTH)
}

/** How far a stream has been heard, in seconds. */
export function positionStatus(heardSec: number, durationSec: number | undefined): string {
  const heard = `${heardSec.toFixed(0)} s`
  if (durationSec === undefined) return heard
  return `${heard} of ${durationSec.toFixed(0)} s, ${Math.floor((100 * heardSec) / durationSec)} %`
}
