import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TranscriptEvent } from '../../src/core/events.js'
import { folderWith, runProgram, silentWav, spokenWords, startProgram } from '../helpers/program.js'
import { checkedVtt, srtCues, written } from '../helpers/transcripts.js'

const SECONDS = 20
/** Sentences of four words, two a second. */
const WORDS = spokenWords(Array.from({ length: 2 * SECONDS - 2 }, (_, at) => (at % 4 === 3 ? `w${at}.` : `w${at}`)))
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json', '--comp-unaware']
const BEFORE = 'what was there before\n'
/** A run that lasts for two seconds at least. */
const SLOW = ['--option', 'computeSec=0.1']

const folder = (files: Readonly<Record<string, string>> = {}) =>
  folderWith({ 'words.json': WORDS, 'none.json': [], 'a.wav': silentWav(SECONDS), ...files })
const read = (cwd: string, name: string) => readFileSync(join(cwd, name), 'utf8')
const outputs = (cwd: string) => readdirSync(cwd).filter((name) => name.startsWith('talk'))

/** The final text that a run has printed as JSON Lines. */
function finalsOf(stdout: string): readonly TranscriptEvent[] {
  const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1)
  const lines = whole
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { type: string; begin: number; end: number; emittedAt: number; words: [] })
  return lines.flatMap(({ type, emittedAt, ...segment }) =>
    type === 'final' ? [{ type: 'text-final', emittedAt, segment: { ...segment, text: '' } } as const] : [],
  )
}

describe('files of several formats', () => {
  it('are written in one run, with standard output, and appear under their names', async () => {
    const cwd = folder({ 'talk.srt': BEFORE })
    const names = ['talk.srt', 'talk.vtt', 'talk.txt', 'talk.csv', 'talk.tsv', 'talk.jsonl', 'talk.lines']
    const run = await runProgram([...SCRIPTED, ...names.flatMap((name) => ['-o', name]), '-o', '-', 'a.wav'], { cwd })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(outputs(cwd).sort()).toEqual([...names].sort())
    expect(read(cwd, 'talk.lines')).toBe(run.stdout)
    expect(srtCues(read(cwd, 'talk.srt')).length).toBe(10)
    expect(checkedVtt(read(cwd, 'talk.vtt')).errors).toEqual([])
    expect(read(cwd, 'talk.txt')).toMatch(/^(w\d+ w\d+ w\d+ w\d+\.\n){9}w36 w37\n$/)
    expect(read(cwd, 'talk.csv')).toMatch(/^start,end,text\n0,/)
  })

  it('go to standard output with --format, which is the format of it alone', async () => {
    const cwd = folder()
    const run = await runProgram([...SCRIPTED, '--format', 'txt', '-o', '-', '-o', 'talk.srt', 'a.wav'], { cwd })
    expect(run.stdout).toMatch(/^w0 w1 w2 w3\.\nw4 /)
    expect(srtCues(read(cwd, 'talk.srt')).length).toBe(10)
    const alone = await runProgram([...SCRIPTED, '--format', 'vtt', '--sentences', 'a.wav'], { cwd })
    expect(checkedVtt(alone.stdout).errors).toEqual([])
    expect(alone.stderr).toContain('warning: --sentences has no effect on subtitles')
  })

  it('have sentences with --sentences', async () => {
    const run = await runProgram([...SCRIPTED, '--sentences', 'a.wav'], { cwd: folder() })
    expect(run.stdout).toMatch(/^(\S+ \d+ \d+ w\d+ w\d+ w\d+ w\d+\.\n){9}\S+ \d+ \d+ w36 w37\n$/)
  })
})

