import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from './helpers/imports.js'
import { temporaryFolder } from './helpers/program.js'

interface Allowed {
  readonly test: string
  readonly most: number
  readonly unless?: string
}

const { allowed } = JSON.parse(readFileSync(join(ROOT, 'test/skipped.json'), 'utf8')) as {
  readonly allowed: readonly Allowed[]
}
/** One that may be skipped on every machine, and how often. */
const [{ test: name, most }] = allowed.filter(({ unless }) => unless === undefined) as [Allowed, ...Allowed[]]
const [file = '', ...titles] = name.split(' > ')

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'todo'

/** A report as vitest writes it: the tests of a file. */
const fileOf = (path: string, tests: readonly (readonly [title: string, status: Status])[], status = 'passed') => ({
  name: join(ROOT, path),
  status,
  assertionResults: tests.map(([title, one]) => ({ ancestorTitles: titles, title, status: one })),
})

function summary(files: readonly ReturnType<typeof fileOf>[]) {
  const count = (wanted: Status) =>
    files.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === wanted).length
  const report = join(temporaryFolder(), 'report.json')
  const counts = { numPassedTests: count('passed'), numFailedTests: count('failed') }
  writeFileSync(report, JSON.stringify({ ...counts, testResults: files }))
  return ended(report)
}

function ended(report: string) {
  const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'tools/ci_summary.mjs'), report], {
    encoding: 'utf8',
  })
  return { status, stdout }
}

const skippedTests = (count: number) => Array.from({ length: count }, (_, i) => [`case ${i}`, 'skipped'] as const)

describe('what CI says of its tests', () => {
  it('counts what passed, and what is skipped with leave', () => {
    expect(summary([fileOf(file, [['works', 'passed'], ...skippedTests(most)])])).toEqual({
      status: 0,
      stdout: `1 passed, 0 failed, ${most} skipped\n`,
    })
  })

  it('fails when more tests are skipped than is written down', () => {
    expect(summary([fileOf(file, [['works', 'passed'], ...skippedTests(most + 1)])])).toEqual({
      status: 1,
      stdout:
        `skipped, though test/skipped.json does not allow it: ${[file, ...titles].join(' > ')} > case ${most}\n` +
        `1 passed, 0 failed, ${most + 1} skipped\n`,
    })
  })

  it.each(['skipped', 'pending', 'todo'] as const)(
    'fails for a test that nothing is written down for: %s',
    (status) => {
      const { status: code, stdout } = summary([fileOf('test/other.test.ts', [['is forgotten', status]])])
      expect(code).toBe(1)
      expect(stdout).toContain('does not allow it: test/other.test.ts > ')
      expect(stdout).toMatch(/\n0 passed, 0 failed, 1 skipped\n$/)
    },
  )

  it('gives no leave where there is what the test wants', () => {
    const wanting = allowed.find(({ unless }) => unless === 'bash')
    const [path = '', ...more] = wanting?.test.split(' > ') ?? []
    const one = { ancestorTitles: more, title: 'completes', status: 'skipped' as const }
    const report = { name: join(ROOT, path), status: 'passed', assertionResults: [one] }
    expect(spawnSync('bash', ['--version']).error).toBeUndefined()
    expect(summary([report]).status).toBe(1)
  })

  it('fails with a test, with a file that has none because it is broken, and without a report', () => {
    expect(summary([fileOf(file, [['works', 'failed']], 'failed')])).toMatchObject({ status: 1 })
    expect(summary([fileOf('test/broken.test.ts', [], 'failed')])).toEqual({
      status: 1,
      stdout: `broken: ${join(ROOT, 'test/broken.test.ts')}\n0 passed, 1 failed, 0 skipped\n`,
    })
    expect(ended('no-report.json')).toMatchObject({ status: 1, stdout: expect.stringContaining('there is no report') })
  })
})
