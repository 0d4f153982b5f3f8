import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyHome } from '../helpers/empty-home.js'
import { filesUnder, ROOT } from '../helpers/imports.js'
import { runProgram, temporaryFolder } from '../helpers/program.js'
import { localRegistry, runNpm } from '../helpers/registry.js'

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

/** What npm makes a package of, without building it again: other tests run what is built. */
async function pack(...options: readonly string[]): Promise<Packed> {
  const { code, stdout, stderr } = await runNpm(['pack', '--json', '--ignore-scripts', ...options], ROOT)
  expect(code, stderr).toBe(0)
  return (JSON.parse(stdout) as readonly [Packed])[0]
}

/** npm unpacks 100 MB and more, on machines that are busy with other things. */
const PATIENCE_MS = 600_000
const shelf = mkdtempSync(join(tmpdir(), 'asr-stream-packed-'))
let tarball = ''
beforeAll(async () => {
  tarball = join(shelf, (await pack('--pack-destination', shelf)).filename)
}, PATIENCE_MS)
afterAll(() => rmSync(shelf, { recursive: true, force: true }))

describe('the package', () => {
  it('has what it needs, and nothing else', async () => {
    const files = (await pack('--dry-run')).files.map(({ path }) => path)
    const source = filesUnder('src').filter((file) => !file.endsWith('.d.ts'))
    for (const file of source) expect(files).toContain(file.replace(/^src/, 'dist').replace(/ts$/, 'js'))
    for (const folder of [
      'models/whisper-tiny.en',
      'models/silero-vad',
      'deploy',
      'docs',
      'templates/backend',
      'examples/plugins',
    ]) {
      for (const name of readdirSync(join(ROOT, folder))) {
        expect(
          files.some((file) => file.startsWith(`${folder}/${name}`)),
          `${folder}/${name}`,
        ).toBe(true)
      }
    }
    for (const file of [
      'README.md',
      'LICENSE',
      'NOTICE.md',
      'CHANGELOG.md',
      'bin/asr-stream.js',
      'tools/export_whisper.py',
    ]) {
      expect(files).toContain(file)
    }
    const tops = ['bin', 'deploy', 'dist', 'models', 'docs', 'examples', 'page', 'templates', 'tools']
    expect([...new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]))].sort()).toEqual(
      tops.sort(),
    )
    expect(
      files.filter((file) => /\.map$|\.pyc$|node_modules|\.test\.[jt]s$/.test(file) && !file.startsWith('templates/')),
    ).toEqual([])
  })

  it('runs nothing when it is installed', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly scripts: object }
    const atInstallation = [
      'preinstall',
      'install',
      'postinstall',
      'prepublish',
      'preprepare',
      'prepare',
      'postprepare',
    ]
    expect(Object.keys(scripts).filter((name) => atInstallation.includes(name))).toEqual([])
  })

  it(
    'is installed into an empty folder without install scripts, and transcribes',
    async () => {
      const project = temporaryFolder()
      const env = await installed(['install'], project)
      const program = join(project, 'node_modules/asr-stream/bin/asr-stream.js')
      const home = emptyHome()
      const run = await runProgram([join(ROOT, 'fixtures/jfk.wav'), '--offline'], { ...home, program })
      expect(run).toMatchObject({ code: 0, stderr: '' })
      expect(run.stdout).toMatch(/ask not what your country can do for you/i)
      expect(home.left()).toEqual([])
      await addsLibrary(program, env)
      const { dependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as Record<string, object>
      expect(dependencies).toHaveProperty(['@huggingface/transformers'])
      expect(existsSync(join(project, 'node_modules/@huggingface/transformers/node_modules'))).toBe(false)
    },
    PATIENCE_MS,
  )

  it(
    'is installed for all, and adds what a backend needs within itself',
    async () => {
      const prefix = temporaryFolder()
      const env = await installed(['install', '-g', '--prefix', prefix], prefix)
      const folder = join(prefix, process.platform === 'win32' ? '' : 'lib', 'node_modules/asr-stream')
      const manifest = readFileSync(join(folder, 'package.json'), 'utf8')
      await addsLibrary(join(folder, 'bin/asr-stream.js'), env)
      expect(readFileSync(join(folder, 'package.json'), 'utf8')).toBe(manifest)
      expect(existsSync(join(folder, 'node_modules/typescript'))).toBe(false)
      expect(existsSync(join(folder, 'node_modules/@huggingface/transformers/node_modules'))).toBe(false)
    },
    PATIENCE_MS,
  )
})

/** Installs the package from a registry that has a stand-in for the library. Gives the variables for npm. */
async function installed(command: readonly string[], cwd: string): Promise<Record<string, string>> {
  const library = join(temporaryFolder(), 'transformers')
  mkdirSync(library)
  const manifest = {
    name: '@huggingface/transformers',
    version: '4.3.99',
    dependencies: { 'onnxruntime-node': '1.30.0' },
  }
  writeFileSync(join(library, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(library, 'index.js'), "module.exports = require('onnxruntime-node')")
  const env = await localRegistry({ [manifest.name]: library })
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund']
  const { code, stderr } = await runNpm([...command, ...quiet, tarball], cwd, env)
  expect(code, stderr).toBe(0)
  return env
}

/** Lets an installed program add the library to itself. */
async function addsLibrary(program: string, env: Record<string, string>): Promise<void> {
  const cwd = temporaryFolder()
  const before = await runProgram(['backends', 'transformers', '--json'], { cwd, program })
  expect(JSON.parse(before.stdout)).toMatchObject({
    available: false,
    install: 'asr-stream backends install transformers',
  })
  const added = await runProgram(['backends', 'install', 'transformers'], { cwd, program, env })
  expect(added.code, added.stderr).toBe(0)
  expect(added.stdout).toMatch(/\ninstalled, and it loads: .+\n$/)
  const after = await runProgram(['backends', 'transformers', '--json'], { cwd, program })
  expect(JSON.parse(after.stdout)).toMatchObject({ available: true })
}
