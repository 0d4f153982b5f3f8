import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { folderWith, PROGRAM, runProgram, silentWav, spokenWords, startProgram } from '../helpers/program.js'

const TEXTS = Array.from({ length: 8 }, (_, index) => `w${index}`)
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json', '--comp-unaware']
/** Has more to say than a pipe takes. */
const TALKING = `
const word = { begin: 0, end: 1, text: 'word '.repeat(60000) }
const processor = { init() {}, insertAudioChunk() {}, async finish() { return null },
  async processIter() { console.error('said'); return { ...word, words: [word] } } }
export default { name: 'talking', load: async () => ({ processor, metadata: {} }) }`
const WAITING = `
const processor = { init() {}, insertAudioChunk() {}, async finish() { return null }, async processIter() { return null } }
export default { name: 'waiting', async load() { console.error('loaded'); return { processor, metadata: {} } } }`
const BEFORE = 'what was there before\n'.repeat(99)

const folder = () =>
  folderWith({ 'words.json': spokenWords(TEXTS), 'a.wav': silentWav(4), 'none.json': [], 'lines.log': BEFORE })

describe('the file of --output', () => {
  it.each([
    ['there is no audio', ['absent.wav'], 1],
    ['an option is wrong', ['--policy', 'best', 'a.wav'], 2],
    ['the model cannot be loaded', ['--model-dir', 'absent', '--backend', 'onnx-whisper', 'a.wav'], 1],
    ['the first audio cannot be recognized', ['--option', 'failAtSec=0.5', 'a.wav'], 1],
  ])('keeps what was in it when %s', async (_, args, code) => {
    const cwd = folder()
    const script = args.includes('--backend') ? ['--comp-unaware'] : SCRIPTED
    const run = await runProgram([...script, '--output', 'lines.log', ...args], { cwd })
    expect(run).toMatchObject({ code, stdout: '' })
    expect(readFileSync(join(cwd, 'lines.log'), 'utf8')).toBe(BEFORE)
  })

  it('keeps what was in it when Ctrl-C comes before the first audio, and nothing is beside it', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'waiting.mjs'), WAITING)
    writeFileSync(join(cwd, 'events.jsonl'), BEFORE)
    const files = readdirSync(cwd)
    const outputs = ['lines.log', 'events.jsonl', 'new.jsonl', 'new.srt'].flatMap((name) => ['--output', name])
    const args = ['--plugin', './waiting.mjs', '--backend', 'waiting', ...outputs, '-']
    const run = startProgram(args, {
      cwd,
      input: () => {},
      onLine: (line, child) => {
        if (line === 'loaded') setTimeout(() => child.kill('SIGINT'), 500)
      },
    })
    expect(await run.ended).toMatchObject({ code: 130, stdout: '' })
    for (const name of ['lines.log', 'events.jsonl']) expect(readFileSync(join(cwd, name), 'utf8')).toBe(BEFORE)
    expect(readdirSync(cwd)).toEqual(files)
  })

  it('has what was said before a failure, and nothing of what was there before', async () => {
    const cwd = folder()
    const run = await runProgram([...SCRIPTED, '--option', 'failAtSec=3.5', '--output', 'lines.log', 'a.wav'], { cwd })
    expect(run.code).toBe(1)
    expect(readFileSync(join(cwd, 'lines.log'), 'utf8')).toMatch(/^2000\.0000 0 900 w0 w1\n(\d.+\n)+$/)
  })

  it('is empty when nothing was said', async () => {
    const cwd = folder()
    const args = ['--backend', 'scripted', '--option', 'script=none.json', '--comp-unaware', '--output', 'lines.log']
    expect((await runProgram([...args, 'a.wav'], { cwd })).code).toBe(0)
    expect(readFileSync(join(cwd, 'lines.log'), 'utf8')).toBe('')
  })

  it('has its lines as they come', async () => {
    const cwd = folder()
    const run = startProgram([...SCRIPTED, '--option', 'computeSec=1', '--output', 'new.log', 'a.wav'], { cwd })
    let seen = ''
    while (!seen.includes('\n')) {
      await sleep(20)
      seen = await readFile(join(cwd, 'new.log'), 'utf8').catch(() => '')
    }
    expect(run.child.exitCode).toBe(null)
    expect((await run.ended).code).toBe(0)
    expect(readFileSync(join(cwd, 'new.log'), 'utf8').startsWith(seen)).toBe(true)
  })

  it('that cannot be opened is told of before anything is computed', async () => {
    const run = await runProgram([...SCRIPTED, '--output', 'no/such/folder.txt', 'a.wav'], { cwd: folder() })
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toMatch(
      /^asr-stream: error: no\/such\/folder\.txt cannot be written: .*--output another path\n$/,
    )
  })
})

