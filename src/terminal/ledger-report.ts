import { SAMPLE_RATE } from '../core/sample-rate.js'
import type { Disposition, LedgerSum } from '../core/types.js'

const WORDING: Readonly<Record<Disposition, string>> = {
  words: 'committed, under words',
  between: 'committed, between words',
  silent: 'no speech, by voice activity detection',
  noText: 'no speech, heard without words',
  skipped: 'skipped',
}

/** A stretch of audio that was made louder, in samples and decibels. */
interface Lift {
  readonly begin: number
  readonly end: number
  readonly gainDb: number
}

/**
 * What became of all audio, a line each, and the whole.
 * @param sums they are all there was
 * @param lifts what of it was made louder
 */
export function formatLedger(sums: readonly LedgerSum[], lifts: readonly Lift[] = []): readonly string[] {
  const order = Object.keys(WORDING)
  const sorted = [...sums].sort((a, b) => order.indexOf(a.disposition) - order.indexOf(b.disposition))
  const lines = sorted.map(({ disposition, reason, samples }) => {
    return line(samples, reason === '' ? WORDING[disposition] : `${WORDING[disposition]}: ${reason}`)
  })
  const whole = sums.reduce((sum, { samples }) => sum + samples, 0)
  return [...lines, line(whole, 'all audio'), ...formatLifts(lifts)]
}

function formatLifts(lifts: readonly Lift[]): readonly string[] {
  if (lifts.length === 0) return []
  const samples = lifts.reduce((sum, { begin, end }) => sum + end - begin, 0)
  const most = Math.max(...lifts.map(({ gainDb }) => gainDb))
  return [line(samples, `of it quiet speech, heard up to ${most.toFixed(0)} dB louder`)]
}

function line(samples: number, what: string): string {
  const seconds = (samples / SAMPLE_RATE).toFixed(2)
  return `${seconds.padStart(9)} s ${String(samples).padStart(11)} samples  ${what}`
}
