import { once } from 'node:events'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { planInstallation } from '../../src/backends/installation.js'
import { BackendError } from '../../src/core/errors.js'
import { ROOT } from '../helpers/imports.js'
import { folderWith, runProgram, silentWav, temporaryFolder } from '../helpers/program.js'
import { programCopy } from '../helpers/program-copy.js'
import { npmEnvironment } from '../helpers/registry.js'

const INSTALL = ['backends', 'install', 'transformers']

/** The program without the library. */
function withoutLibrary(): { readonly program: string; readonly cwd: string } {
  const copy = programCopy()
  const scope = join(copy, 'node_modules/@huggingface')
  rmSync(scope)
  mkdirSync(scope)
  for (const name of ['hub', 'tokenizers']) {
    symlinkSync(join(ROOT, 'node_modules/@huggingface', name), join(scope, name), 'junction')
  }
  return { program: join(copy, 'bin/asr-stream.js'), cwd: folderWith({ 'a.wav': silentWav(1) }) }
}

/** An installation of the program in a folder: what npm leaves there. */
function installedIn(folder: string, ...files: readonly string[]): { readonly root: string; readonly program: string } {
  const base = join(temporaryFolder(), folder)
  const program = join(base, 'node_modules/asr-stream')
  mkdirSync(program, { recursive: true })
  for (const file of files) writeFileSync(join(base, file), '{}')
  return { root: base, program }
}

describe('where npm is run', () => {
  const plan = (program: string) => planInstallation('some@~1.2.3', program)

  it('is the project, or the folder of npx, which notes what is installed', () => {
    for (const [folder, place] of [
      ['mine', 'this project'],
      ['_npx/0123abcd', 'the folder of npx, until its cache is emptied'],
    ] as const) {
      const { root, program } = installedIn(folder, 'package.json')
      const args = ['install', 'some@~1.2.3', '--ignore-scripts', '--no-audit', '--no-fund']
      expect(plan(program)).toEqual({ folder: root, args, place })
      expect(plan(`${program}/`).folder).toBe(root)
      expect(plan(join(program, 'node_modules/other/node_modules/asr-stream')).folder).toBe(root)
    }
  })

  it('is the program itself where it is installed for all, or a clone', () => {
    const { program } = installedIn('lib')
    const unsaved = ['--save-prod', '--no-save', '--no-package-lock']
    expect(plan(program)).toMatchObject({ folder: program, place: expect.stringMatching(/^the global installation/) })
    expect(plan(program).args).toEqual(expect.arrayContaining([...unsaved, '--omit=dev']))
    const clone = temporaryFolder()
    expect(plan(clone)).toMatchObject({ folder: clone, args: expect.arrayContaining([...unsaved, '--omit=dev']) })
    // What develops with it keeps what it develops with.
    mkdirSync(join(clone, 'node_modules/typescript'), { recursive: true })
    expect(plan(clone).args).not.toContain('--omit=dev')
  })

  it('is nowhere when another program manages the packages', () => {
    const { program } = installedIn('mine/node_modules/.pnpm/asr-stream@0.1.0', 'package.json')
    expect(() => plan(program)).toThrow(BackendError)
  })
})

describe('asr-stream backends install', () => {
  it('is what the message says when the library is missing', async () => {
    const run = await runProgram(['a.wav', '--backend', 'transformers'], withoutLibrary())
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(/transformers is not installed; to use it: asr-stream backends install transformers\n$/)
  })

  it('prints what it would run, and what that costs', async () => {
    const { code, stdout, stderr } = await runProgram([...INSTALL, '--dry-run'], withoutLibrary())
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^@huggingface\/transformers@~\d+\.\d+\.\d+ takes 177 MB on disk: .+\n/)
    expect(stdout).toMatch(/\n {2}cd .+\n {2}npm install @huggingface\/transformers@~.+ --ignore-scripts /)
  })

  it('has nothing to do where the library is', async () => {
    const { code, stdout } = await runProgram(INSTALL)
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^installed already: .+\n$/) })
  })

  it.each([
    ['onnx-whisper', 'is included'],
    ['faster-whisper', 'it comes as a plugin'],
    ['nothing', 'there is no backend "nothing" to install'],
  ])('refuses %s', async (name, says) => {
    const { code, stderr } = await runProgram(['backends', 'install', name])
    expect(code).toBe(2)
    expect(stderr).toContain(says)
  })

  it('says that the registry cannot be reached', async () => {
    const env = npmEnvironment('http://127.0.0.1:1/')
    const { code, stderr } = await runProgram(INSTALL, { ...withoutLibrary(), env })
    expect(code).toBe(1)
    expect(stderr).toContain('ECONNREFUSED')
    expect(stderr).toMatch(/\nasr-stream: error: npm could not install it, and ended with exit code 1; .*network.*\n$/)
  })

  it('says that there is no npm', async () => {
    const { code, stderr } = await runProgram(INSTALL, { ...withoutLibrary(), env: { PATH: temporaryFolder() } })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^asr-stream: error: npm cannot be started: .+; install npm, .+\n$/)
  })

  it.skipIf(process.platform === 'win32')('ends with Ctrl-C, and npm with it', async () => {
    const registry = createServer()
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      registry.close()
      registry.closeAllConnections()
    })
    const env = npmEnvironment(`http://127.0.0.1:${(registry.address() as AddressInfo).port}/`)
    const asked = once(registry, 'request')
    let gone: Promise<unknown> | undefined
    const run = runProgram(INSTALL, {
      ...withoutLibrary(),
      env,
      onLine: (line, child) => {
        if (!line.startsWith('  npm ')) return
        gone = asked.then(([request]) => {
          child.kill('SIGINT')
          return once(request.socket, 'close')
        })
      },
    })
    expect(await run).toMatchObject({ code: 130 })
    expect(gone).toBeDefined()
    await gone
  })
})
