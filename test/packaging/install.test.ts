import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runtimeFiles } from '../../src/doctor/runtime-files.js'
import { emptyHome } from '../helpers/empty-home.js'
import { filesUnder, ROOT } from '../helpers/imports.js'
import { runProgram, temporaryFolder } from '../helpers/program.js'
import { localRegistry, runNpm } from '../helpers/registry.js'

interface Packed {
  readonly filename: string
  /** Bytes of its files. */
  readonly unpackedSize: number
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

  it('takes as much on disk as README.md says', async () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8').replace(/\s+/g, ' ')
    const [, all, foreign] =
      /takes (\d+) MB on disk .*? (\d+) MB of the former are files of ONNX Runtime/.exec(readme) ?? []
    const bytes = (await pack('--dry-run')).unpackedSize + bytesOfPackages()
    expect(Math.abs(bytes / 1e6 / Number(all) - 1), `${bytes} bytes`).toBeLessThan(0.05)
    const { platforms = [] } = (await runtimeFiles(ROOT, { platform: 'linux', arch: 'x64' })) ?? {}
    const others = platforms.filter(({ isOurs }) => !isOurs).reduce((sum, one) => sum + one.bytes, 0)
    expect(Math.abs(others / 1e6 / Number(foreign) - 1), `${others} bytes`).toBeLessThan(0.05)
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

  it('is run in a clone by npx, which writes nothing into the text; npm writes a banner before what "start" prints', async () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly scripts: object }
    expect(scripts).not.toHaveProperty('start')
    const run = await runNpm(['exec', '--', 'asr-stream', '--version'], ROOT)
    expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
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

/** Bytes of the packages that the program is installed with, as they lie in the clone. */
function bytesOfPackages(): number {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly dev?: true; readonly devOptional?: true }>>
  }
  const paths = Object.entries(packages).flatMap(([path, { dev, devOptional }]) =>
    path === '' || dev || devOptional || !existsSync(join(ROOT, path)) ? [] : [path],
  )
  return paths.reduce((sum, path) => sum + bytesIn(join(ROOT, path)), 0)
}

/** Without the packages in it, which have places of their own in the list. */
function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, one) => {
    const path = join(folder, one.name)
    if (one.isDirectory()) return sum + (one.name === 'node_modules' ? 0 : bytesIn(path))
    return sum + (one.isFile() ? statSync(path).size : 0)
  }, 0)
}

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
