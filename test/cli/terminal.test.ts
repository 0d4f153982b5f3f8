import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { folderWith, silentWav, spokenWords } from '../helpers/program.js'
import { hasPseudoTerminals, TerminalRun } from '../helpers/pseudo-terminal.js'

const TEXTS = Array.from({ length: 120 }, (_, index) => `word${index}`)
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json']
const UNSTABLE = [...SCRIPTED, '--option', 'unstable=2']
const CTRL_C = '\u0003'
const DIM = '\u001b[2m'

/** Recognizes five seconds of long audio, and a word in them, when a file says so. */
const WINDOWS = `
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
export default { name: 'windows', load: async () => ({ metadata: {}, asr: { sep: ' ', tsWords: (r) => r, segmentsEndTs: () => [],
  async transcribe(audio, { onProgress }) {
    const words = []
    for (let begin = 0; begin + 5 <= audio.length / 16000; begin += 5) {
      const word = { begin, end: begin + 4.5, text: 'word' + words.length }
      while (!existsSync('window' + (words.length + 1))) await sleep(20)
      words.push(word)
      onProgress?.({ untilSec: begin + 5, words: [word] })
    }
    return words
  } } }) }`

const words = (lines: readonly string[]) => lines.join(' ').match(/word\d+(?!\S*~)/g) ?? []

/** A pipe that the test writes into when it wants. */
async function pipeIn(cwd: string): Promise<FileHandle> {
  execFileSync('mkfifo', [join(cwd, 'pipe')])
  const pipe = await open(join(cwd, 'pipe'), 'r+')
  onTestFinished(() => pipe.close().catch(() => {}))
  return pipe
}
const seconds = (count: number) => Buffer.alloc(count * 32_000)

