// Reads the JSON report of vitest. Prints what was skipped without leave, then the closing line "N passed, N failed, N skipped".
// Ends with 1 when a test failed, or when one is skipped that test/skipped.json does not allow.
// usage: node tools/ci_summary.mjs REPORT
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

const read = (path) => JSON.parse(readFileSync(path, 'utf8'))
const ROOT = new URL('..', import.meta.url).pathname
const { allowed } = read(new URL('../test/skipped.json', import.meta.url))
const { numPassedTests, numFailedTests, testResults } = report(process.argv[2])

const tests = testResults.flatMap(({ name, assertionResults }) =>
  assertionResults.map(({ ancestorTitles, title, status }) => ({
    test: [relative(ROOT, name).replaceAll('\\', '/'), ...ancestorTitles, title].join(' > '),
    status,
  })),
)
/** Files that failed before they had a test. */
const broken = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
)
const skipped = tests.filter(({ status }) => ['pending', 'skipped', 'todo', 'disabled'].includes(status))
const left = allowed.map((one) => ({ ...one, most: one.unless && has(one.unless) ? 0 : one.most }))
const without = skipped.filter(({ test }) => {
  const place = left.find((one) => test.startsWith(one.test) && one.most > 0)
  if (place) place.most--
  return !place
})

for (const { test } of without) say(`skipped, though test/skipped.json does not allow it: ${test}`)
for (const { name } of broken) say(`broken: ${name}`)
const failed = numFailedTests + broken.length
say(`${numPassedTests} passed, ${failed} failed, ${skipped.length} skipped`)
process.exitCode = failed > 0 || without.length > 0 ? 1 : 0

function has(program) {
  return spawnSync(program, ['--version']).error === undefined
}

/** The tests may have ended before they wrote one: that is a failure. */
function report(path) {
  try {
    return read(path)
  } catch (error) {
    say(`broken: there is no report of the tests: ${error.message}`)
    return { numPassedTests: 0, numFailedTests: 1, testResults: [] }
  }
}

function say(line) {
  process.stdout.write(`${line}\n`)
}