describe.skipIf(process.platform === 'win32')('files that a run writes', () => {
  const between = () => {
    const cwd = folder()
    symlinkSync('.', join(cwd, 'here'))
    symlinkSync('lines.log', join(cwd, 'link.log'))
    symlinkSync('later.txt', join(cwd, 'early.txt'))
    symlinkSync('early.txt', join(cwd, 'earlier.txt'))
    linkSync(join(cwd, 'lines.log'), join(cwd, 'twin.log'))
    return cwd
  }

  it.each([
    [['-o', 'both.txt', '--record', 'both.txt'], '--output both.txt and --record both.txt'],
    [['-o', 'r.jsonl', '--record', 'r.jsonl'], '--output r.jsonl and --record r.jsonl'],
    [['-o', 'm.wav', '--markers', 'm.wav', '--format', 'lines'], '--output m.wav and --markers m.wav'],
    [['--markers', 'm.wav', '--record', 'm.wav'], '--markers m.wav and --record m.wav'],
    [['-o', 'r.wav', '--record', 'r.jsonl', '--record-audio'], '--output r.wav and --record-audio, in r.wav'],
    [['-o', 'x.srt', '-o', './x.srt'], '--output x.srt and --output ./x.srt'],
    [['-o', 'x.srt', '-o', 'here/x.srt'], '--output x.srt and --output here/x.srt'],
    [['-o', 'lines.log', '--record', 'link.log'], '--output lines.log and --record link.log'],
    [['-o', 'later.txt', '--record', 'early.txt'], '--output later.txt and --record early.txt'],
    [['-o', 'earlier.txt', '-o', 'early.txt'], '--output earlier.txt and --output early.txt'],
    [['-o', 'lines.log', '-o', 'twin.log'], '--output lines.log and --output twin.log'],
  ])('are refused where two are one: %s', async (args, names) => {
    const cwd = between()
    const files = readdirSync(cwd)
    const run = await runProgram([...SCRIPTED, ...args, 'a.wav'], { cwd })
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toBe(`asr-stream: error: ${names} are one file; give each a file of its own\n`)
    expect(readdirSync(cwd)).toEqual(files)
    expect(readFileSync(join(cwd, 'lines.log'), 'utf8')).toBe(BEFORE)
  })

  it('are written where links lead to that lead to nothing yet, and the links stay', async () => {
    const cwd = between()
    const run = await runProgram([...SCRIPTED, '-o', 'earlier.txt', 'a.wav'], { cwd })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(readFileSync(join(cwd, 'later.txt'), 'utf8')).not.toBe('')
    expect(readlinkSync(join(cwd, 'earlier.txt'))).toBe('early.txt')
    expect(readlinkSync(join(cwd, 'early.txt'))).toBe('later.txt')
  })

  it('are refused where one is standard output', () => {
    const command = `"${process.execPath}" "${PROGRAM}" ${SCRIPTED.join(' ')} a.wav --record new.txt 2>&1 > new.txt; echo $?`
    const said = execFileSync('sh', ['-c', command], { cwd: folder(), encoding: 'utf8' })
    expect(said).toMatch(/standard output and --record new\.txt are one file; give each a file of its own\n2\n$/)
  })

  it('are refused where one of one recording is another', async () => {
    const args = [...SCRIPTED, '--resume', '-o', 'x.srt', '-o', './x.srt', 'a.wav']
    const run = await runProgram(args, { cwd: folder() })
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('--output gives ./x.srt twice; leave one of them out')
    const linked = [...SCRIPTED, '--resume', '-o', 'lines.log', '-o', 'link.log', 'a.wav']
    const other = await runProgram(linked, { cwd: between() })
    expect(other).toMatchObject({ code: 2, stdout: '' })
    expect(other.stderr).toContain('--output lines.log and --output link.log are one file')
  })

  it('may be devices more than once', async () => {
    const outputs = ['-o', '/dev/null', '-o', '/dev/null', '--record', '/dev/null']
    const run = await runProgram([...SCRIPTED, ...outputs, 'a.wav'], { cwd: folder() })
    expect(run).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})

describe.skipIf(process.platform === 'win32')('audio', () => {
  it('is not replaced by the lines, by whatever name the file goes', async () => {
    const cwd = folder()
    const audio = join(cwd, 'a.wav')
    symlinkSync('a.wav', join(cwd, 'link.wav'))
    linkSync(audio, join(cwd, 'twin.wav'))
    for (const output of ['a.wav', './a.wav', 'link.wav', 'twin.wav']) {
      const named = await runProgram([...SCRIPTED, '--output', output, 'a.wav'], { cwd })
      expect(named).toMatchObject({ code: 2, stdout: '' })
      const command = `"${process.execPath}" "${PROGRAM}" ${SCRIPTED.join(' ')} - --output ${output} < a.wav 2>&1; echo $?`
      const piped = execFileSync('sh', ['-c', command], { cwd, encoding: 'utf8' })
      for (const said of [named.stderr, piped]) expect(said).toContain(`--output ${output} would overwrite the audio`)
      expect(piped.endsWith('\n2\n')).toBe(true)
    }
    const appended = execFileSync('sh', ['-c', `"${process.execPath}" "${PROGRAM}" a.wav 2>&1 >> a.wav || echo $?`], {
      cwd,
    })
    expect(appended.toString()).toMatch(/standard output would overwrite the audio.*\n2\n/)
    expect(statSync(audio).size).toBe(silentWav(4).length)
  })

  it('may be as a copy', async () => {
    const cwd = folder()
    copyFileSync(join(cwd, 'a.wav'), join(cwd, 'b.wav'))
    const run = await runProgram([...SCRIPTED, '--output', 'b.wav', 'a.wav'], { cwd })
    expect(run.code).toBe(0)
  })
})

describe.skipIf(process.platform === 'win32')('a pipe that has a name', () => {
  const withPipe = () => {
    const cwd = folder()
    execFileSync('mkfifo', [join(cwd, 'pipe')])
    return cwd
  }

  it('waits for its reader, who gets every line and the end', async () => {
    const cwd = withPipe()
    const run = startProgram([...SCRIPTED, '--output', 'pipe', 'a.wav'], { cwd })
    await sleep(500)
    const read = await readFile(join(cwd, 'pipe'), 'utf8')
    expect(read.match(/w\d/g)).toEqual(TEXTS)
    expect(await run.ended).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('ends the program well when its reader goes away', async () => {
    const cwd = withPipe()
    const run = startProgram([...SCRIPTED, '--output', 'pipe', 'a.wav'], { cwd })
    execFileSync('sh', ['-c', 'head -c 1 pipe'], { cwd })
    expect(await run.ended).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('gives a reader who waits the end also when there are no lines', async () => {
    const cwd = withPipe()
    const reading = readFile(join(cwd, 'pipe'), 'utf8')
    const options = ['--backend', 'scripted', '--option', 'script=none.json', '--option', 'failAtSec=1.5']
    const run = await runProgram([...options, '--comp-unaware', '--output', 'pipe', 'a.wav'], { cwd })
    expect([run.code, await reading]).toEqual([1, ''])
  })

  it.each([
    ['--record', ['--record', 'pipe'], 'SIGINT', 130],
    ['--record', ['--record', 'pipe'], 'SIGHUP', 129],
    ['--markers', ['--markers', 'pipe'], 'SIGINT', 130],
    ['--markers', ['--markers', 'pipe'], 'SIGHUP', 129],
    ['--record-audio', ['--record', 'run.jsonl', '--record-audio'], 'SIGINT', 130],
  ] as const)('of %s without a reader is given up after one signal: %s, %s', async (_, args, signal, code) => {
    const cwd = withPipe()
    symlinkSync('pipe', join(cwd, 'run.wav'))
    const run = startProgram([...SCRIPTED, '-o', 'text.log', ...args, 'a.wav'], { cwd })
    const isThere = () => existsSync(join(cwd, args[0] === '--record' && args.length === 2 ? 'pipe' : 'text.log'))
    while (!isThere()) await sleep(20)
    await sleep(2000)
    expect(run.child.exitCode).toBe(null)
    run.child.kill(signal)
    const late = setTimeout(() => run.child.kill('SIGKILL'), 15_000)
    expect((await run.ended).code).toBe(code)
    clearTimeout(late)
  })

  it.each([
    ['--record', ['--record', 'pipe'], /^\{"kind":"asr-stream run".*"type":"end"[^\n]*\n$/s],
    ['--markers', ['--markers', 'pipe'], /^RIFF.*cue /s],
  ])('of %s waits for its reader, who gets all of it', async (_, args, expected) => {
    const cwd = withPipe()
    const run = startProgram([...SCRIPTED, '-o', 'text.log', ...args, 'a.wav'], { cwd })
    await sleep(500)
    expect(await readFile(join(cwd, 'pipe'), 'latin1')).toMatch(expected)
    expect(await run.ended).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it.each([
    ['without a reader', false],
    ['whose reader does not read', true],
  ])('%s ends with Ctrl-C, by itself after a while, at once when asked twice', async (_, isOpen) => {
    for (const isHasty of [false, true]) {
      const cwd = withPipe()
      writeFileSync(join(cwd, 'talking.mjs'), TALKING)
      if (isOpen) openSync(join(cwd, 'pipe'), 'r+')
      const args = ['--plugin', './talking.mjs', '--backend', 'talking', '--comp-unaware', '--output', 'pipe', 'a.wav']
      let isTalking = false
      const run = startProgram(args, {
        cwd,
        onLine: () => {
          isTalking = true
        },
      })
      while (!isTalking) await sleep(20)
      await sleep(300)
      const askedAt = Date.now()
      run.child.kill('SIGINT')
      if (isHasty) {
        await sleep(200)
        run.child.kill('SIGINT')
      }
      expect((await run.ended).code).toBe(130)
      expect(Date.now() - askedAt).toBeLessThan(15_000)
    }
  })
})
