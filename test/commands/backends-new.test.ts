import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { scaffoldBackend } from '../../src/backends/scaffold.js'
import { UsageError } from '../../src/core/errors.js'
import { folderWith, runProgram, temporaryFolder, wordsOf } from '../helpers/program.js'
import { fixturePath } from '../helpers/speech.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FILES = [
  '.gitignore',
  'README.md',
  'package.json',
  'src/index.ts',
  'src/model.ts',
  'test/backend.test.ts',
  'tsconfig.json',
]

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()

/** What `npm install` would bring. */
function install(folder: string): void {
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(ROOT, join(folder, 'node_modules', 'asr-stream'), 'junction')
  for (const name of ['vitest', 'typescript']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), 'junction')
  }
}

describe('asr-stream backends new', () => {
  it('writes a plugin that recognizes at once', async () => {
    const cwd = temporaryFolder()
    const made = await runProgram(['backends', 'new', 'door-bell'], { cwd })
    expect(made).toMatchObject({ code: 0, stderr: '' })
    expect(filesOf(join(cwd, 'door-bell'))).toEqual([...FILES].sort())
    const command = /asr-stream (--plugin \S+ --backend \S+) speech.wav/.exec(made.stdout)?.[1]?.split(' ') ?? []
    expect(command).toContain('./door-bell/src/index.ts')
    const run = await runProgram([...command, '--comp-unaware', fixturePath('jfk')], { cwd })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    const words = wordsOf(run.stdout)
    expect(words.length).toBeGreaterThan(2)
    expect(words).toEqual(words.map(() => expect.stringMatching(/^sound\(\d\.\d\ds\)$/)))
    const listed = await runProgram(['backends', '--plugin', './door-bell/src/index.ts'], { cwd })
    expect(listed.stdout).toContain('door-bell (./door-bell/src/index.ts): says when')
    const mistyped = await runProgram([...command, '--option', 'levelDb=loud', fixturePath('jfk')], { cwd })
    expect(mistyped).toMatchObject({ code: 2, stdout: '' })
  })

  it('writes tests that pass, and types that fit', async () => {
    const cwd = temporaryFolder()
    await runProgram(['backends', 'new', 'my-backend', '--folder', 'plugins/mine'], { cwd })
    const folder = join(cwd, 'plugins', 'mine')
    install(folder)
    const tests = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
    const env = { VITEST: '', NO_COLOR: '1', FORCE_COLOR: '' }
    const tested = await runProgram(['run'], { cwd: folder, program: tests, env })
    expect(tested.stdout + tested.stderr).toMatch(/Tests\s+\d\d passed \(\d\d\)/)
    expect(tested.code).toBe(0)
    const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
    expect(await runProgram(['--noEmit'], { cwd: folder, program: compiler })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
  })

  it('names the package, with the versions that the program is tested with', async () => {
    const cwd = temporaryFolder()
    await runProgram(['backends', 'new', 'abc'], { cwd })
    const own = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const written = JSON.parse(readFileSync(join(cwd, 'abc', 'package.json'), 'utf8'))
    expect(written).toMatchObject({
      name: 'abc',
      peerDependencies: { 'asr-stream': `>=${own.version}` },
      devDependencies: { vitest: own.devDependencies.vitest, typescript: own.devDependencies.typescript },
    })
    const linked = written.devDependencies['asr-stream'].replace('file:', '')
    expect(readFileSync(join(cwd, 'abc', linked, 'package.json'), 'utf8')).toContain('"asr-stream"')
    for (const file of FILES)
      expect(readFileSync(join(cwd, 'abc', file), 'utf8')).not.toMatch(/my-backend|PROGRAM_|_VERSION/)
  })

  it('overwrites nothing', async () => {
    const cwd = folderWith({ 'a-file': 'kept' })
    mkdirSync(join(cwd, 'full'))
    writeFileSync(join(cwd, 'full', 'mine.txt'), 'kept')
    mkdirSync(join(cwd, 'empty'))
    for (const name of ['full', 'a-file']) {
      const run = await runProgram(['backends', 'new', name], { cwd })
      expect(run).toMatchObject({ code: 2, stdout: '' })
      expect(run.stderr).toMatch(/exists already and is not overwritten; .*--folder/)
    }
    expect(filesOf(join(cwd, 'full'))).toEqual(['mine.txt'])
    expect(await runProgram(['backends', 'new', 'empty'], { cwd })).toMatchObject({ code: 0, stderr: '' })
  })

  it.each(['', 'My-Backend', '../up', 'a b', '-x', 'a--b', 'a_b', 'é', '1a', 'a/b', 'x'.repeat(101)])(
    'refuses the name "%s"',
    async (name) => {
      const cwd = temporaryFolder()
      const refused = await scaffoldBackend(name, join(cwd, 'made')).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(UsageError)
      expect(refused).toMatchObject({
        message: `"${name}" is not a valid backend name`,
        hint: expect.stringContaining('give lower-case letters'),
      })
      expect(filesOf(cwd)).toEqual([])
    },
  )

  it('refuses a name that is taken, by a backend or by the program', async () => {
    const cwd = temporaryFolder()
    const run = await runProgram(['backends', 'new', 'scripted'], { cwd })
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('the name "scripted" is taken')
    await expect(scaffoldBackend('asr-stream', join(cwd, 'made'))).rejects.toThrow('the name "asr-stream" is taken')
    expect(filesOf(cwd)).toEqual([])
  })

  it('says of a name that will not do what is wrong, in one line', async () => {
    const cwd = temporaryFolder()
    const run = await runProgram(['backends', 'new', '--', '-x'], { cwd })
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toMatch(/^asr-stream: error: "-x" is not a valid backend name; give lower-case.+\n$/)
    expect(filesOf(cwd)).toEqual([])
  })

  it('wants a name', async () => {
    const run = await runProgram(['backends', 'new'], { cwd: temporaryFolder() })
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('asr-stream backends new needs <name>')
  })
})