describe.skipIf(!hasPseudoTerminals())('on a terminal', () => {
  const folder = () => folderWith({ 'words.json': spokenWords(TEXTS), 'a.wav': silentWav(20) })

  it('text grows, and is all that is left', async () => {
    const run = new TerminalRun([...SCRIPTED, '--comp-unaware', 'a.wav'], folder())
    expect(await run.ended).toBe(0)
    const lines = await run.screen.lines()
    expect(lines.join(' ')).toBe(TEXTS.slice(0, 40).join(' '))
    expect(lines.every((line) => line.length < 60)).toBe(true)
    expect(run.written).toContain(`${DIM}`)
    // The cursor is shown again.
    expect(run.written.lastIndexOf('\u001b[?25h')).toBeGreaterThan(run.written.lastIndexOf('\u001b[?25l'))
  })

  it('what may change is dim, replaced in place, and survives another size', async () => {
    const cwd = folder()
    const pipe = await pipeIn(cwd)
    const run = new TerminalRun([...UNSTABLE, '--min-chunk-size', '0.5', 'pipe'], cwd)
    const isStill = (lines: readonly string[]) => /^\d+ s( {3}dim: may still change)?$/.test(lines.at(-1) ?? '')
    await pipe.write(seconds(10))
    await run.until((lines) => lines.join(' ').includes('word19~') && isStill(lines))
    expect(await run.screen.dim()).toMatch(/word18~10\.00 word19~10\.00/)
    await pipe.write(seconds(5))
    await run.until((lines) => lines.join(' ').includes('word29~') && isStill(lines))
    for (const [columns, rows] of [
      [30, 16],
      [100, 24],
      [45, 12],
    ] as const) {
      await run.resize(columns, rows)
      const lines = await run.until((now) => words(now).join(' ') === TEXTS.slice(0, 28).join(' ') && isStill(now))
      expect(lines.join(' ').match(/~/g)).toHaveLength(2)
    }
    await pipe.write(seconds(5))
    await run.until((lines) => lines.join(' ').includes('word39~'))
    run.type(CTRL_C)
    expect(await run.ended).toBe(130)
    const text = (await run.screen.unbroken()).join(' ').replaceAll('^C', '')
    expect(text.match(/word\d+/g)).toEqual(TEXTS.slice(0, 40))
  })

  it.each([
    ['--no-live', {}],
    ['--quiet', {}],
    ['', { TERM: 'dumb' }],
  ])('lines with times are printed with %j and %j', async (option, env) => {
    const run = new TerminalRun([...SCRIPTED, '--comp-unaware', option, 'a.wav'], folder(), env)
    expect(await run.ended).toBe(0)
    const lines = (await run.screen.lines()).filter((line) => /^\d+\.\d{4} \d+ \d+ /.test(line))
    expect(words(lines)).toEqual(TEXTS.slice(0, 40))
    if (option !== '--no-live') expect(run.written).not.toContain('\u001b')
  })

  it('there is no style with NO_COLOR', async () => {
    const run = new TerminalRun([...UNSTABLE, '--comp-unaware', 'a.wav'], folder(), { NO_COLOR: '1' })
    expect(await run.ended).toBe(0)
    expect(run.written).toMatch(/\[word.+~7\.00\]/)
    expect(run.written).not.toContain(DIM)
  })

  it('an error comes after the text, on a line of its own', async () => {
    const run = new TerminalRun([...SCRIPTED, '--comp-unaware', '--option', 'failAtSec=4.5', 'a.wav'], folder())
    expect(await run.ended).toBe(1)
    expect(await run.screen.lines()).toEqual([
      TEXTS.slice(0, 8).join(' '),
      expect.stringContaining('asr-stream: error: the script fails at 4.5 s'),
      expect.anything(),
    ])
  })

  it('a second Ctrl-C ends at once, and gives the cursor back', async () => {
    const hanging = `export default { name: 'hanging', load: async () => ({ metadata: {}, processor: {
      init() {}, insertAudioChunk() {}, async finish() { return null },
      processIter() { console.error('hearing'); return new Promise((resolve) => setTimeout(resolve, 1e9)) } } }) }`
    const cwd = folderWith({ 'hanging.mjs': hanging })
    const pipe = await pipeIn(cwd)
    await pipe.write(seconds(2))
    const run = new TerminalRun(['--plugin', './hanging.mjs', '--backend', 'hanging', 'pipe'], cwd)
    await run.until((lines) => lines.join('').includes('hearing'))
    run.type(CTRL_C)
    await run.until((lines) => lines.join('').includes('^C'))
    // Two that come before the first is noticed are one.
    const again = setInterval(() => run.type(CTRL_C), 300)
    expect(await run.ended).toBe(130)
    clearInterval(again)
    expect(run.written.lastIndexOf('\u001b[?25h')).toBeGreaterThan(run.written.lastIndexOf('\u001b[?25l'))
  })

  it('progress is what is recognized, with its text, and ends at 100 %', async () => {
    const cwd = folderWith({ 'windows.mjs': WINDOWS, 'a.wav': silentWav(20) })
    const windows = ['--plugin', './windows.mjs', '--backend', 'windows', '--offline', 'a.wav']
    const run = new TerminalRun(windows, cwd)
    await run.until((lines) => lines.at(-1)?.startsWith('0 s of 20 s, 0 %') ?? false)
    for (const [window, percent] of [
      [1, 25],
      [2, 50],
      [3, 75],
    ] as const) {
      writeFileSync(join(cwd, `window${window}`), '')
      await run.until((lines) => lines.at(-1)?.startsWith(`${5 * window} s of 20 s, ${percent} %`) ?? false)
      expect(await run.screen.dim()).toContain(Array.from({ length: window }, (_, index) => `word${index}`).join(' '))
    }
    writeFileSync(join(cwd, 'window4'), '')
    expect(await run.ended).toBe(0)
    expect(run.written).toContain('20 s of 20 s, 100 %')
    expect(await run.screen.lines()).toEqual(['word0 word1 word2 word3'])
  })

  it.each([
    ['--comp-unaware', '--no-live'],
    ['--offline', '--no-live'],
    ['--offline', '--format', 'srt'],
  ])('the spinner shows the end of the audio before it goes, with %s %s', async (...options) => {
    const run = new TerminalRun([...SCRIPTED, ...options, 'a.wav', '>', 'text'], folder())
    expect(await run.ended).toBe(0)
    expect([...run.written.matchAll(/20 s, \d+ %/g)].at(-1)?.[0]).toBe('20 s, 100 %')
  })

  it('progress counts from --start-at on', async () => {
    const run = new TerminalRun([...SCRIPTED, '--comp-unaware', '--start-at', '5', 'a.wav'], folder())
    expect(await run.ended).toBe(0)
    const shown = [...run.written.matchAll(/(\d+) s of 20 s, (\d+) %/g)].map(([, seconds, percent]) => [
      seconds,
      percent,
    ])
    expect(shown[0]).toEqual(['5', '25'])
    expect(shown.at(-1)).toEqual(['20', '100'])
  })

  it('lines go to a file while text grows', async () => {
    const cwd = folder()
    const run = new TerminalRun([...SCRIPTED, '--comp-unaware', '--output', 'lines.log', 'a.wav'], cwd)
    expect(await run.ended).toBe(0)
    expect((await run.screen.lines()).join(' ')).toBe(TEXTS.slice(0, 40).join(' '))
    const lines = readFileSync(join(cwd, 'lines.log'), 'utf8').trimEnd().split('\n')
    expect(words(lines)).toEqual(TEXTS.slice(0, 40))
    for (const line of lines) expect(line).toMatch(/^\d+\.\d{4} \d+ \d+ word/)
  })

  it('no audio is taken from the keyboard', async () => {
    const run = new TerminalRun([...SCRIPTED, '-'], folder())
    expect(await run.ended).toBe(2)
    expect((await run.screen.lines()).join('')).toContain('standard input is a terminal: no audio comes from there')
  })

  it('the microphone has a meter, and says whether there is speech', async () => {
    const tone = `for (let i = 0; i < 96000; i++) wav.writeInt16LE(i > 48000 ? 9000 * Math.sin(i / 5) : i % 3, 2 * i)`
    const rec = `#!${process.execPath}\nconst wav = Buffer.alloc(192000); ${tone}; let at = 0
      setInterval(() => process.stdout.write(wav.subarray(at, at += 3200)), 100)`
    const cwd = folderWith({ 'words.json': spokenWords(TEXTS), rec })
    chmodSync(join(cwd, 'rec'), 0o755)
    const run = new TerminalRun([...SCRIPTED, '--mic'], cwd, { PATH: cwd, LC_ALL: 'C.UTF-8' })
    await run.until((lines) => /^speech {4}▕█{5}/.test(lines.at(-1) ?? ''))
    expect(run.written).toMatch(/listening ▕ +▏/)
    run.type(CTRL_C)
    expect(await run.ended).toBe(130)
    expect((await run.screen.lines()).join(' ')).toMatch(/^word0 word1/)
    const plain = new TerminalRun([...SCRIPTED, '--mic'], cwd, { PATH: cwd, LC_ALL: 'C' })
    await plain.until((lines) => /^speech {4}\[#{5}/.test(lines.at(-1) ?? ''))
    plain.type(CTRL_C)
    expect(await plain.ended).toBe(130)
    expect(plain.written).toMatch(/^[\0-\x7f]*$/)
  })
})
