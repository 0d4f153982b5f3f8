import { describe, expect, it } from 'vitest'
import { folderWith, runProgram } from '../helpers/program.js'

const PLUGINS = {
  'good.mjs': 'export default { name: "good", description: "is there", load() {} }',
  'absent.mjs': `export default { name: "absent", description: "wants more", load() {},
    availability: async () => ({ available: false, reason: "no gpu", install: "npm install gpu" }) }`,
  'odd.mjs': `export default { name: "odd", description: "is odd", load() {},
    availability() { throw new Error("cannot tell") } }`,
  'broken.mjs': 'throw new Error("no good")',
}
const BUILT_IN = /^onnx-whisper \(built in\): .+\nscripted \(built in\): .+\ntransformers \(built in\): .+\n/

describe('asr-stream backends', () => {
  it('lists what is built in', async () => {
    const run = await runProgram(['backends'])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toMatch(BUILT_IN)
    expect(run.stdout.replace(BUILT_IN, '')).toBe('')
  })

  it('lists plugins, and why one cannot be used', async () => {
    const plugins = ['./good.mjs', './absent.mjs', './odd.mjs'].flatMap((plugin) => ['--plugin', plugin])
    const run = await runProgram(['backends', ...plugins], { cwd: folderWith(PLUGINS) })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout.replace(BUILT_IN, '')).toBe(
      'good (./good.mjs): is there\n' +
        'absent (./absent.mjs): wants more\n  not available: no gpu\n  install it: npm install gpu\n' +
        'odd (./odd.mjs): is odd\n  not available: cannot tell\n',
    )
  })

  it('takes --plugin before its name as well', async () => {
    const run = await runProgram(['--plugin', './good.mjs', 'backends'], { cwd: folderWith(PLUGINS) })
    expect(run.stdout).toContain('good (./good.mjs)')
  })

  it('fails with a broken plugin', async () => {
    const run = await runProgram(['backends', '--plugin', './broken.mjs'], { cwd: folderWith(PLUGINS) })
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toMatch(/^asr-stream: error: the plugin \.\/broken\.mjs is broken: no good; .+\n$/)
  })

  it('takes no options of the transcriber', async () => {
    expect(await runProgram(['backends', '--offline'])).toMatchObject({ code: 2, stdout: '' })
  })
})
