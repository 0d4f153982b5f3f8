import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runtimeAvailability, runtimeFailure } from '../../../src/backends/onnx/runtime-failure.js'
import { ROOT } from '../../helpers/imports.js'
import { folderWith, runProgram, silentWav } from '../../helpers/program.js'
import { copyWithRuntime } from '../../helpers/program-copy.js'

const COMMAND = 'npm install -g asr-stream --ignore-scripts'
const HERE = join('bin/napi-v6', process.platform, process.arch)
const INTEL_MAC = { platform: 'darwin', arch: 'x64' }

describe('an ONNX Runtime that does not load', () => {
  it.each([
    ['is absent', '.', 'ONNX Runtime is not installed: the package onnxruntime-node is not whole'],
    ['has no file for this machine', HERE, `ONNX Runtime has no file for ${process.platform} ${process.arch} in`],
  ])('because it %s is told with the command that installs it', async (_, part, says) => {
    const { program, runtime } = copyWithRuntime()
    rmSync(join(runtime, part), { recursive: true })
    const cwd = folderWith({ 'a.wav': silentWav(1) })
    for (const backend of ['onnx-whisper', 'transformers']) {
      const run = await runProgram(['a.wav', '--backend', backend], { cwd, program })
      expect(run).toMatchObject({ code: 1, stdout: '' })
      expect(run.stderr).toMatch(/^asr-stream: error: .+\n$/)
      expect(run.stderr).toContain(says)
      expect(run.stderr).toContain(COMMAND)
    }
    const other = await runProgram(['a.wav', '--backend', 'openai-api', '--vac'], {
      cwd,
      program,
      env: { OPENAI_API_KEY: 'key' },
    })
    expect(other.stderr).toContain(says)
    expect(other.stderr).toContain(COMMAND)
  })

  it('because the system refuses it is told with what the system says', async () => {
    const { program, runtime } = copyWithRuntime()
    writeFileSync(join(runtime, HERE, 'onnxruntime_binding.node'), 'no library')
    const cwd = folderWith({ 'a.wav': silentWav(1) })
    for (const options of [
      [],
      ['--vac'],
      ['--backend', 'transformers', '--model-dir', join(ROOT, 'test/vectors/transformers/wav2vec2')],
    ]) {
      const { code, stderr } = await runProgram(['a.wav', ...options], { cwd, program })
      expect(code).toBe(1)
      expect(stderr).toMatch(/^asr-stream: error: .*ONNX Runtime cannot be loaded: .*onnxruntime_binding\.node: .+\n$/)
      expect(stderr).toContain(COMMAND)
    }
  })

  it('is there on this machine', () => {
    expect(runtimeAvailability()).toEqual({ available: true })
  })

  it('is not to be had for Intel Macs, where nothing that is installed helps', () => {
    const found = runtimeAvailability(INTEL_MAC)
    expect(found).toEqual({
      available: false,
      reason: expect.stringMatching(/no ONNX Runtime for Intel Macs.*openai-api/),
    })
  })

  it('may want another C library, or one of Microsoft', () => {
    const refused = (message: string, platform: string) =>
      runtimeFailure(Object.assign(new Error(message), { code: 'ERR_DLOPEN_FAILED' }), { platform, arch: 'x64' }).hint
    expect(refused('Error loading shared library ld-linux-x86-64.so.2', 'linux')).toContain('Alpine')
    expect(refused("/lib/libc.so.6: version `GLIBC_2.28' not found", 'linux')).toContain('glibc 2.28')
    expect(refused('The specified module could not be found.', 'win32')).toContain('Visual C++')
    expect(refused('out of memory', 'linux')).toContain(COMMAND)
  })
})
