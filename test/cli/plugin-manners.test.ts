import { describe, expect, it } from 'vitest'
import { folderWith, runProgram, written } from '../helpers/program.js'

const SECOND_BYTES = 32_000
const RECOGNISER = `sep: ' ', tsWords: (r) => r, segmentsEndTs: () => [], async transcribe() { return [] }`
const PROCESSOR =
  'init() {}, insertAudioChunk() {}, async processIter() { return null }, async finish() { return null }'

/** A plugin whose recognizer is a good one but for some members. */
const plugin = (members: string, before = '') =>
  `${before}\nexport default { name: 'mine', async load() { return { metadata: {}, asr: { ${RECOGNISER}, ${members} } } } }`

/** A plugin whose processor says nothing but for some members. */
const processor = (members: string, before = '') =>
  `${before}\nexport default { name: 'mine', async load() { return { metadata: {}, processor: { ${PROCESSOR}, ${members} } } } }`

const CLOSING = "close() { throw new RangeError('stuck') }"

const run = (source: string, ...options: string[]) =>
  runProgram(['--plugin', './mine.mjs', '--backend', 'mine', '--comp-unaware', ...options, '-'], {
    cwd: folderWith({ 'mine.mjs': source }),
    input: written(Buffer.alloc(3 * SECOND_BYTES), 8000),
  })

