import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../../src/doctor/finding.js'
import { emptyHome } from '../helpers/empty-home.js'
import { folderWith, type Run, type RunOptions, runProgram } from '../helpers/program.js'
import { copyWithRuntime } from '../helpers/program-copy.js'
import { localRegistry } from '../helpers/registry.js'

const PATIENCE_MS = 300_000
const HERE = join('bin/napi-v6', process.platform, process.arch)

interface Report {
  readonly isHealthy: boolean
  readonly command: string | null
  readonly findings: readonly (Omit<Finding, 'repair'> & { readonly fixes: string | null })[]
}

async function examined(
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<{ readonly run: Run; readonly report: Report }> {
  const run = await runProgram(['doctor', '--json', ...args], options)
  return { run, report: JSON.parse(run.stdout) }
}

function finding(report: Report, area: Finding['area'], text: string) {
  const found = report.findings.find((one) => one.area === area && one.message.includes(text))
  expect(found, JSON.stringify(report.findings, null, 2)).toBeDefined()
  return found
}

/** Stands in for arecord: records so many seconds of a tone, as loud as told. */
const recorder = (amplitude: number) => `#!${process.execPath}
if (process.argv.includes('-L')) return void process.stdout.write('default\\n    A microphone\\n')
const bytes = Buffer.alloc(44 + 2 * 64000)
bytes.write('RIFF'); bytes.writeUInt32LE(0x7fffffff, 4); bytes.write('WAVEfmt ', 8); bytes.writeUInt32LE(16, 16)
bytes.writeUInt16LE(1, 20); bytes.writeUInt16LE(1, 22); bytes.writeUInt32LE(16000, 24); bytes.writeUInt32LE(32000, 28)
bytes.writeUInt16LE(2, 32); bytes.writeUInt16LE(16, 34); bytes.write('data', 36); bytes.writeUInt32LE(0x7fffffff, 40)
for (let i = 0; i < 64000; i++) {
  bytes.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(${amplitude} * 32767 * Math.sin(i / 10)))), 44 + 2 * i)
}
process.stdout.write(bytes)
setInterval(() => {}, 1000)
`

function withRecorder(amplitude: number): RunOptions {
  const cwd = folderWith({ arecord: recorder(amplitude) })
  chmodSync(join(cwd, 'arecord'), 0o755)
  return { cwd, env: { PATH: cwd } }
}

describe('asr-stream doctor', () => {
  it('finds that all works, and leaves nothing behind', async () => {
    const home = emptyHome()
    const { run, report } = await examined([], { ...home, env: { ...home.env, PATH: '' } })
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
    expect(report.isHealthy).toBe(true)
    for (const area of ['install', 'load', 'decode', 'write', 'speed'] as const) {
      expect(finding(report, area, '')?.state).not.toBe('failed')
    }
    expect(finding(report, 'load', 'understands a recording')?.details?.text).toMatch(/country/i)
    expect(finding(report, 'decode', 'are decoded')?.details?.formats).toEqual([
      'WAV',
      'MP3',
      'FLAC',
      'Ogg Vorbis',
      'Ogg Opus',
    ])
    // Without programs there is neither a microphone nor ffmpeg: neither is needed.
    expect(finding(report, 'hear', 'no program that records is installed')?.state).toBe('note')
    expect(finding(report, 'decode', 'ffmpeg is not installed')?.state).toBe('note')
    expect(report.command).toMatch(/^asr-stream talk\.wav -o talk\.srt --offline/)
    expect(home.left()).toEqual([])
  })

  it.each([
    [3, 'note', /peak -?0 dB.*7\d % of it is clipped/],
    [0.005, 'note', /peak -46 dB, mean -49 dB.*very quiet/],
    [0, 'failed', /digital silence/],
  ] as const)('measures the microphone: a tone of %s of full scale', async (amplitude, state, says) => {
    const { run, report } = await examined([], withRecorder(amplitude))
    const hearing = finding(report, 'hear', '')
    expect(hearing?.message).toMatch(says)
    expect(hearing?.state).toBe(state)
    expect(run.code).toBe(state === 'failed' ? 1 : 0)
    expect(report.command).toMatch(/^asr-stream --mic --vac/)
  })

  it('fails for a microphone that was asked for and is not there, and for a model that is not here', async () => {
    const home = emptyHome()
    const options = { ...home, env: { ...home.env, PATH: '' } }
    const { run, report } = await examined(['--recorder', 'sox', '--model', 'base'], options)
    expect(run.code).toBe(1)
    expect(finding(report, 'hear', 'the recorder sox is not installed')?.state).toBe('failed')
    expect(finding(report, 'load', 'base is not on this machine')?.hint).toContain('models pull base')
    expect(run.stderr).toMatch(/^asr-stream: error: load, hear: does not work; do what stands above\n$/)
    expect(report.command).toBeNull()
    expect(home.left()).toEqual([])
  })

  it(
    'brings back the files for this machine, after it has said what it downloads',
    async () => {
      const { program, runtime } = copyWithRuntime()
      rmSync(join(runtime, HERE), { recursive: true })
      const { run, report } = await examined([], { program })
      expect(run.code).toBe(1)
      const fixes = finding(report, 'install', 'ONNX Runtime has no file for')?.fixes
      expect(fixes).toMatch(/^download onnxruntime-node@[\d.]+ by npm \(about 100 MB\), and copy bin/)
      const dry = await runProgram(['doctor', '--fix', '--dry-run'], { program })
      expect(dry.stdout).toContain(`would ${fixes}`)
      expect(dry.code).toBe(1)
      expect(existsSync(join(runtime, HERE))).toBe(false)
      const home = emptyHome()
      const env = { ...home.env, ...(await localRegistry()) }
      const fixed = await runProgram(['doctor', '--fix'], { program, cwd: home.cwd, env })
      expect(fixed.stdout).toContain(`fix: ${fixes}`)
      expect(fixed.stdout).toMatch(/understands a recording[\s\S]*all that is needed works\n$/)
      expect(fixed.code).toBe(0)
      // Of our own: recorders and npm have caches.
      expect(home.left().filter((path) => path.includes('asr-stream'))).toEqual([])
    },
    PATIENCE_MS,
  )

  it('deletes what broken downloads left, and gives permissions back, when it is told to', async () => {
    const cache = folderWith({})
    const blobs = join(cache, 'models--some--model', 'blobs')
    mkdirSync(blobs, { recursive: true })
    const digest = 'a'.repeat(64)
    const [ended, running, foreign] = [`${digest}.999999999.incomplete`, `${digest}.${process.pid}.incomplete`, digest]
    for (const name of [ended, running, foreign, `${digest}.incomplete`]) writeFileSync(join(blobs, name), '12345')
    const { run, report } = await examined(['--model-cache-dir', cache])
    expect(run.code).toBe(0)
    expect(finding(report, 'install', 'a download was broken off')?.fixes).toMatch(/^delete 1 part .*999999999/)
    chmodSync(join(cache, 'models--some--model'), 0o400)
    const locked = await examined(['--model-cache-dir', cache])
    expect(locked.run.code).toBe(1)
    expect(locked.run.stderr).toContain('run "asr-stream doctor --fix"')
    const unlocked = await examined(['--model-cache-dir', cache, '--fix'])
    expect(unlocked.run.stderr).toContain('fix: give you back the permission to read, write and enter')
    expect(statSync(join(cache, 'models--some--model')).mode & 0o700).toBe(0o700)
    const fixed = await examined(['--model-cache-dir', cache, '--fix'])
    expect(fixed.report.isHealthy).toBe(true)
    expect(readdirSync(blobs).sort()).toEqual([running, foreign, `${digest}.incomplete`].sort())
  })

  it('says what --slim would remove, and refuses what does not fit together', async () => {
    const { program, runtime } = copyWithRuntime()
    mkdirSync(join(runtime, 'bin/napi-v6/plan9'))
    const others = join(runtime, 'bin/napi-v6', process.platform === 'win32' ? 'linux' : 'win32', 'x64')
    mkdirSync(others, { recursive: true })
    writeFileSync(join(others, 'large.dll'), Buffer.alloc(200_000))
    const dry = await runProgram(['doctor', '--slim', '--dry-run'], { program })
    expect(dry.stdout).toMatch(/^would remove from .*\n {2}\w+ x64: 0\.2 MB\nthat is 0\.2 MB; /)
    expect(existsSync(others)).toBe(true)
    const done = await runProgram(['doctor', '--slim'], { program })
    expect(done).toMatchObject({ code: 0, stderr: '' })
    expect(done.stdout).toContain('0.2 MB are free; ')
    expect(existsSync(others)).toBe(false)
    expect((await runProgram(['doctor', '--slim'], { program })).stdout).toContain('there is nothing to remove')
    expect(await runProgram(['doctor', '--slim', '--fix'])).toMatchObject({ code: 2 })
    expect(await runProgram(['doctor', '--dry-run'])).toMatchObject({ code: 2 })
  })
})
