// Runs the properties of test/seeds.json with the seeds that once failed, all of a property's one after the other.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const { seeds } = JSON.parse(readFileSync(new URL('../test/seeds.json', import.meta.url), 'utf8'))
const count = new Map()
const rounds = []
for (const { test } of seeds) {
  const round = count.get(test) ?? 0
  count.set(test, round + 1)
  rounds[round] = [...(rounds[round] ?? []), test]
}
for (const [round, tests] of rounds.entries()) {
  const files = new Set(tests.map((test) => test.split(' > ')[0]))
  const name = tests
    .map((test) =>
      test
        .split(' > ')
        .slice(1)
        .join(' ')
        .replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('|')
  const { status } = spawnSync('npx', ['vitest', 'run', ...files, '-t', name], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, KEPT_SEED: String(round) },
  })
  if (status !== 0) process.exitCode = 1
}
