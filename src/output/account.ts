import type { Fate, LedgerSum } from '../types.js'

const SAMPLE_RATE = 16_000

const WORDING: Readonly<Record<Fate, string>> = {
  words: 'committed, under words',
  between: 'committed, between words',
  silent: 'no speech, by voice activity detection',
  wordless: 'no speech, heard without words',
  skipped: 'skipped',
}

/**
 * What became of all audio, a line each; the last is the whole.
 * @param sums they are all there was
 */
export function formatAccount(sums: readonly LedgerSum[]): readonly string[] {
  const order = Object.keys(WORDING)
  const sorted = [...sums].sort((a, b) => order.indexOf(a.fate) - order.indexOf(b.fate))
  const lines = sorted.map(({ fate, reason, samples }) => {
    return line(samples, reason === '' ? WORDING[fate] : `${WORDING[fate]}: ${reason}`)
  })
  const whole = sums.reduce((sum, { samples }) => sum + samples, 0)
  return [...lines, line(whole, 'all audio')]
}

function line(samples: number, what: string): string {
  const seconds = (samples / SAMPLE_RATE).toFixed(2)
  return `${seconds.padStart(9)} s ${String(samples).padStart(11)} samples  ${what}`
}
