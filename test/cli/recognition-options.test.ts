import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { describe, expect, it } from 'vitest'
import { runProgram, temporaryFolder } from '../helpers/program.js'
import { fixturePath } from '../helpers/speech.js'
import { ServerRun } from '../helpers/tcp.js'
import { wordErrorsOfLines } from '../helpers/word-errors.js'

const ALIGNATT = ['--comp-unaware', '--policy', 'alignatt', '--min-chunk-size', '0.5']
/** Letters of a text that are capitals. */
const capitals = (text: string) => (text.match(/\p{Lu}/gu)?.length ?? 0) / (text.match(/\p{L}/gu)?.length ?? 1)
const textOf = (stdout: string) => stdout.replace(/^\S+ \S+ \S+ /gm, '')

describe('--init-prompt', () => {
  it.each([
    ['in capitals', 'AND SO, MY FELLOW CITIZENS, LET US BEGIN ANEW.', 0.9, 1],
    ['in small letters', 'and so my fellow citizens let us begin anew', 0, 0.1],
  ])('says how to write: %s', async (_, prompt, least, most) => {
    const run = await runProgram([fixturePath('jfk'), ...ALIGNATT, '--init-prompt', prompt])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(capitals(textOf(run.stdout)), run.stdout).toBeGreaterThanOrEqual(least)
    expect(capitals(textOf(run.stdout)), run.stdout).toBeLessThanOrEqual(most)
    expect(wordErrorsOfLines('jfk', run.stdout), run.stdout).toBeLessThanOrEqual(6)
  })
})

describe('--profile', () => {
  it('tells what each stage took, and text all the same', async () => {
    const run = await runProgram([fixturePath('austen_880'), '--offline', '--profile'])
    expect(run.code).toBe(0)
    expect(wordErrorsOfLines('austen_880', run.stdout), run.stdout).toBeLessThanOrEqual(3)
    const stages = run.stderr
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/\s{2,}/))
    expect(stages[0]).toEqual(['stage', 'ms', 'calls', 'ms a call', '%', 'ms a second of audio'])
    for (const name of ['log-mel', 'encoder', 'first call', 'sampling', 'word times']) {
      expect(stages.find(([stage]) => stage === name)?.[2], name).toMatch(/^[1-9]/)
    }
    const ms = stages.slice(1).map((row) => Number(row[1]))
    const parts = ms.slice(0, -1).reduce((sum, one) => sum + one, 0)
    expect(Math.abs(parts - ms.at(-1)!)).toBeLessThan(ms.length)
  })
})

describe.skipIf(process.platform !== 'linux')('--threads', () => {
  async function threadsWith(count: number): Promise<number> {
    const server = await ServerRun.start(['--threads', String(count)], temporaryFolder())
    const threads = readdirSync(`/proc/${server.child.pid}/task`).length
    server.child.kill('SIGTERM')
    expect(await server.ended).toBe(143)
    return threads
  }

  it('is how many threads compute, at most one a core', async () => {
    const cores = availableParallelism()
    const most = Math.min(2, cores)
    const one = await threadsWith(1)
    // Each of the two graphs has as many threads, of which the one that calls is there already.
    expect((await threadsWith(most)) - one).toBe(2 * (most - 1))
    expect((await threadsWith(cores + 3)) - one).toBe(2 * (cores - 1))
  })
})
