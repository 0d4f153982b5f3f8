import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WaveFile } from 'wavefile'
import { runProgram, spokenWords } from '../helpers/program.js'
import { fixture } from '../helpers/speech.js'
import { commandsOf, type Snippet, snippetsOf } from './snippets.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGES = ['docs/plugins.md', 'docs/from-python.md', 'docs/library.md', 'README.md']
/** Speech begins here in the recording, and commands take as long as what they hear. */
const [FROM_SEC, TO_SEC] = [0, 3]
/** Stands for the engine of an example. */
const ENGINE = `
export const recognize = async (audio) => {
  const end = audio.length / 16000
  return { words: [{ begin: 0, end, text: 'heard' }], segments: [{ end }] }
}`
/** Stands for the recorder of the system: records the talk, then somebody presses Ctrl-C. */
const RECORDER = `#!${process.execPath}
const { readFileSync } = require('node:fs')
const { join } = require('node:path')
process.on('SIGTERM', () => process.exit(0))
process.stdout.write(readFileSync(join(__dirname, '..', 'talk.wav')), () => process.kill(process.ppid, 'SIGINT'))
setInterval(() => {}, 1000)
`
const TYPESCRIPT = {
  compilerOptions: {
    target: 'ES2023',
    lib: ['ES2023', 'DOM'],
    types: [],
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    strict: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['*.ts'],
}

describe.each(PAGES)('the code of %s', (page) => {
  const snippets = snippetsOf(page)
  const of = (...kinds: Snippet['kind'][]) => snippets.filter(({ kind }) => kinds.includes(kind))
  const cwd = mkdtempSync(join(tmpdir(), 'asr-stream-docs-'))
  beforeAll(() => fill(cwd, snippets))
  afterAll(() => rmSync(cwd, { recursive: true, force: true }))

  it('is there, each file once', () => {
    const files = snippets.flatMap(({ file }) => file ?? [])
    expect(files.length).toBeGreaterThan(0)
    expect(files).toEqual([...new Set(files)])
  })

  it.each(of('plugin', 'fragment'))('$title: a plugin', async ({ file }) => {
    const run = await runProgram(['backends', '--plugin', `./${file}`], { cwd })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toContain(`(./${file})`)
  })

  it.each(of('program'))('$title: a program', async ({ file }) => {
    const env = { PATH: `${join(cwd, 'bin')}${delimiter}${process.env.PATH}` }
    const run = await runProgram([], { cwd, program: join(cwd, String(file)), env })
    expect(run).toMatchObject({ code: 0, stderr: '' })
  })

  it.each(of('tests'))('$title: a test', async ({ file }) => {
    const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
    const env = { VITEST: '', NO_COLOR: '1', FORCE_COLOR: '' }
    const run = await runProgram(['run', String(file)], { cwd, program: vitest, env })
    expect(run.stdout + run.stderr).toMatch(/Tests\s+\d+ passed \(\d+\)/)
    expect(run.code).toBe(0)
  })

  it.each(of('commands'))('$title: commands', async ({ code }) => {
    for (const args of commandsOf(code)) {
      const run = await runProgram(args, { cwd })
      expect({ args, ...run }).toMatchObject({ args, code: 0 })
      expect(run.stdout).not.toBe('')
    }
  })

  it('has types that fit', async () => {
    if (!snippets.some(({ file }) => file?.endsWith('.ts'))) return
    const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
    expect(await runProgram(['-p', '.'], { cwd, program: compiler })).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})

/** The files of a page, and what its code takes to be there: speech, a script, packages, a backend of the reader's own. */
function fill(cwd: string, snippets: readonly Snippet[]): void {
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(cwd, name), content)
  const loudness = readFileSync(join(ROOT, 'examples', 'plugins', 'loudness.mjs'), 'utf8')
  const wav = new WaveFile()
  const samples = fixture('jfk').audio.slice(FROM_SEC * 16_000, TO_SEC * 16_000)
  wav.fromScratch(
    1,
    16_000,
    '16',
    Int16Array.from(samples, (sample) => Math.round(sample * 32_767)),
  )
  for (const name of ['speech.wav', 'talk.wav']) write(name, wav.toBuffer())
  write('words.json', JSON.stringify(spokenWords(['one', 'two', 'three'])))
  write('my-backend.mjs', loudness.replace("name: 'loudness'", "name: 'my-backend'"))
  write('tsconfig.json', JSON.stringify(TYPESCRIPT))
  write('package.json', JSON.stringify({ type: 'module', private: true }))
  for (const { file, code } of snippets) if (file !== null) write(file, code)
  mkdirSync(join(cwd, 'bin'))
  write('bin/package.json', '{ "type": "commonjs" }')
  for (const name of ['arecord', 'rec', 'sox', 'ffmpeg']) {
    write(`bin/${name}`, RECORDER)
    chmodSync(join(cwd, 'bin', name), 0o755)
  }
  mkdirSync(join(cwd, 'node_modules', 'some-engine'), { recursive: true })
  write('node_modules/some-engine/package.json', '{ "type": "module", "main": "main.js" }')
  write('node_modules/some-engine/main.js', ENGINE)
  symlinkSync(ROOT, join(cwd, 'node_modules', 'asr-stream'), 'junction')
  symlinkSync(join(ROOT, 'node_modules', 'vitest'), join(cwd, 'node_modules', 'vitest'), 'junction')
}
