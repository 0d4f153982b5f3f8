import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { emptyHome } from '../helpers/empty-home.js'
import { PROGRAM, temporaryFolder } from '../helpers/program.js'
import { fixturePath } from '../helpers/speech.js'

/** Whether system calls of programs can be watched here: a container may forbid it. */
function hasTracer(): boolean {
  return spawnSync('strace', ['-f', '-e', 'trace=network', 'true']).status === 0
}

describe.skipIf(!hasTracer())('a run with the embedded model', () => {
  it.each([
    ['of a file', ['--comp-unaware', '--vac']],
    ['that is offline', ['--offline']],
  ])('%s opens no network socket', (_, args) => {
    const trace = join(temporaryFolder(), 'trace.txt')
    const { cwd, env } = emptyHome()
    const command = [process.execPath, PROGRAM, fixturePath('austen_880'), ...args]
    const text = execFileSync('strace', ['-f', '-qq', '-e', 'trace=network', '-o', trace, ...command], {
      cwd,
      env: { ...process.env, ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    expect(text).toMatch(/young man/)
    const calls = readFileSync(trace, 'utf8').split('\n')
    expect(calls.filter((call) => /\bsocket\((?!AF_UNIX|AF_LOCAL)|\b(connect|sendto|bind)\(/.test(call))).toEqual([])
  })
})
