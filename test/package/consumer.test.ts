import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runProgram } from '../helpers/program.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
const { dependencies, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
/** As strict as it gets. Declarations are checked too, with what the package brings and the types of Node. */
const OPTIONS = {
  target: 'ES2023',
  lib: ['ES2023'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  noEmit: true,
}

describe('the packed package', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'asr-stream-consumer-'))
  const modules = join(cwd, 'node_modules')
  const installed = join(modules, 'asr-stream')
  const read = (name: string) => readFileSync(join(installed, name), 'utf8')

  beforeAll(() => {
    mkdirSync(installed, { recursive: true })
    run('npm', ['pack', '--ignore-scripts', '--pack-destination', cwd], ROOT)
    run('tar', ['-xzf', `asr-stream-${version}.tgz`, '--strip-components=1', '-C', installed], cwd)
    // What npm would install; the optional peers are not there.
    for (const name of [...Object.keys(dependencies), '@types/node']) {
      mkdirSync(dirname(join(modules, name)), { recursive: true })
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name), 'junction')
    }
    copyFileSync(join(ROOT, 'test', 'package', 'consumer', 'program.ts'), join(cwd, 'program.ts'))
    writeFileSync(join(cwd, 'package.json'), JSON.stringify({ type: 'module', private: true }))
  })
  afterAll(() => rmSync(cwd, { recursive: true, force: true }))

  it.each([
    { moduleResolution: 'NodeNext', module: 'NodeNext' },
    { moduleResolution: 'Bundler', module: 'ESNext' },
  ])('has types for a strict program, resolved as $moduleResolution', async (resolution) => {
    const project = { compilerOptions: { ...OPTIONS, ...resolution }, files: ['program.ts'] }
    writeFileSync(join(cwd, 'tsconfig.json'), JSON.stringify(project))
    const compiled = await runProgram(['-p', '.'], { cwd, program: TSC })
    expect(compiled).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('has all that its package.json and its entries name, and runs', async () => {
    const { exports, bin } = JSON.parse(read('package.json'))
    const entries = Object.values<string | Record<string, string>>(exports)
    for (const entry of entries)
      for (const file of typeof entry === 'string' ? [entry] : Object.values(entry)) read(file)
    const { code, stdout } = await runProgram(['--version'], { cwd, program: join(installed, bin['asr-stream']) })
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(version) })
  })
})

function run(program: string, args: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw error ?? new Error(`${program} ended with ${status}: ${stderr}`)
}
