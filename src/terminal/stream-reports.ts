import type { EndEvent } from '../core/events.js'
import { SAMPLE_RATE } from '../core/sample-rate.js'
import { formatLedger } from './ledger-report.js'
import { logLine } from './log.js'
import { formatProfile } from './profile.js'

/** Tells at the end of a stream what was asked for: what the computing went to, what became of all audio. */
export function tellEnd(
  end: EndEvent | null,
  { profile = false, account = false }: { readonly profile?: boolean | undefined; readonly account?: boolean },
  tell: (text: string) => void,
): void {
  if (!end) return
  const { ledger, timings, reason } = end
  const samples = ledger.sums.reduce((sum, one) => sum + one.samples, 0)
  if (profile && reason !== 'failed') tell(formatProfile(timings, samples / SAMPLE_RATE))
  if (account) for (const line of formatLedger(ledger.sums, ledger.lifts)) tell(logLine('account', line))
}

/** Live input that somebody ends is whole, for it has come to its end; unless that was before anything was heard. */
export function isWhole(end: EndEvent | null, { aborted }: AbortSignal): boolean {
  return end?.reason === 'complete' && !(aborted && end.ledger.sums.length === 0)
}
