import { appendFileSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc, { type RunDetails } from 'fast-check'
import { beforeEach, expect } from 'vitest'

/** A run of a property that once failed. */
interface Seed {
  /** File and name of the test, as vitest writes them. */
  readonly test: string
  readonly seed: number
  readonly path?: string
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const KEPT: readonly Seed[] = JSON.parse(readFileSync(new URL('../seeds.json', import.meta.url), 'utf8')).seeds

/**
 * Properties whose seed fails write it to the file that `FAILED_SEEDS` names, so that CI can print it. With `KEPT_SEED=n`
 * the tests in test/seeds.json run with their n-th kept seed instead of a new one.
 */
fc.configureGlobal({ reporter: reportFailure })

beforeEach(() => {
  const index = process.env.KEPT_SEED
  if (index === undefined) return
  const kept = KEPT.filter(({ test }) => test === currentTest())[Number(index)]
  const { seed: _, ...others } = fc.readConfigureGlobal()
  fc.configureGlobal(kept ? { ...others, seed: kept.seed } : others)
})

function reportFailure<Values>(details: RunDetails<Values>): void {
  if (!details.failed) return
  const failed: Seed = { test: currentTest(), seed: details.seed, path: details.counterexamplePath ?? '' }
  if (process.env.FAILED_SEEDS) appendFileSync(process.env.FAILED_SEEDS, `${JSON.stringify(failed)}\n`)
  throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance })
}

function currentTest(): string {
  const { testPath = '', currentTestName = '' } = expect.getState()
  return `${relative(ROOT, testPath).replaceAll('\\', '/')} > ${currentTestName}`
}
