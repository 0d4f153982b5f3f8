import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { CapacityReport } from '../../src/capacity/capacity-report.js'
import type { ProbeFile } from '../../src/probe/probe-file.js'
import { folderWith, runProgram, spokenWords, startProgram } from '../helpers/program.js'

/** As if each update had taken 50 ms of one thread; from before there were workers, unless they are given. */
function probeOf(costSec = 0.05, measured: { readonly workers?: number; readonly threads?: number } = {}): ProbeFile {
  const update = { bufferSec: 10, wallSec: costSec, cpuSec: costSec, textAges: [1.5] }
  return {
    kind: 'asr-stream capacity probe',
    version: 1,
    program: '0.1.0',
    date: '2026-01-01T00:00:00.000Z',
    machine: { processor: 'a processor', cores: 4 },
    options: {
      backend: 'onnx-whisper',
      model: 'tiny.en',
      modelDir: null,
      policy: 'local-agreement',
      minChunkSize: 1,
      ...measured,
    },
    warmSec: 15,
    loadSec: 2,
    traces: [1, 2, 4].map((stepSec) => ({ stepSec, updates: Array.from({ length: 60 / stepSec }, () => update) })),
    memory: { oneSessionMb: 300, perSessionMb: 20, ...(measured.workers !== undefined && { copyMb: 150 }) },
  }
}

const withProbe = (costSec?: number) => folderWith({ 'probe.json': JSON.stringify(probeOf(costSec)) })
const planned = async (cwd: string, ...args: string[]) => {
  const { code, stdout, stderr } = await runProgram(['capacity', '--probe', 'probe.json', '--json', ...args], { cwd })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as CapacityReport
}

/** A backend that recognizes for ever. */
const SLOW = `
import { writeFileSync } from 'node:fs'
const asr = {
  sep: ' ',
  check: async () => {},
  async transcribe(audio, { signal }) {
    writeFileSync('begun', '')
    await new Promise((_, reject) => {
      const timer = setInterval(() => {}, 1000)
      signal.addEventListener('abort', () => (clearInterval(timer), reject(signal.reason)))
    })
  },
  tsWords: () => [],
  segmentsEndTs: () => [],
  session: async () => asr,
}
const metadata = { separator: ' ', modelType: 'slow', modelSize: 'slow', language: null }
export default { name: 'slow', description: 'never ends', load: async () => ({ asr, metadata }) }
`

