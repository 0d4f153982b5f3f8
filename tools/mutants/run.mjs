// Puts each fault of table.mjs into a copy of the repository and shows that a test fails.
// usage: npm run mutants [-- --only on7,wh5] [--list]
// Ends with 1 when a fault survives, or when its place or one of its tests has moved.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { MUTANTS } from './table.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** What a copy needs; what is large and never changed is linked. */
const COPIED = ['src', 'test', 'bench', 'bin', 'docs', 'examples', 'templates', 'tools', 'README.md', 'package.json']
const SETTINGS = ['tsconfig.json', 'tsconfig.build.json', 'vitest.config.ts']
const LINKED = ['node_modules', 'models', 'fixtures']
const TESTS = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => `test/${name.replaceAll('\\', '/')}`)
/** A fault that makes the tests hang is noticed as well. */
const MAX_MS = 300_000

const { values } = parseArgs({ options: { only: { type: 'string' }, list: { type: 'boolean' } } })
const only = values.only?.split(',')
const chosen = MUTANTS.filter(({ id }) => only === undefined || only.includes(id))
if (values.list) {
  for (const { id, file, what } of chosen) say(`${id.padEnd(6)}${file}: ${what}`)
} else {
  run()
}

function run() {
  const copy = mkdtempSync(join(tmpdir(), 'asr-stream-mutants-'))
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }))
  for (const name of [...COPIED, ...SETTINGS]) cpSync(join(ROOT, name), join(copy, name), { recursive: true })
  for (const name of LINKED) symlinkSync(join(ROOT, name), join(copy, name), 'junction')
  const outcomes = chosen.map((mutant) => {
    const outcome = outcomeOf(copy, mutant)
    say(`${mutant.id.padEnd(6)}${outcome.padEnd(10)}${mutant.what} (${mutant.file})`)
    return outcome
  })
  const count = (wanted) => outcomes.filter((outcome) => outcome === wanted).length
  say(`${count('dies')} of ${outcomes.length} die, ${count('survives')} survive, ${count('moved')} moved`)
  process.exitCode = count('dies') === outcomes.length ? 0 : 1
}

function outcomeOf(copy, { file, search, replace, tests }) {
  const original = readText(join(ROOT, file))
  if (original === null || original.split(search).length !== 2) return 'moved'
  if (!tests.every((place) => TESTS.some((name) => name.startsWith(place)))) return 'moved'
  const path = join(copy, file)
  writeFileSync(
    path,
    original.replace(search, () => replace),
  )
  try {
    // From the nearest test files to the farthest: most faults die at once.
    return tests.some((place) => fails(copy, place)) ? 'dies' : 'survives'
  } finally {
    writeFileSync(path, original)
  }
}

/** Whether a test of these files fails; an empty place has none that can. */
function fails(copy, place) {
  const report = join(copy, 'report.json')
  rmSync(report, { force: true })
  spawnSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/vitest/vitest.mjs'),
      'run',
      place,
      '--bail=1',
      '--reporter=json',
      `--outputFile=${report}`,
    ],
    { cwd: copy, timeout: MAX_MS, stdio: 'ignore', env: { ...process.env, CONFORMANCE_DIR: '' } },
  )
  const text = readText(report)
  if (text === null) return true
  const { numTotalTests, success } = JSON.parse(text)
  return numTotalTests > 0 && !success
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function say(line) {
  process.stdout.write(`${line}\n`)
}