describe('a file that is not complete', () => {
  it('has every cue that was closed when the program is killed, at any moment, and no torn one', async () => {
    const whole = folder()
    await runProgram([...SCRIPTED, '-o', 'talk.srt', '-o', 'talk.vtt', 'a.wav'], { cwd: whole })
    const [srt, vtt] = [read(whole, 'talk.srt'), read(whole, 'talk.vtt')]
    let most = 0
    const killedAfter = async (delayMs: number) => {
      const cwd = folder()
      const names = ['-o', 'talk.srt', '-o', 'talk.vtt', '-o', '-', '--format', 'jsonl']
      const { child, ended } = startProgram([...SCRIPTED, ...SLOW, ...names, 'a.wav'], { cwd })
      while (!existsSync(join(cwd, 'talk.vtt.part')) && child.exitCode === null) await sleep(2)
      await sleep(delayMs)
      child.kill('SIGKILL')
      const { stdout, code } = await ended
      expect(code).toBe(137)
      expect(outputs(cwd)).toEqual(['talk.srt.part', 'talk.vtt.part'])
      const [srtPart, vttPart] = [read(cwd, 'talk.srt.part'), read(cwd, 'talk.vtt.part')]
      most = Math.max(most, srtCues(srtPart).length)
      expect(srt.startsWith(srtPart)).toBe(true)
      expect(vtt.startsWith(vttPart)).toBe(true)
      if (vttPart !== '') expect(checkedVtt(vttPart).errors).toEqual([])
      const closed = written('srt', finalsOf(stdout), {}, { separator: '' })
      expect(srtPart.startsWith(closed)).toBe(true)
    }
    const moments = fc.sample(fc.integer({ min: 0, max: 1900 }), 20)
    for (let from = 0; from < moments.length; from += 4)
      await Promise.all(moments.slice(from, from + 4).map(killedAfter))
    expect(most).toBeGreaterThan(2)
  })

  it('has the text up to a failure, and is told of; what was there before stays', async () => {
    const cwd = folder({ 'talk.srt': BEFORE })
    const args = ['--option', 'failAtSec=9.5', '-o', 'talk.srt', '-o', 'talk.jsonl', 'a.wav']
    const run = await runProgram([...SCRIPTED, ...args], { cwd })
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toContain('warning: talk.srt is not complete: the text so far is in ')
    expect(outputs(cwd)).toEqual(['talk.jsonl.part', 'talk.srt', 'talk.srt.part'])
    expect(read(cwd, 'talk.srt')).toBe(BEFORE)
    expect(srtCues(read(cwd, 'talk.srt.part')).length).toBeGreaterThan(2)
    expect(JSON.parse(read(cwd, 'talk.jsonl.part').trim().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'end',
      reason: 'failed',
    })
  })

  it('is kept, and the next run writes to another one', async () => {
    const cwd = folder({ 'talk.srt.part': BEFORE })
    const run = await runProgram([...SCRIPTED, '--option', 'failAtSec=9.5', '-o', 'talk.srt', 'a.wav'], { cwd })
    expect(run.stderr).toMatch(/the text so far is in \S*talk\.srt\.part2\n/)
    expect((await runProgram([...SCRIPTED, '-o', 'talk.srt', 'a.wav'], { cwd })).code).toBe(0)
    expect(outputs(cwd)).toEqual(['talk.srt', 'talk.srt.part', 'talk.srt.part2'])
    expect(read(cwd, 'talk.srt.part')).toBe(BEFORE)
  })

  it('is not left where nothing was said', async () => {
    const cwd = folder()
    const args = ['--option', 'failAtSec=0.5', '-o', 'talk.srt', '-o', 'talk.vtt', 'a.wav']
    expect((await runProgram([...SCRIPTED, ...args], { cwd })).code).toBe(1)
    expect(outputs(cwd)).toEqual([])
  })

  it.skipIf(process.platform === 'win32')(
    'is the file itself after Ctrl-C, unless another one is replaced',
    async () => {
      for (const before of [undefined, BEFORE]) {
        const cwd = folder(before === undefined ? {} : { 'talk.srt': before })
        const { child, ended } = startProgram([...SCRIPTED, ...SLOW, '-o', 'talk.srt', 'a.wav'], { cwd })
        const part = join(cwd, 'talk.srt.part')
        while (!existsSync(part) || statSync(part).size === 0) await sleep(5)
        child.kill('SIGINT')
        const { code, stderr } = await ended
        expect(code).toBe(130)
        expect(outputs(cwd)).toEqual(before === undefined ? ['talk.srt'] : ['talk.srt', 'talk.srt.part'])
        if (before === undefined) expect(stderr).toBe('')
        else expect(stderr).toContain('talk.srt is not complete')
        const text = read(cwd, before === undefined ? 'talk.srt' : 'talk.srt.part')
        expect(srtCues(text).length).toBeGreaterThan(0)
      }
    },
  )
})

describe('a file that is there', () => {
  it('is replaced without changing its rights, and through a link', async () => {
    const cwd = folder()
    mkdirSync(join(cwd, 'elsewhere'))
    writeFileSync(join(cwd, 'elsewhere', 'real.srt'), BEFORE)
    chmodSync(join(cwd, 'elsewhere', 'real.srt'), 0o640)
    symlinkSync(join('elsewhere', 'real.srt'), join(cwd, 'talk.srt'))
    expect((await runProgram([...SCRIPTED, '-o', 'talk.srt', 'a.wav'], { cwd })).code).toBe(0)
    expect(lstatSync(join(cwd, 'talk.srt')).isSymbolicLink()).toBe(true)
    expect(srtCues(read(cwd, 'elsewhere/real.srt')).length).toBe(10)
    expect(statSync(join(cwd, 'elsewhere', 'real.srt')).mode & 0o777).toBe(0o640)
    expect(readdirSync(join(cwd, 'elsewhere'))).toEqual(['real.srt'])
  })

  it.each(['talk.srt', 'talk.lines', 'talk.wav'])(
    'is refused with --no-clobber before anything is computed: %s',
    async (name) => {
      const cwd = folder({ [name]: BEFORE })
      const option = name.endsWith('.wav') ? '--markers' : '-o'
      const run = await runProgram([...SCRIPTED, '--no-clobber', '-o', 'talk.new', option, name, 'a.wav'], { cwd })
      expect(run).toEqual({
        code: 1,
        stdout: '',
        stderr: `asr-stream: error: ${name} is there already; give another name, or leave out --no-clobber\n`,
      })
      expect(outputs(cwd)).toEqual([name])
      expect(read(cwd, name)).toBe(BEFORE)
    },
  )

  it('is not replaced when it came meanwhile', async () => {
    const cwd = folder()
    const { ended } = startProgram([...SCRIPTED, ...SLOW, '--no-clobber', '-o', 'talk.srt', 'a.wav'], { cwd })
    while (!existsSync(join(cwd, 'talk.srt.part'))) await sleep(5)
    writeFileSync(join(cwd, 'talk.srt'), BEFORE)
    expect((await ended).code).toBe(1)
    expect(read(cwd, 'talk.srt')).toBe(BEFORE)
    expect(srtCues(read(cwd, 'talk.srt.part')).length).toBe(10)
  })
})
