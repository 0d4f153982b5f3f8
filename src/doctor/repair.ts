import type { Finding } from './finding.js'

/** How repairs are made. */
export interface RepairOptions {
  /** Nothing is done, only told. */
  readonly isDry: boolean
  /** Tells what is done, before it is. */
  readonly say: (line: string) => Promise<void>
  readonly signal: AbortSignal
}

/**
 * Puts right what can be.
 * @returns how many things were
 * @throws what a repair throws: those after it are not begun
 */
export async function repairAll(findings: readonly Finding[], { isDry, say, signal }: RepairOptions): Promise<number> {
  const repairs = findings.flatMap(({ repair }) => repair ?? [])
  if (repairs.length === 0) await say('there is nothing that --fix can put right')
  for (const { what, run } of repairs) {
    signal.throwIfAborted()
    await say(isDry ? `would ${what}` : `fix: ${what}`)
    if (!isDry) await run(signal)
  }
  return isDry ? 0 : repairs.length
}
