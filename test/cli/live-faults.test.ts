import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import type { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { folderWith, PROGRAM, runProgram, spokenWords, wordsOf, written } from '../helpers/program.js'

const SECOND_BYTES = 32_000
const TEXTS = Array.from({ length: 40 }, (_, index) => `w${index}`)
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json']

/** Tells of each update on standard error, and at the end how much audio it has heard. */
const TELLING = `
let heard = 0
const processor = {
  init() {}, insertAudioChunk(audio) { heard += audio.length },
  async processIter() { console.error('heard ' + heard); return null },
  async finish() { const word = { begin: 0, end: 1, text: String(heard) }; return { ...word, words: [word] } } }
export default { name: 'telling', load: async () => ({ processor, metadata: {} }) }`
/** Hears, and never answers. */
const HANGING = `
const processor = { init() {}, insertAudioChunk() {}, async finish() { return null },
  processIter(signal) { console.error('hearing'); return new Promise((_, reject) => {
    setInterval(() => {}, 1e9); signal.addEventListener('abort', () => reject(signal.reason)) }) } }
export default { name: 'hanging', load: async () => ({ processor, metadata: {} }) }`
const UNHEARD =
  /^hearing\nasr-stream: warning: the last \d\.\d s of audio are not in the text: the backend "hanging" has not .+\n$/
/** Has much to say to each update. */
const TALKING = `
const word = { begin: 0, end: 1, text: 'word '.repeat(20000) }
const processor = { init() {}, insertAudioChunk() {}, async finish() { return null },
  async processIter() { console.error('said'); return { ...word, words: [word] } } }
export default { name: 'talking', load: async () => ({ processor, metadata: {} }) }`
const FOLDER = { 'telling.mjs': TELLING, 'hanging.mjs': HANGING, 'talking.mjs': TALKING }

const plugin = (name: string) => ['--plugin', `./${name}.mjs`, '--backend', name]
/** Some seconds of audio, then nothing, without an end. */
const stalled = (seconds: number) => (stdin: Writable) => void stdin.write(Buffer.alloc(seconds * SECOND_BYTES))

describe.skipIf(process.platform === 'win32')('a live stream that is interrupted', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s stops listening and says what it has heard', async (signal, code) => {
    let updates = 0
    const run = await runProgram([...plugin('telling'), '-'], {
      cwd: folderWith(FOLDER),
      input: stalled(1.5),
      onLine(_, child) {
        // What comes after the first update is not lost, however short it is.
        if (updates++ === 0) child.stdin?.write(Buffer.alloc(SECOND_BYTES / 4), () => child.kill(signal))
      },
    })
    expect(run).toMatchObject({ code, stdout: expect.stringMatching(/ 28000\n$/) })
  })

  it('gives up a recognition that does not end, by itself after a while, or at once when asked twice', async () => {
    const options = { cwd: folderWith(FOLDER), input: stalled(2) }
    let askedAt = 0
    const patient = await runProgram([...plugin('hanging'), '-'], {
      ...options,
      onLine(line, child) {
        if (line !== 'hearing') return
        askedAt = Date.now()
        child.kill('SIGINT')
      },
    })
    expect(patient).toEqual({ code: 130, stdout: '', stderr: expect.stringMatching(UNHEARD) })
    // It is documented as three seconds; slow machines get some more.
    expect(Date.now() - askedAt).toBeLessThan(15_000)
    const hasty = await runProgram([...plugin('hanging'), '-'], {
      ...options,
      onLine(_, child) {
        child.kill('SIGTERM')
        setTimeout(() => child.kill('SIGTERM'), 200)
      },
    })
    expect(hasty).toEqual({ code: 143, stdout: '', stderr: 'hearing\n' })
  })

  it('while nobody takes its lines ends all the same', async () => {
    const child = spawn(process.execPath, [PROGRAM, ...plugin('talking'), '--min-chunk-size', '0.1', '-'], {
      cwd: folderWith(FOLDER),
    })
    const said = text(child.stderr)
    const feeding = setInterval(() => child.stdin.write(Buffer.alloc(SECOND_BYTES / 5)), 20)
    child.stdin.on('error', () => {})
    // Standard output is not read: after some lines the pipe is full.
    await once(child.stderr, 'data')
    setTimeout(() => child.kill('SIGINT'), 1000)
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    clearInterval(feeding)
    child.stdout.resume()
    // As a shell tells it: the program ends by the signal.
    expect(signal === null ? code : 128 + constants.signals[signal]).toBe(130)
    expect((await said).split('\n').length).toBeLessThan(30)
  })
})

