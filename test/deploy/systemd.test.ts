import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../helpers/imports.js'
import { runProgram } from '../helpers/program.js'

const FOLDER = join(ROOT, 'deploy/systemd')
const units = readdirSync(FOLDER)
/** What is exposed, from 0 to 10: below it is what systemd calls OK. */
const MAX_EXPOSURE = 2.5
/** 252 is the first that gives an exit code for a threshold without a running service. */
const version = Number(
  /^systemd (\d+)/.exec(spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1] ?? 0,
)

describe.skipIf(version < 252)('systemd says of', () => {
  it.each(units)('%s that it exposes little', (unit) => {
    const options = ['--offline=true', `--threshold=${MAX_EXPOSURE * 10}`, '--no-pager']
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['security', ...options, join(FOLDER, unit)], {
      encoding: 'utf8',
    })
    expect(status, stdout + stderr).toBe(0)
    expect(Number(/Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThan(MAX_EXPOSURE)
    // It overlooks what it does not know.
    expect(stderr).toBe('')
  })

  it.each(units)('%s that there is nothing to complain of but that the program is not installed here', (unit) => {
    const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', join(FOLDER, unit)], { encoding: 'utf8' })
    const lines = stderr
      .split('\n')
      .filter((line) => line !== '' && !line.includes('/opt/asr-stream/asr-stream is not executable'))
    expect(lines).toEqual([])
  })
})

describe('the service of systemd', () => {
  const unit = readFileSync(join(FOLDER, 'asr-stream.service'), 'utf8')
  const [program, ...args] = /^ExecStart=(.+)$/m.exec(unit)?.[1]?.split(' ') ?? []

  it('starts the launcher of the portable folder with options that there are', async () => {
    expect(program).toBe('/opt/asr-stream/asr-stream')
    const { code, stderr } = await runProgram([...args, '--min-chunk-size', '-1'])
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('--min-chunk-size') })
  })

  it('is given longer to stop than its sessions to end', () => {
    const drain = Number(args[args.indexOf('--drain-timeout') + 1])
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(drain + 2)
  })
})
