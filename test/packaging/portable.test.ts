import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { archive } from '../../tools/portable/archive.mjs'
import { ROOT } from '../helpers/imports.js'
import { folderWith, temporaryFolder } from '../helpers/program.js'

const LINUX_X64_OR_ARM64 = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)
const NAME = `${process.platform}-${process.arch}`
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string }
/** Lists of files of others that make sense on their own machine only. */
const RUNTIME = 'app/node_modules/onnxruntime-node/bin/napi-v6'

/** Makes folders for platforms with the Node that runs this, so that no network is needed. Gives their paths. */
function made(names: readonly string[], output: string): readonly string[] {
  const args = [join(ROOT, 'tools/make_portable.mjs'), ...names, '--output', output, '--folder-only']
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, '--node', realpathSync(process.execPath)], {
    encoding: 'utf8',
  })
  expect(status, stderr).toBe(0)
  return stdout.trim().split('\n')
}

/** What a name space of its own may do here: a root of its own, and no network. */
const IN_EMPTY_NETWORK = ['--map-root-user', '--net', '--pid', '--fork']
const canUnshare = LINUX_X64_OR_ARM64 && spawnSync('unshare', [...IN_EMPTY_NETWORK, 'true']).status === 0

describe.skipIf(!LINUX_X64_OR_ARM64)('the portable folder', () => {
  const root = mkdtempSync(join(tmpdir(), 'asr-stream-root-'))
  let folder = ''
  beforeAll(() => {
    folder = made([NAME], join(root, 'opt'))[0]!
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it.skipIf(!canUnshare)('transcribes where there is nothing but a shell and the C library, without a network', () => {
    const programs = [
      'runtime/node',
      ...readdirSync(join(folder, RUNTIME, process.platform, process.arch)).map((name) =>
        join(RUNTIME, process.platform, process.arch, name),
      ),
    ]
    const shell = realpathSync('/bin/sh')
    for (const library of librariesOf([shell, ...programs.map((name) => join(folder, name))])) place(library, root)
    mkdirSync(join(root, 'bin'))
    copyFileSync(shell, join(root, 'bin/sh'))
    mkdirSync(join(root, 'proc'))
    copyFileSync(join(ROOT, 'fixtures/jfk.wav'), join(root, 'jfk.wav'))
    const launcher = join(folder.slice(root.length), 'asr-stream')
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      [...IN_EMPTY_NETWORK, `--mount-proc=${join(root, 'proc')}`, 'chroot', root, launcher, '/jfk.wav', '--offline'],
      { encoding: 'utf8', env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin` } },
    )
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/ask not what your country can do for you/i)
  })

  it('is started through links and from anywhere, and hands on arguments and the exit code', () => {
    const cwd = temporaryFolder()
    mkdirSync(join(cwd, 'bin'))
    symlinkSync(join(folder, 'asr-stream'), join(cwd, 'bin/far'))
    symlinkSync('bin/far', join(cwd, 'near'))
    const run = (program: string, ...args: readonly string[]) =>
      spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...process.env, PATH: `${cwd}:${process.env.PATH}` } })
    for (const name of ['./near', 'near', join(cwd, 'bin/far')]) {
      expect(run(name, '--version')).toMatchObject({ status: 0, stdout: `${version}\n` })
    }
    const wrong = run('./near', 'no such file.wav')
    expect(wrong.status).toBe(1)
    expect(wrong.stderr).toContain('no such file.wav')
  })

  it('has the licenses of all that is in it, and no files for others', () => {
    expect(readdirSync(folder).sort()).toEqual([
      'LICENSE',
      'README.txt',
      'THIRD-PARTY.txt',
      'app',
      'asr-stream',
      'runtime',
    ])
    expect(readFileSync(join(folder, 'runtime/LICENSE'), 'utf8')).toContain('Node.js contributors')
    const notices = readFileSync(join(folder, 'THIRD-PARTY.txt'), 'utf8')
    for (const name of installedIn(join(folder, 'app/node_modules'))) expect(notices).toContain(`\n${name} `)
    expect(readdirSync(join(folder, RUNTIME))).toEqual([process.platform])
    expect(readdirSync(join(folder, RUNTIME, process.platform))).toEqual([process.arch])
    const files = readdirSync(join(folder, 'app/node_modules'), { recursive: true, encoding: 'utf8' })
    expect(files.filter((file) => /\.map$|\.d\.[cm]?ts$/.test(file))).toEqual([])
    for (const name of ['typescript', 'vitest', '@huggingface/transformers']) expect(files).not.toContain(name)
  })

  it('is made for others too, from their files', () => {
    const [windows, mac] = made(['win32-x64', 'darwin-arm64'], temporaryFolder()) as [string, string]
    expect(readdirSync(windows)).toContain('asr-stream.cmd')
    expect(readdirSync(join(windows, 'runtime')).sort()).toEqual(['LICENSE', 'node.exe'])
    expect(readdirSync(join(windows, RUNTIME))).toEqual(['win32'])
    const binding = readFileSync(join(windows, RUNTIME, 'win32/x64/onnxruntime_binding.node'))
    expect(binding.subarray(0, 2).toString()).toBe('MZ')
    expect(readdirSync(mac)).toContain('asr-stream')
    const libraries = join(mac, RUNTIME, 'darwin/arm64')
    expect(readFileSync(join(libraries, 'onnxruntime_binding.node')).readUInt32LE(0)).toBe(0xfeedfacf)
    const twins = ['libonnxruntime.1.dylib', 'libonnxruntime.1.30.0.dylib'].map((name) =>
      statSync(join(libraries, name)),
    )
    expect(twins[0]?.ino).toBe(twins[1]?.ino)
  })

  it('is refused for a platform that there is none for', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'tools/make_portable.mjs'), 'darwin-x64'], {
      encoding: 'utf8',
    })
    expect(status).toBe(2)
    expect(stderr).toContain('linux-x64, linux-arm64, darwin-arm64, win32-x64')
  })
})

describe.skipIf(process.platform !== 'linux')('an archive', () => {
  const files = {
    'asr-stream': '#!/bin/sh\n',
    'THIRD-PARTY.txt': 'licenses\n'.repeat(1000),
    'runtime/node': Buffer.from([0, 1, 2]),
    'app/empty.js': '',
    'app/é.txt': 'é',
  }

  function tree(names: readonly string[], mode: number): string {
    const parent = temporaryFolder()
    const from = folderWith(Object.fromEntries(Object.values(files).map((content, index) => [String(index), content])))
    for (const name of names) {
      const path = join(parent, 'one', name)
      mkdirSync(dirname(path), { recursive: true, mode })
      cpSync(join(from, String(Object.keys(files).indexOf(name))), path)
      utimesSync(path, 1000 * mode, 1000 * mode)
    }
    return parent
  }

  it.each(['linux', 'win32'])('for %s is the same bytes for the same files', async (platform) => {
    const first = await archive(tree(Object.keys(files), 0o700), 'one', { platform })
    const second = await archive(tree(Object.keys(files).reverse(), 0o755), 'one', { platform })
    expect(readFileSync(first).equals(readFileSync(second))).toBe(true)
  })

  it('as a ZIP file is read by another reader', async () => {
    const path = await archive(tree(Object.keys(files), 0o755), 'one', { platform: 'win32' })
    // ONNX Runtime's package depends on it.
    const { resolve } = createRequire(join(ROOT, 'node_modules/onnxruntime-node/package.json'))
    const { default: Zip } = await import(resolve('adm-zip'))
    const entries = new Zip(path).getEntries() as readonly { entryName: string; getData(): Buffer }[]
    const read = Object.fromEntries(entries.map((one) => [one.entryName, one.getData().toString('latin1')]))
    const expected = Object.entries(files).map(([name, content]) => [
      `one/${name}`,
      Buffer.from(content).toString('latin1'),
    ])
    expect(read).toEqual(Object.fromEntries(expected))
  })
})

/** Libraries that programs are linked to, as the loader finds them, and the loader. */
function librariesOf(programs: readonly string[]): readonly string[] {
  const { stdout } = spawnSync('ldd', programs, { encoding: 'utf8' })
  const paths = stdout.split('\n').map((line) => /^\t(?:\S+ => )?(\/\S+) \(/.exec(line)?.[1])
  return [...new Set(paths)].filter((path) => path !== undefined && !path.includes('onnxruntime')) as string[]
}

function place(path: string, root: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  copyFileSync(path, join(root, path))
}

/** Names of packages in a folder, those within others too. */
function installedIn(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const names = name.startsWith('@') ? readdirSync(join(folder, name)).map((one) => `${name}/${one}`) : [name]
    return names.flatMap((one) => {
      const nested = join(folder, one, 'node_modules')
      return [one, ...(existsSync(nested) ? installedIn(nested) : [])]
    })
  })
}