/** Audio without an end, as long as somebody reads it. */
const endless = (stdin: Writable) => {
  const feeding = setInterval(() => stdin.writable && stdin.write(Buffer.alloc(SECOND_BYTES)), 20)
  stdin.once('close', () => clearInterval(feeding))
}

describe.skipIf(process.platform !== 'linux')('a live stream whose lines cannot be written', () => {
  it('ends with an error when the disk is full', async () => {
    const run = await runProgram([...plugin('talking'), '--output', '/dev/full', '-'], {
      cwd: folderWith(FOLDER),
      input: endless,
    })
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toContain('asr-stream: error: /dev/full cannot be written: no space left on device\n')
  })

  it('ends quietly when the reader goes away', async () => {
    const child = spawn(process.execPath, [PROGRAM, ...plugin('talking'), '-'], { cwd: folderWith(FOLDER) })
    child.stdin.on('error', () => {})
    endless(child.stdin)
    child.stdout.once('data', () => child.stdout.destroy())
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    expect(code).toBe(0)
    expect(said.replaceAll('said\n', '')).toBe('')
  })
})

describe('a live stream', () => {
  it('of anything gives no crash', async () => {
    const garbage = Buffer.from(Array.from({ length: 200_001 }, (_, index) => (index * index * 31 + index * 7) % 251))
    for (const encoding of ['s16le', 'f32le', 'u8']) {
      const run = await runProgram([...plugin('telling'), '--raw-encoding', encoding, '-'], {
        cwd: folderWith(FOLDER),
        input: written(garbage, 4097),
      })
      expect(run.code).toBe(0)
    }
  })

  it('goes on after the recognizer fails once, and ends with an error when it fails for good', async () => {
    const words = spokenWords(TEXTS)
    const flaky = (fails: string) => `
      import { readFileSync } from 'node:fs'
      const words = JSON.parse(readFileSync('words.json', 'utf8'))
      let calls = 0
      export default { name: 'flaky', load: async () => ({ metadata: {}, asr: { sep: ' ', tsWords: (r) => r, segmentsEndTs: (r) => r.slice(-1).map((w) => w.end),
        async transcribe(audio, { positionSamples: at }) {
          if (${fails}) throw new Error('no answer')
          const [begin, end] = [at / 16000, (at + audio.length) / 16000]
          return words.filter((w) => w.begin >= begin && w.end <= end).map((w) => ({ ...w, begin: w.begin - begin, end: w.end - begin }))
        } } }) }`
    const run = (fails: string) =>
      runProgram([...plugin('flaky'), '--max-backlog', '2', '-'], {
        cwd: folderWith({ 'words.json': words, 'flaky.mjs': flaky(fails) }),
        input: written(Buffer.alloc(20 * SECOND_BYTES), 8000),
      })
    const passing = await run('++calls === 4')
    expect([passing.code, passing.stderr, wordsOf(passing.stdout)]).toEqual([0, '', TEXTS])
    const always = await run('++calls > 3')
    expect(always.code).toBe(1)
    const failure = 'the backend "flaky" fails while it recognizes: no answer'
    expect(always.stderr).toContain(`asr-stream: error: ${failure}; run with --log-level debug for the place\n`)
    expect(always.stderr).toMatch(/warning: \d+\.\d s of audio from \d+\.\d s on are left out: .*please report this/)
    expect(wordsOf(always.stdout)).toEqual(TEXTS.slice(0, wordsOf(always.stdout).length))
    expect(wordsOf(always.stdout).length).toBeGreaterThan(2)
  })

  it('of an hour takes no more memory than one of ten minutes', async () => {
    const texts = Array.from({ length: 7200 }, (_, index) => `w${index}`)
    const cwd = folderWith({
      'words.json': spokenWords(texts),
      'peak.mjs': `process.on('exit', () => console.error(process.resourceUsage().maxRSS))`,
    })
    const peakOf = async (minutes: number) => {
      const run = await runProgram([...SCRIPTED, '--comp-unaware', '-'], {
        cwd,
        env: { NODE_OPTIONS: '--import ./peak.mjs' },
        input: async (stdin) => {
          for (let second = 0; second < minutes * 60; second++) {
            if (!stdin.write(Buffer.alloc(SECOND_BYTES))) await once(stdin, 'drain')
          }
          stdin.end()
        },
      })
      expect(run.code).toBe(0)
      expect(wordsOf(run.stdout)).toEqual(texts.slice(0, minutes * 120))
      return Number(run.stderr) / 1024
    }
    // An hour of samples would be 220 MB.
    expect((await peakOf(60)) - (await peakOf(10))).toBeLessThan(60)
  }, 300_000)
})
