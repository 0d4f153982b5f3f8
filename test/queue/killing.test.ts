import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { QueueStatus } from '../../src/queue/tend-queue.js'
import { folderWith, runProgram, silentWav, spokenWords, startProgram } from '../helpers/program.js'
import { PASSWORD, POSTGRES, REDIS, startPostgres, startRedis, startValkey, VALKEY, Wire } from '../helpers/stores.js'

const COUNT = 200
const PAUSE_MS = 1500
const TEXTS = Array.from({ length: 6 }, (_, index) => `w${index}`)
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json']

/** Many short recordings, of a few lengths, so that texts differ. */
function archive(): string {
  const cwd = folderWith({ 'words.json': spokenWords(TEXTS, 0.25) })
  mkdirSync(join(cwd, 'talks'))
  for (let at = 0; at < COUNT; at++) {
    writeFileSync(join(cwd, 'talks', `${String(at).padStart(3, '0')}.wav`), silentWav(0.5 + (at % 5) / 4))
  }
  return cwd
}

const names = (folder: string) => (existsSync(folder) ? readdirSync(folder).filter((one) => !one.startsWith('.')) : [])
const texts = (folder: string) =>
  new Map(
    names(folder)
      .filter((name) => !name.startsWith('asr-stream'))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )

describe.each([
  ['Redis', REDIS, startRedis],
  ['Valkey', VALKEY, startValkey],
  ['PostgreSQL', POSTGRES, startPostgres],
] as const)('a queue on %s', (_, program, start) => {
  it.skipIf(program === null)(
    'has each of 200 results once, though workers are killed, the store is killed and the network is cut',
    async () => {
      const cwd = archive()
      const store = await start()
      const wire = await Wire.to(store.port)
      const queue = ['--queue', store.address()]
      const filled = () => runProgram(['enqueue', 'talks', '--format', 'txt', ...queue], { cwd })
      expect(await filled()).toEqual({ code: 0, stdout: '200 added\n', stderr: '' })
      expect((await filled()).stdout).toBe('0 added; in the queue already: 200 waiting\n')

      const working = [...SCRIPTED, '--option', 'computeSec=0.03', '--output-dir', 'texts', '--lock-time', '2']
      const workers: { readonly child: ChildProcess; readonly ended: ReturnType<typeof runProgram> }[] = []
      const hire = () => {
        const args = ['worker', '--queue', store.address(wire.port), ...working, '--until-empty']
        const worker = startProgram(args, { cwd })
        onTestFinished(() => void worker.child.kill('SIGKILL'))
        workers.push(worker)
      }
      const done = () => names(join(cwd, 'texts')).filter((name) => name.endsWith('.txt')).length
      const until = async (count: number) => {
        while (done() < count && workers.some(({ child }) => child.exitCode === null)) await sleep(20)
      }
      for (let at = 0; at < 3; at++) hire()
      await until(20)
      workers[0]?.child.kill('SIGKILL')
      hire()
      await until(60)
      await store.kill()
      await sleep(PAUSE_MS)
      await store.start()
      await until(100)
      await wire.cut()
      await sleep(PAUSE_MS)
      await wire.mend()
      await until(140)
      workers[1]?.child.kill('SIGKILL')
      const ends = await Promise.all(workers.map(({ ended }) => ended))

      expect(ends.map(({ code }) => code)).toEqual([137, 137, 0, 0])
      expect(ends.map(({ stderr, stdout }) => stderr + stdout).join('')).not.toContain(PASSWORD)
      const reference = await runProgram(['batch', 'talks', ...SCRIPTED, '--format', 'txt', '--output-dir', 'once'], {
        cwd,
      })
      expect(reference.code).toBe(0)
      expect(texts(join(cwd, 'texts'))).toEqual(texts(join(cwd, 'once')))
      expect(names(join(cwd, 'texts')).length).toBe(COUNT)
      const status = JSON.parse((await runProgram(['queue', '--json', ...queue], { cwd })).stdout) as QueueStatus
      expect(status).toMatchObject({ waiting: 0, delayed: 0, running: 0, done: COUNT, dead: 0 })
      expect((await filled()).stdout).toBe('0 added; in the queue already: 200 done\n')
    },
    300_000,
  )
})
