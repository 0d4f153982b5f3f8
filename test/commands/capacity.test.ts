import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { CapacityReport } from '../../src/capacity/capacity-report.js'
import type { ProbeFile } from '../../src/probe/probe-file.js'
import { folderWith, runProgram, spokenWords, startProgram } from '../helpers/program.js'

/** As if each update had taken 50 ms of one thread. */
function probeOf(costSec = 0.05): ProbeFile {
  const update = { bufferSec: 10, wallSec: costSec, cpuSec: costSec, textAges: [1.5] }
  return {
    kind: 'asr-stream capacity probe',
    version: 1,
    program: '0.1.0',
    date: '2026-01-01T00:00:00.000Z',
    machine: { processor: 'a processor', cores: 4 },
    options: { backend: 'onnx-whisper', model: 'tiny.en', modelDir: null, policy: 'local-agreement', minChunkSize: 1 },
    warmSec: 15,
    loadSec: 2,
    traces: [1, 2, 4].map((stepSec) => ({ stepSec, updates: Array.from({ length: 60 / stepSec }, () => update) })),
    memory: { oneSessionMb: 300, perSessionMb: 20 },
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
    expect(report.server).toMatchObject({ sessions: 16, utilization: 0.8, cores: 1, memoryMb: 600 })
    expect(report.fleet).toMatchObject({ servers: 9, spare: 1, cores: 9, memoryMb: 5400, gaveUp: 0, watchedServers: 9 })
    expect(report.fleet.textLag.mean).toBeCloseTo(1.5 + report.fleet.lag.mean, 3)
    expect(report.restart?.atOnce).toBe(1)
    expect(await planned(cwd, '--sessions', '100')).toEqual(report)
    const { stdout } = await runProgram(['capacity', '--probe', 'probe.json', '--sessions', '100'], { cwd })
    expect(stdout).toMatch(/^This machine: 4 cores, a processor; tiny\.en, local-agreement\n/)
    expect(stdout).toMatch(/A server: 16 sessions \(--max-sessions 16\), 1 core, 600 MB; 80 % busy/)
    expect(stdout).toMatch(
      /\nFor 100 sessions at once of 10 min each:\n {2}9 servers, 1 of them to spare; 9 cores, 5\.4 GB/,
    )
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
    expect(options).toMatchObject({ backend: 'scripted', minChunkSize: 1 })
    const { code } = await runProgram(['capacity', '--probe', 'kept.json', '--sessions', '10'], { cwd })
    expect(code).toBe(0)
  }, 60_000)

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
  ])('%j is refused', async (args, expected, message) => {
    const cwd = folderWith({ 'words.json': '{}', 'bad.json': '{' })
    writeFileSync(join(cwd, 'slow.json'), JSON.stringify(probeOf(3)))
    const { code, stdout, stderr } = await runProgram(['capacity', ...args], { cwd })
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
    expect(stderr).toMatch(message)
  })
})