describe('a plugin that gives what is no transcription ends with a sentence', () => {
  it.each<readonly [string, string, RegExp]>([
    [
      'tuples',
      "tsWords: () => [[0, 0.5, 'hi']]",
      /word 0 of tsWords\(\) is an array \(\[0,0\.5,"hi"\]\); a word is \{/,
    ],
    [
      "Python's names",
      "tsWords: () => [{ start: 0, end: 0.5, word: 'hi' }]",
      /"word":"hi"\}; a word is \{ begin, end, text/,
    ],
    ['a text', "tsWords: () => 'hi'", /tsWords\(\) must give an array, gave a string \(hi\)/],
    ['ends that are none', 'segmentsEndTs: () => 3', /segmentsEndTs\(\) must give an array, gave a number/],
    [
      'a probability in words',
      "tsWords: () => [{ begin: 0, end: 0.5, text: 'hi', probability: 'high' }]",
      /probability of word 0 of tsWords\(\) \("hi"\) is a string \(high\); it is a number from 0 to 1/,
    ],
  ])('%s', async (_, members, sentence) => {
    const { code, stdout, stderr } = await run(plugin(members))
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^asr-stream: error: the backend "mine": /)
    expect(stderr).toMatch(sentence)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  it('an exception names the backend, and where to look', async () => {
    const { code, stderr } = await run(plugin('async transcribe() { return null.words }'))
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^asr-stream: error: the backend "mine" fails while it recognizes: Cannot read .*; run with --log-level debug/,
    )
  })
})

describe('what else a plugin may get wrong is told with its name', () => {
  it.each<readonly [string, string, string]>([
    ['a delay', plugin("wordDelaySec: 'x'"), 'the backend "mine": wordDelaySec is a string (x); it is a finite number'],
    ['a longest audio', plugin('maxAudioSec: 0'), 'the backend "mine": maxAudioSec is a number (0); it is a number'],
    ['close() of a recognizer', plugin(CLOSING), 'the backend "mine" cannot be closed: stuck'],
    ['close() of a processor', processor(CLOSING), 'the backend "mine" cannot be closed: stuck'],
    ['unconfirmed()', processor('unconfirmed: () => 3'), 'the backend "mine": unconfirmed() gives a number (3)'],
    [
      'utteranceEnd()',
      processor("utteranceEnd: () => 'now'"),
      'the backend "mine": utteranceEnd() gives a string (now)',
    ],
    [
      'hasMore()',
      processor('hasMore: async () => false'),
      'the backend "mine": hasMore() gives a promise; it is true or',
    ],
  ])('%s', async (_, source, sentence) => {
    const { code, stderr } = await run(source)
    expect(code).toBe(1)
    expect(stderr).toContain(`asr-stream: error: ${sentence}`)
    expect(stderr).not.toContain('please report')
  })
})

describe('a plugin that ends the program', () => {
  it.each<readonly [string, string]>([
    ['in its module', 'process.exit(0)'],
    ['while it loads', "export default { name: 'mine', async load() { process.exit(0) } }"],
    ['while it recognizes', plugin('async transcribe() { process.exit(0) }')],
    [
      'while it recognizes, from a timer',
      plugin('transcribe: () => new Promise(() => setTimeout(process.exit, 1, 0))'),
    ],
  ])('has failed, and is told: %s', async (_, source) => {
    const { code, stdout, stderr } = await run(source)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('asr-stream: error: the program was ended from within: ')
    if (!source.includes('setTimeout')) expect(stderr).toMatch(/mine\.mjs:\d+ calls process\.exit\(0\)/)
  })
})

describe('an error that a plugin lets go', () => {
  it.each<readonly [string, string]>([
    ['in a timer', "setTimeout(() => { throw new Error('no luck') }, 1)"],
    ['in a promise that nobody waits for', "Promise.reject(new Error('no luck'))"],
  ])('is told with its place, and not blamed on the program: %s', async (_, failing) => {
    const { code, stderr } = await run(plugin(`transcribe() { ${failing}; return new Promise(() => {}) }`))
    expect(code).toBe(1)
    expect(stderr).toMatch(/error: unexpected: no luck; it comes from \S+mine\.mjs:\d+, which is no part of asr-stream/)
  })
})

describe('words without text', () => {
  it('make no lines', async () => {
    const words = await run(plugin("tsWords: () => ['', ' '].map((text) => ({ begin: 0, end: 0.5, text }))"))
    expect([words.code, words.stdout, words.stderr]).toEqual([0, '', ''])
    const empty = "{ begin: 0, end: 1, text: '', words: [{ begin: 0, end: 1, text: '' }] }"
    const segments = await run(processor(`processIter: async () => (${empty})`))
    expect([segments.code, segments.stdout, segments.stderr]).toEqual([0, '', ''])
  })
})

describe('a backend that is none', () => {
  it('gives nothing, which is told', async () => {
    const { code, stderr } = await run("export default { name: 'mine', async load() {} }")
    expect(code).toBe(1)
    expect(stderr).toContain('the backend "mine": load() must give { asr, metadata } or { processor, metadata }, gave')
  })

  it('fails on all that is said, though not on the first moments: no text is no success', async () => {
    const failing = 'async transcribe(audio) { if (audio.length > 20_000) null.words; return [] }'
    const { code, stdout, stderr } = await run(plugin(failing))
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('error: the backend "mine" fails while it recognizes')
  })
})

describe('a promise that is never kept ends with a sentence', () => {
  it('of load()', async () => {
    const { code, stderr } = await run(`export default { name: 'mine', load: () => new Promise(() => {}) }`)
    expect(code).toBe(1)
    expect(stderr).toContain(
      'error: the backend "mine" has not loaded: its availability() or load() waits for something that never comes',
    )
  })

  it('of its module, and of availability()', async () => {
    const module = await run('await new Promise(() => {})\nexport default { name: "mine", load() {} }')
    expect([module.code, module.stdout]).toEqual([1, ''])
    expect(module.stderr).toContain('error: a plugin has not loaded: its module waits for something that never comes')
    const cwd = folderWith({
      'mine.mjs': 'export default { name: "mine", availability: () => new Promise(() => {}), load() {} }',
    })
    const list = await runProgram(['backends', '--plugin', './mine.mjs'], { cwd })
    expect(list.code).toBe(0)
    expect(list.stdout).toContain('onnx-whisper')
    expect(list.stdout).toContain('its availability() waits for something that never comes')
  })

  it.skipIf(process.platform === 'win32')('of load(), with a timer that runs, ends with one signal', async () => {
    const endless = `export default { name: 'mine', load() {
      setInterval(() => {}, 1000)
      console.log('loading now')
      return new Promise(() => {})
    } }`
    const { code } = await runProgram(['--plugin', './mine.mjs', '--backend', 'mine', '--comp-unaware', '-'], {
      cwd: folderWith({ 'mine.mjs': endless }),
      input: written(Buffer.alloc(SECOND_BYTES)),
      onLine: (line, child) => void (line.includes('loading now') && child.kill('SIGTERM')),
    })
    expect(code).toBe(143)
  })

  it('of a recognizer, when it is warmed up and later, after the text so far', async () => {
    const atOnce = await run(plugin('transcribe: () => new Promise(() => {})'))
    const answer = `let calls = 0; const said = [{ begin: 0.1, end: 0.5, text: 'hi' }]`
    const later = await run(plugin('transcribe: async () => (++calls < 4 ? said : new Promise(() => {}))', answer))
    for (const { code, stderr } of [atOnce, later]) {
      expect(code).toBe(1)
      expect(stderr).toContain('error: the backend "mine" does not answer: it waits for something that never comes')
    }
    expect(later.stdout).toMatch(/ hi\n$/)
  })
})

describe('standard output', () => {
  it('has no line of a plugin, whatever it prints, in whichever thread', async () => {
    const printing = `
      import { Worker } from 'node:worker_threads'
      console.log('imported')
      const said = [{ begin: 0.1, end: 0.5, text: 'hi' }]
      const worker = () => new Promise((resolve) => new Worker("console.log('thread')", { eval: true }).on('exit', resolve))`
    const members = `async transcribe() { console.info('info'); process.stdout.write('raw\\n'); await worker(); return said }`
    const { code, stdout, stderr } = await run(plugin(members, printing))
    expect(code).toBe(0)
    expect(stdout).toMatch(/^[\d.]+ 100 500 hi\n$/)
    for (const text of ['imported', 'info', 'raw', 'thread']) expect(stderr).toContain(text)
  })

  it('has the help and the version', async () => {
    const help = await runProgram(['--help'], { cwd: '.' })
    expect([help.code, help.stderr]).toEqual([0, ''])
    expect(help.stdout).toContain('--min-chunk-size')
    expect((await runProgram(['--version'], { cwd: '.' })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('a processor of a plugin that fails', () => {
  const ticking = (fails: string) => `
    class Ticker {
      init(offset = 0) { this.begin = this.end = offset }
      insertAudioChunk(audio) { this.end += audio.length / 16000 }
      async processIter() {
        if (this.begin === this.end) return null
        if (${fails}) throw new RangeError('off by one')
        const word = { begin: this.begin, end: this.end, text: 'tick' }
        this.begin = this.end
        return { ...word, words: [word] }
      }
      async finish() { return this.processIter() }
    }
    export default { name: 'mine', load: async () => ({ metadata: {}, processor: new Ticker() }) }`
  const hear = (fails: string, ...options: string[]) =>
    runProgram(['--plugin', './mine.mjs', '--backend', 'mine', '--comp-unaware', ...options, '-'], {
      cwd: folderWith({ 'mine.mjs': ticking(fails) }),
      input: written(Buffer.alloc(12 * SECOND_BYTES), 8000),
    })

  it('loses the audio on which it fails twice, which is told and in the account, and goes on', async () => {
    const { code, stdout, stderr } = await hear('this.begin < 6 && this.end > 5', '--account')
    const ticks = stdout.split('\n').filter((line) => line.endsWith('tick'))
    expect(code).toBe(0)
    expect(ticks.map((line) => line.split(' ')[1])).toEqual(['0', '1000', '2000', '3000', '4000', ...SECONDS_AFTER])
    expect(stderr).toMatch(
      /warning: 2\.0 s of audio from 5\.0 s on are left out: the backend "mine" fails .*off by one/,
    )
    expect(stderr).toMatch(/account: +2\.00 s +32000 samples +skipped: the backend "mine" fails/)
  })

  it('on all audio ends with its error', async () => {
    const { code, stdout, stderr } = await hear('true')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/error: the backend "mine" fails while it recognizes: off by one/)
  })
})

const SECONDS_AFTER = ['7000', '8000', '9000', '10000', '11000']
