import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { planSlimming, slim } from '../../src/doctor/slim.js'
import { temporaryFolder } from '../helpers/program.js'

const LINUX = { platform: 'linux', arch: 'x64' }
const PLATFORMS = ['darwin/arm64', 'linux/arm64', 'linux/x64', 'win32/arm64', 'win32/x64'] as const

/** ONNX Runtime as npm installs it, with small files. */
function installRuntime(modules: string, platforms: readonly string[] = PLATFORMS): string {
  const folder = join(modules, 'onnxruntime-node')
  for (const platform of platforms) {
    mkdirSync(join(folder, 'bin/napi-v6', platform), { recursive: true })
    writeFileSync(join(folder, 'bin/napi-v6', platform, 'onnxruntime_binding.node'), Buffer.alloc(1000))
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'onnxruntime-node', version: '1.30.0' }))
  return folder
}

/** The folder of a program in some node_modules, or for itself. */
function program(...path: readonly string[]): string {
  const folder = join(temporaryFolder(), ...path)
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{}')
  return folder
}

describe('removing the files of other platforms', () => {
  it('leaves those of this machine, and everything that it does not know', async () => {
    const home = program('lib', 'node_modules', 'asr-stream')
    const runtime = installRuntime(join(home, 'node_modules'))
    mkdirSync(join(runtime, 'bin/napi-v6/android/arm64'), { recursive: true })
    const plan = await planSlimming(home, LINUX)
    expect(plan.kept.name).toBe('linux x64')
    expect(plan.removed.map(({ name, bytes }) => `${name} ${bytes}`).sort()).toEqual([
      'darwin arm64 1000',
      'linux arm64 1000',
      'win32 arm64 1000',
      'win32 x64 1000',
    ])
    await slim(plan)
    expect(readdirSync(join(runtime, 'bin/napi-v6/linux'))).toEqual(['x64'])
    expect(existsSync(join(runtime, 'bin/napi-v6/linux/x64/onnxruntime_binding.node'))).toBe(true)
    expect(existsSync(join(runtime, 'bin/napi-v6/android/arm64'))).toBe(true)
    expect(existsSync(join(runtime, 'bin/napi-v6/win32/x64'))).toBe(false)
    expect((await planSlimming(home, LINUX)).removed).toEqual([])
  })

  it('may be done in the folder of npx', async () => {
    const home = program('_npx', 'abc', 'node_modules', 'asr-stream')
    installRuntime(join(home, '..'))
    expect((await planSlimming(home, LINUX)).removed).toHaveLength(4)
  })

  it('is refused in a project, whose other packages may need them', async () => {
    const home = program('project', 'node_modules', 'asr-stream')
    installRuntime(join(home, '..'))
    await expect(planSlimming(home, LINUX)).rejects.toMatchObject({
      message: expect.stringContaining('it is in the node_modules of a project'),
      hint: expect.stringContaining('win32/x64'),
    })
  })

  it('is refused where the package is a link, and where it lies further up', async () => {
    const linked = program('asr-stream')
    const elsewhere = installRuntime(temporaryFolder())
    symlinkSync(elsewhere, join(linked, 'node_modules/onnxruntime-node'), 'junction')
    await expect(planSlimming(linked, LINUX)).rejects.toThrow('it is not clear whose it is')
    const deep = program('node_modules', 'other', 'packages', 'asr-stream')
    installRuntime(join(deep, '../../..'))
    await expect(planSlimming(deep, LINUX)).rejects.toThrow('it is not clear whose it is')
  })

  it('follows no link within the package', async () => {
    const home = program('asr-stream')
    const runtime = installRuntime(join(home, 'node_modules'), ['linux/x64'])
    const treasure = temporaryFolder()
    mkdirSync(join(treasure, 'x64'))
    symlinkSync(treasure, join(runtime, 'bin/napi-v6/win32'), 'junction')
    expect((await planSlimming(home, LINUX)).removed).toEqual([])
  })

  it('is refused where nothing for this machine would be left', async () => {
    const home = program('asr-stream')
    installRuntime(join(home, 'node_modules'), ['win32/x64'])
    await expect(planSlimming(home, LINUX)).rejects.toThrow('has no files for linux x64: nothing is removed')
    const empty = program('asr-stream')
    await expect(planSlimming(empty, LINUX)).rejects.toThrow('is not installed')
  })

  it('works for a program that is a copy with all that it needs', async () => {
    const one = program('asr-stream')
    installRuntime(join(one, 'node_modules'))
    const copy = join(temporaryFolder(), 'asr-stream')
    cpSync(one, copy, { recursive: true })
    await slim(await planSlimming(copy, LINUX))
    expect((await planSlimming(one, LINUX)).removed).toHaveLength(4)
  })
})
