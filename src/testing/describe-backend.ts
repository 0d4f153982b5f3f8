import { availabilityOf } from '../backends/registry.js'
import { parseConfig } from '../config/config.js'
import { messageOf, UsageError } from '../core/errors.js'
import { checkRule, refuseUnknown, rulesFor } from './check-backend.js'
import { Harness } from './harness.js'
import type { BackendSource, BackendTestOptions } from './rule.js'

/** Where vitest itself keeps what `import.meta.vitest` gives. */
const running = globalThis as { readonly __vitest_index__?: typeof import('vitest') }
/**
 * The vitest that runs: beside a linked asr-stream there may lie another one, whose tests nobody would run. Null outside
 * of vitest, where the rest of the kit works as well.
 */
const vitest = running.__vitest_index__ ?? (process.env.VITEST === undefined ? null : await import('vitest'))

/**
 * A suite for vitest that checks a backend by all rules that bind it, one test a rule. The backend is loaded while the
 * tests are collected, since it decides which rules those are, and again after each breach. Where a loader says that it
 * is not available on this machine, the suite is one skipped test with the reason.
 *
 * ```js
 * describeBackend('my-backend', myLoader, { config: { lan: 'en' }, speech: { audio, words: 'what is said' } })
 * ```
 *
 * @param load a loader, which is then asked as the program asks it, or a function that gives what `load` gives: each time
 *   a backend of its own
 * @throws UsageError outside of vitest; there `checkBackend` does the same
 */
export function describeBackend(name: string, load: BackendSource, options: BackendTestOptions = {}): void {
  if (!vitest) throw new UsageError('describeBackend is for vitest', { hint: 'elsewhere call checkBackend' })
  refuseUnknown(options)
  const { describe, it, afterAll } = vitest
  describe(`${name} is a good backend`, async () => {
    const missing = typeof load === 'function' ? null : await reasonAgainst(load, options.config)
    if (missing !== null) {
      it.skip(`not available here: ${missing}`, () => {})
      return
    }
    const harness = new Harness(load, options)
    const rules = await rulesFor(harness).catch((error: unknown) => {
      it('loads', () => {
        throw error
      })
      return []
    })
    afterAll(() => harness.renew())
    for (const rule of rules) {
      const reason = options.except?.[rule.id]
      // Rules end their waiting themselves, with a message that says for what.
      if (reason === undefined) it(`${rule.id}: ${rule.title}`, { timeout: 0 }, () => checkRule(rule, harness))
      else it.skip(`${rule.id}: excepted, since ${messageOf(reason)}`, () => {})
    }
  })
}

async function reasonAgainst(
  loader: Exclude<BackendSource, () => unknown>,
  config: BackendTestOptions['config'] = {},
): Promise<string | null> {
  const availability = await availabilityOf(loader, parseConfig(config, loader.options))
  return availability.available ? null : availability.reason
}
