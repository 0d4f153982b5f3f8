import { suggestion } from '../core/did-you-mean.js'
import { UsageError } from '../core/errors.js'
import { Harness } from './harness.js'
import { lifecycleRules } from './lifecycle-rules.js'
import { generalRules } from './loader-rules.js'
import { processorLifecycleRules } from './processor-lifecycle-rules.js'
import { processorRules } from './processor-rules.js'
import { recognizerRules } from './recognizer-rules.js'
import type { BackendRule, BackendSource, BackendTestOptions } from './rule.js'

/** All rules, for recognizers and for processors. */
export const backendRules: readonly BackendRule[] = [
  ...generalRules,
  ...recognizerRules,
  ...lifecycleRules,
  ...processorRules,
  ...processorLifecycleRules,
]

/** The result of a backend for one rule. */
export interface Verdict {
  /** The rule. */
  readonly rule: BackendRule
  /** "excepted": the caller left it out. */
  readonly verdict: 'kept' | 'broken' | 'excepted'
  /** What was wrong, or why it was left out; empty when the rule is kept. */
  readonly message: string
}

/** The rules that bind a backend. */
export async function rulesFor(harness: Harness): Promise<readonly BackendRule[]> {
  const { asr } = await harness.loaded()
  const kind = asr ? 'recognizer' : 'processor'
  return backendRules.filter(({ of }) => of === 'all' || of === kind)
}

/** Runs one rule; after a breach the next rule gets a new backend. */
export async function checkRule(rule: BackendRule, harness: Harness): Promise<void> {
  try {
    await rule.check(harness)
  } catch (error) {
    await harness.renew()
    throw error
  }
}

/**
 * Checks a backend with all rules that apply to it, without a test runner.
 *
 * @throws what loading throws; UsageError for an exception to a rule that does not exist
 */
export async function checkBackend(
  source: BackendSource,
  options: BackendTestOptions = {},
): Promise<readonly Verdict[]> {
  refuseUnknown(options)
  const harness = new Harness(source, options)
  const verdicts: Verdict[] = []
  try {
    for (const rule of await rulesFor(harness)) {
      const reason = options.except?.[rule.id]
      if (reason !== undefined) {
        verdicts.push({ rule, verdict: 'excepted', message: reason })
        continue
      }
      const message = await checkRule(rule, harness).then(
        () => null,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
      verdicts.push({ rule, verdict: message === null ? 'kept' : 'broken', message: message ?? '' })
    }
  } finally {
    await harness.renew()
  }
  return verdicts
}

/** A misspelt exception would leave nothing out. */
export function refuseUnknown({ except = {} }: BackendTestOptions): void {
  const known = [...new Set(backendRules.map(({ id }) => id))]
  const unknown = Object.keys(except).find((id) => !known.includes(id))
  if (unknown !== undefined) throw new UsageError(`there is no rule "${unknown}"`, { hint: suggestion(unknown, known) })
}
