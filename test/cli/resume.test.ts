import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { JOURNAL } from '../../src/files/journal.js'
import { folderWith, runProgram, silentWav, spokenWords, startProgram } from '../helpers/program.js'

const TEXTS = Array.from({ length: 8 }, (_, index) => `w${index}`)
const COUNT = 12
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json']
const RESUME = [...SCRIPTED, 'talks', '--output-dir', 'texts', '--format', 'txt,jsonl', '--jobs', '2', '--resume']
const RUN = [...RESUME, '--option', 'computeSec=0.05']
const KILLS = 20

function talks(): string {
  const cwd = folderWith({ 'words.json': spokenWords(TEXTS) })
  mkdirSync(join(cwd, 'talks'))
  for (let at = 0; at < COUNT; at++) writeFileSync(join(cwd, 'talks', `${at}.wav`), silentWav(4))
  return cwd
}

const outputsIn = (cwd: string) => {
  try {
    return readdirSync(join(cwd, 'texts')).filter((name) => name !== JOURNAL)
  } catch {
    return []
  }
}
const isWhole = (name: string) => /\.(txt|jsonl)$/.test(name)

/** Looks whether all that has its name is whole, and gives when each was written. */
function wholeOnes(cwd: string): ReadonlyMap<string, number> {
  const names = outputsIn(cwd).filter(isWhole)
  for (const name of names) {
    const text = readFileSync(join(cwd, 'texts', name), 'utf8')
    if (name.endsWith('.txt')) expect(text).toBe(`${TEXTS.join(' ')}\n`)
    else expect(JSON.parse(text.trim().split('\n').at(-1) ?? '')).toMatchObject({ type: 'end', reason: 'complete' })
  }
  return new Map(names.map((name) => [name, statSync(join(cwd, 'texts', name)).mtimeMs]))
}

/** Recordings of which all is written down as done. */
function journaled(cwd: string): readonly string[] {
  const path = join(cwd, 'texts', JOURNAL)
  if (!outputsIn(cwd).some(isWhole)) return []
  return readFileSync(path, { encoding: 'utf8', flag: 'a+' })
    .split('\n')
    .flatMap((line) => /"output":"([^"]+)".*\}$/.exec(line)?.[1] ?? [])
}

describe.skipIf(process.platform === 'win32')('many recordings that are interrupted and started again', () => {
  it(`are whole, each once, and leave nothing, however often the program is killed`, async () => {
    const cwd = talks()
    for (let kill = 0; kill < KILLS; kill++) {
      const before = wholeOnes(cwd)
      const done = journaled(cwd)
      const { child, ended } = startProgram(RUN, { cwd })
      await Promise.race([ended, sleep(400 + 900 * Math.random())])
      child.kill('SIGKILL')
      await ended
      const after = wholeOnes(cwd)
      // What is written down is not touched again.
      for (const name of done) expect([name, after.get(name)]).toEqual([name, before.get(name)])
    }
    const last = await runProgram(RUN, { cwd })
    expect(last).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(wholeOnes(cwd).size).toBe(2 * COUNT)
    const left = wholeOnes(cwd)
    expect((await runProgram(RUN, { cwd })).code).toBe(0)
    expect(wholeOnes(cwd)).toEqual(left)
    expect(outputsIn(cwd).filter((name) => !isWhole(name))).toEqual([])
  }, 120_000)

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends all of them with what is final, aside, and exit code %d', async (signal, code) => {
    const cwd = talks()
    const { child, ended } = startProgram([...RESUME, '--option', 'computeSec=0.3'], { cwd })
    const hasText = (name: string) =>
      name.endsWith('.txt.part') && readFileSync(join(cwd, 'texts', name), 'utf8').includes('w1')
    while (child.exitCode === null && outputsIn(cwd).filter(hasText).length < 2) await sleep(20)
    child.kill(signal)
    const run = await ended
    expect(run.code).toBe(code)
    const parts = outputsIn(cwd).filter((name) => name.endsWith('.txt.part'))
    expect(parts).toHaveLength(2)
    for (const name of parts) {
      expect(run.stderr).toContain(`the text so far is in ${join('texts', name)}`)
      expect(TEXTS.join(' ').startsWith(readFileSync(join(cwd, 'texts', name), 'utf8').trim())).toBe(true)
    }
    expect(run.stderr).not.toContain('error')
    expect((await runProgram(RUN, { cwd })).code).toBe(0)
    expect(wholeOnes(cwd).size).toBe(2 * COUNT)
    expect(outputsIn(cwd).filter((name) => !isWhole(name))).toEqual([])
  })

  it('by two programs at once are whole in the end', async () => {
    const cwd = talks()
    const runs = await Promise.all([runProgram(RUN, { cwd }), runProgram(RUN, { cwd })])
    for (const run of runs) expect(run).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(wholeOnes(cwd).size).toBe(2 * COUNT)
    expect((await runProgram(RUN, { cwd })).code).toBe(0)
    expect(outputsIn(cwd).filter((name) => !isWhole(name))).toEqual([])
  })
})
