import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const LOAD = fileURLToPath(new URL('../../bench/serve/load.ts', import.meta.url))

describe('the load program', () => {
  it('gives each of several live sessions its text, and tells how late it was', async () => {
    const args = ['--import', 'tsx', LOAD, '4', '8', '--policy', 'alignatt']
    const { stdout } = await promisify(execFile)(process.execPath, args)
    const told = JSON.parse(stdout) as Readonly<Record<string, number>>
    expect(told).toMatchObject({ sessions: 4 })
    expect(told.fewestLines).toBeGreaterThanOrEqual(2)
    expect(told.meanLagSec).toBeGreaterThan(0)
    expect(told.lag95Sec).toBeGreaterThanOrEqual(told.meanLagSec ?? 0)
    expect(Object.values(told).every(Number.isFinite)).toBe(true)
  }, 120_000)
})