describe('asr-stream capacity', () => {
  it('says how many servers it takes, in numbers and in words', async () => {
    const cwd = withProbe()
    const report = await planned(cwd, '--sessions', '100')
    expect(report.server).toMatchObject({ workers: 1, sessions: 16, utilization: 0.8, cores: 1, memoryMb: 600 })
    expect(report.fleet).toMatchObject({ servers: 9, spare: 1, cores: 9, memoryMb: 5400, gaveUp: 0, watchedServers: 9 })
    expect(report.fleet.textLag.mean).toBeCloseTo(1.5 + report.fleet.lag.mean, 3)
    expect(report.restart?.atOnce).toBe(1)
    expect(await planned(cwd, '--sessions', '100')).toEqual(report)
    const { stdout } = await runProgram(['capacity', '--probe', 'probe.json', '--sessions', '100'], { cwd })
    expect(stdout).toMatch(/^This machine: 4 cores, a processor; tiny\.en, local-agreement\n/)
    expect(stdout).toMatch(
      /A server: 1 worker, 16 sessions \(--max-sessions 16 --workers 1\), 1 core, 600 MB; 80 % busy/,
    )
    expect(stdout).toMatch(
      /\nFor 100 sessions at once of 10 min each:\n {2}9 servers, 1 of them to spare; 9 cores, 5\.4 GB/,
    )
  })

  it('has as many workers as the probe was measured for, or as are asked for where those have as many threads', async () => {
    const cwd = folderWith({ 'probe.json': JSON.stringify(probeOf(0.05, { workers: 0, threads: 0 })) })
    const four = await planned(cwd, '--sessions', '100')
    // One for each of the four cores: three further copies, and a session more on each of them for each that it has.
    expect(four.server).toMatchObject({ workers: 4, sessions: 64, cores: 4, memoryMb: 300 + 3 * 150 + 60 * 20 })
    expect(four.fleet).toMatchObject({ servers: 3, cores: 12, memoryMb: 3 * 1950 })
    expect((await planned(cwd, '--sessions', '100', '--workers', '0')).server).toEqual(four.server)
    const eight = ['capacity', '--probe', 'probe.json', '--sessions', '100', '--workers', '8']
    const { stdout } = await runProgram(eight, { cwd })
    expect(stdout).toMatch(/A server: 8 workers, 128 sessions \(--max-sessions 128 --workers 8\), 8 cores, 3750 MB;/)
    expect(stdout).toMatch(/\nSo many workers want 8 cores\. This machine has 4 cores, on which they wait/)
  })

  it('heeds what is asked for', async () => {
    const cwd = withProbe()
    const serverFor = async (...args: string[]) => (await planned(cwd, '--sessions', '100', ...args)).server.sessions
    expect(await serverFor('--utilization', '0.4')).toBe(8)
    expect(await serverFor('--target-lag', '0.12')).toBeLessThan(12)
    const fleet = async (...args: string[]) => (await planned(cwd, '--sessions', '100', ...args)).fleet.servers
    expect(await fleet('--spare', '3')).toBe(11)
    expect(await fleet('--refused', '0.1')).toBeLessThan(9)
    const day = await planned(cwd, '--sessions', '100', '--day', '1,1,4,2')
    expect(day.fleet.meanSessions).toBeLessThan(60)
    expect(day.fleet.maxSessions).toBeGreaterThan(95)
  })

  it('measures a backend, and keeps what it measured', async () => {
    const cwd = folderWith({ 'words.json': spokenWords(Array.from({ length: 130 }, (_, at) => `w${at}`)) })
    const backend = ['--backend', 'scripted', '--option', 'script=words.json', '--option', 'computeSec=0.02']
    const run = await runProgram(['capacity', ...backend, '--save-probe', 'kept.json'], { cwd })
    expect(run).toEqual({ code: 0, stdout: '', stderr: '' })
    const { traces, memory, options } = JSON.parse(readFileSync(join(cwd, 'kept.json'), 'utf8')) as ProbeFile
    expect(traces.map(({ stepSec, updates }) => [stepSec, updates.length])).toEqual([
      [1, 60],
      [2, 30],
      [4, 15],
      [8, 7],
    ])
    const updates = traces.flatMap((trace) => trace.updates)
    for (const { bufferSec, wallSec } of updates) {
      expect(bufferSec).toBeGreaterThan(0)
      expect(wallSec).toBeGreaterThan(0.01)
    }
    expect(updates.flatMap(({ textAges }) => textAges).length).toBeGreaterThan(10)
    expect(memory.oneSessionMb).toBeGreaterThan(20)
    // This backend has no copies, however many are asked for.
    expect(memory.copyMb).toBeUndefined()
    expect(options).toMatchObject({ backend: 'scripted', minChunkSize: 1, workers: 1 })
    const { code } = await runProgram(['capacity', '--probe', 'kept.json', '--sessions', '10'], { cwd })
    expect(code).toBe(0)
  }, 60_000)

  it('measures one of the workers that a server would have, and what a further one takes', async () => {
    const cwd = folderWith({})
    const args = ['capacity', '--workers', '2', '--threads', '1', '--probe-time', '1', '--save-probe', 'kept.json']
    expect(await runProgram(args, { cwd })).toEqual({ code: 0, stdout: '', stderr: '' })
    const { options, memory } = JSON.parse(readFileSync(join(cwd, 'kept.json'), 'utf8')) as ProbeFile
    expect(options).toMatchObject({ workers: 2, threads: 1 })
    // The weights at least, and no second program.
    expect(memory.copyMb).toBeGreaterThan(40)
    expect(memory.copyMb).toBeLessThan(memory.oneSessionMb)
  }, 120_000)

  it('ends when it is interrupted', async () => {
    const cwd = folderWith({ 'slow.mjs': SLOW })
    const args = ['capacity', '--sessions', '5', '--plugin', './slow.mjs', '--backend', 'slow']
    const { child, ended } = startProgram(args, { cwd })
    while (!existsSync(join(cwd, 'begun')) && child.exitCode === null) await sleep(20)
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 130, stdout: '' })
  }, 60_000)

  it.each([
    [[], 2, /needs --sessions/],
    [['--sessions', '0'], 2, /--sessions.*from 1/],
    [['--sessions', '5', '--day', '0,0'], 2, /--day has no sessions/],
    [['--sessions', '5', '--probe', 'words.json'], 2, /words\.json is no probe of this version/],
    [['--sessions', '5', '--probe', 'bad.json'], 2, /bad\.json is not JSON/],
    [['--sessions', '5', '--probe', 'slow.json'], 1, /does not serve even one session in time; a smaller model/],
    [['--sessions', '5', '--offline'], 2, /--offline/],
    [['--sessions', '5', '--workers', '65'], 2, /--workers must be at most 64, not 65/],
    [['--sessions', '5', '--workers', '-1', '--probe', 'old.json'], 2, /--workers must be at least 0, not -1/],
    [['--sessions', '5', '--workers', '1.5', '--probe', 'old.json'], 2, /--workers must be a whole number, not 1\.5/],
    [['--sessions', '5', '--workers', '2', '--probe', 'old.json'], 2, /measured for one worker.*measure again/],
    [
      ['--sessions', '5', '--workers', '2', '--probe', 'four.json'],
      2,
      /4 with 1 thread each.* 2 means 2 with 2 threads/,
    ],
  ])('%j is refused', async (args, expected, message) => {
    const cwd = folderWith({ 'words.json': '{}', 'bad.json': '{' })
    writeFileSync(join(cwd, 'slow.json'), JSON.stringify(probeOf(3)))
    writeFileSync(join(cwd, 'old.json'), JSON.stringify(probeOf()))
    writeFileSync(join(cwd, 'four.json'), JSON.stringify(probeOf(0.05, { workers: 0, threads: 0 })))
    const { code, stdout, stderr } = await runProgram(['capacity', ...args], { cwd })
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
    expect(stderr).toMatch(message)
  })
})
