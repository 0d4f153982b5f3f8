import { setTimeout as sleep } from 'node:timers/promises'

/** Longer than anything takes, on the busiest machine. */
const PATIENCE_MS = 30_000
const PAUSE_MS = 20

/**
 * Waits until something is so. Tests wait for what they are about instead of for a time: a time is too short on a busy
 * machine, and too long on any other.
 *
 * @param complaint what is said when it never becomes so
 */
export async function waitUntil(isSo: () => boolean | Promise<boolean>, complaint: string): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await isSo()); await sleep(PAUSE_MS)) {
    if (Date.now() > end) throw new Error(complaint)
  }
}
