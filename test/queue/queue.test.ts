import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Queue } from 'bullmq'
import { describe, expect, it, onTestFinished } from 'vitest'
import { folderWith, runProgram, silentWav } from '../helpers/program.js'
import { programCopy } from '../helpers/program-copy.js'
import {
  freePort,
  PASSWORD,
  POSTGRES,
  REDIS,
  startPostgres,
  startRedis,
  startValkey,
  VALKEY,
} from '../helpers/stores.js'
import { waitUntil } from '../helpers/waiting.js'
import { archive, commands } from './queue-runs.js'

const LONG_MS = 300_000
const STORES = [
  ['Redis', REDIS, startRedis],
  ['Valkey', VALKEY, startValkey],
  ['PostgreSQL', POSTGRES, startPostgres],
] as const
const files = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(srt|txt|vtt)$/.test(name))
    .map((name) => name.replaceAll('\\', '/'))
    .sort()

describe.each(STORES)('a queue on %s', (_, program, start) => {
  it.skipIf(program === null)(
    'has each recording once, tells what is dead and why, and tries it again when it is asked to',
    async () => {
      const store = await start()
      const cwd = archive({
        'talks/a.wav': 1,
        'talks/more/b.wav': 2,
        'talks/bad.wav': 'no audio',
        'talks/gone.wav': 1.5,
      })
      const { enqueue, work, queue, status } = commands(store.address(), cwd)
      const filled = await enqueue('talks', '--retry-delay', '0.05')
      expect(filled).toEqual({ code: 0, stdout: '4 added\n', stderr: '' })
      rmSync(join(cwd, 'talks/gone.wav'))
      const first = await work()
      expect(first.code).toBe(3)
      expect(first.stderr).toMatch(/error: .*gone\.wav is not there/)
      expect(first.stderr.match(/gone\.wav is not there.*it is tried again/g)).toHaveLength(2)
      expect(files(join(cwd, 'texts'))).toEqual(['a.srt', 'a.txt', 'more/b.srt', 'more/b.txt'])
      const after = await status()
      expect(after).toMatchObject({ waiting: 0, running: 0, delayed: 0, done: 2, dead: 2 })
      const dead = Object.fromEntries(after.deadJobs.map(({ recording, ...rest }) => [recording.slice(-8), rest]))
      expect(dead['/bad.wav']).toMatchObject({
        code: 'ASR_INPUT',
        attempts: 1,
        reason: expect.stringMatching(/no.* audio/),
      })
      expect(dead['gone.wav']).toMatchObject({ code: 'ASR_INPUT_MISSING', attempts: 3 })
      expect((await queue()).stdout).toMatch(
        /^0 waiting, 0 running, .* 2 done, 2 dead\n(dead: .*: ASR_INPUT\w* .*\n){2}$/,
      )

      writeFileSync(join(cwd, 'talks/gone.wav'), silentWav(1.5))
      expect((await enqueue('talks', '--json')).stdout).toBe(
        '{"added":0,"waiting":0,"running":0,"done":2,"dead":2,"failed":[]}\n',
      )
      expect((await queue('retry')).stdout).toBe('2 retried\n')
      expect((await work()).code).toBe(3)
      expect(await status()).toMatchObject({ done: 3, dead: 1 })
      // Another format is another job; a recording that has changed as well.
      writeFileSync(join(cwd, 'talks/a.wav'), silentWav(1.25))
      expect((await enqueue('talks/a.wav', 'talks/more/b.wav', '--format', 'vtt')).stdout).toBe('2 added\n')
      expect((await queue('drain', '--done', '--dead', '--json')).stdout).toBe('{"removed":6}\n')
      expect(await status()).toMatchObject({ waiting: 0, done: 0, dead: 0 })
    },
    LONG_MS,
  )

  it.skipIf(program === null)(
    'gives a job back when its worker is stopped, lets it be finished where there is time, and waits for no store',
    async () => {
      const store = await start()
      const cwd = archive({ 'a.wav': 2, 'b.wav': 70, 'c.wav': 70 })
      const { enqueue, startWorker, status, work } = commands(store.address(), cwd)
      expect((await enqueue('a.wav', 'b.wav', 'c.wav', '--format', 'txt')).code).toBe(0)
      const texts = join(cwd, 'texts')
      const isUnderWay = () => existsSync(texts) && readdirSync(texts).some((name) => name.endsWith('.part'))
      const stopInTheMiddle = async (drainSec: number) => {
        for (const name of existsSync(texts) ? readdirSync(texts) : []) {
          if (name.endsWith('.part')) rmSync(join(texts, name))
        }
        const { child, ended } = startWorker('--option', 'computeSec=1', '--drain-timeout', `${drainSec}`)
        onTestFinished(() => void child.kill('SIGKILL'))
        await waitUntil(() => isUnderWay() || child.exitCode !== null, 'nothing is begun')
        child.kill('SIGTERM')
        return (await ended).code
      }
      // The first takes two seconds, each of the others more than a minute.
      expect(await stopInTheMiddle(30)).toBe(143)
      expect(await status()).toMatchObject({ waiting: 2, running: 0, delayed: 0, done: 1, dead: 0 })
      expect(await stopInTheMiddle(0)).toBe(143)
      expect(await status()).toMatchObject({ waiting: 2, running: 0, delayed: 0, done: 1, dead: 0 })
      // Nothing is under way, and the store is away: there is nothing to wait for.
      const idle = startWorker('--drain-timeout', '3600', '--queue-name', 'empty')
      onTestFinished(() => void idle.child.kill('SIGKILL'))
      await new Promise((resolve) => idle.child.stderr?.once('data', resolve))
      await store.kill()
      idle.child.kill('SIGTERM')
      expect(await idle.ended).toMatchObject({ code: 143, stderr: expect.not.stringMatching(/error/) })
      await store.start()
      const rest = await work('--concurrency', '2')
      expect(rest.code).toBe(0)
      expect(files(join(cwd, 'texts'))).toEqual(['a.txt', 'b.txt', 'c.txt'])
      expect(readdirSync(join(cwd, 'texts')).filter((name) => name.includes('.part'))).toEqual([])
    },
    LONG_MS,
  )

  it.skipIf(program === null)(
    'does nothing that a job of a stranger asks for beyond what the worker allows',
    async () => {
      const store = await start()
      const cwd = archive({ 'talks/a.wav': 1, 'secret/b.wav': 1 })
      mkdirSync(join(cwd, 'texts'))
      mkdirSync(join(cwd, 'elsewhere'))
      symlinkSync(join(cwd, 'elsewhere'), join(cwd, 'texts', 'link'))
      symlinkSync(join(cwd, 'secret', 'b.wav'), join(cwd, 'talks', 'way-out.wav'))
      const good = {
        version: 1,
        recording: { path: 'a.wav' },
        within: 'a.wav',
        content: {},
        formats: ['txt'],
        writing: {},
      }
      const hostile: readonly unknown[] = [
        { ...good, within: '../out.wav' },
        { ...good, within: '/tmp/out.wav' },
        { ...good, within: 'link/out.wav' },
        { ...good, within: 'link/deeper/out.wav' },
        { ...good, within: '.asr-stream.wav' },
        { ...good, recording: { path: '../secret/b.wav' } },
        { ...good, recording: { path: join(cwd, 'secret/b.wav') } },
        { ...good, recording: { path: 'way-out.wav' } },
        { ...good, recording: { path: 'nothing-here/../../secret/c.wav' } },
        { ...good, recording: { address: 'http://127.0.0.1:1/a.wav' } },
        { ...good, recording: { address: 'file:///etc/passwd' } },
        { ...good, recording: { path: 'a.wav' }, content: { sha256: '0'.repeat(64) } },
        { ...good, formats: ['exe'] },
        { ...good, plugins: ['./evil.mjs'] },
        { ...good, version: 2 },
        'text',
        null,
      ]
      const { enqueue, work, status } = commands(store.address(), cwd)
      expect((await enqueue('talks/a.wav', '--input-root', 'talks', '--format', 'txt')).code).toBe(0)
      const run = (args: readonly string[]) => runProgram(args, { cwd })
      await run(['queue', '--queue', store.address()])
      const bulk = hostile.map((data, at) => ({ name: 'transcribe', data, opts: { attempts: 3, jobId: `h${at}` } }))
      await withQueue(store.address(), (queue) => queue.addBulk(bulk))
      const ended = await work('--input-root', 'talks')
      expect(ended.code).toBe(3)
      const { done, dead, deadJobs } = await status()
      expect({ done, dead }).toEqual({ done: 1, dead: hostile.length })
      expect(
        deadJobs.filter(({ attempts, code }) => attempts !== 1 || !/^ASR_(INPUT|USAGE)$/.test(code ?? '')),
      ).toEqual([])
      expect(files(cwd).filter((name) => !name.startsWith('texts/'))).toEqual([])
      expect(files(join(cwd, 'texts'))).toEqual(['a.txt'])
      expect(readdirSync(join(cwd, 'elsewhere'))).toEqual([])
    },
    LONG_MS,
  )

  it.skipIf(program === null)(
    'tells no password, whatever is wrong',
    async () => {
      const store = await start()
      const cwd = archive({ 'a.wav': 1 })
      const wrong = store.address().replace(/geheim/, 'geheimnis')
      const nobody = store.address(await freePort())
      for (const address of [wrong, nobody]) {
        const { enqueue, work, queue } = commands(address, cwd)
        const runs = [await enqueue('a.wav', '--log-level', 'debug'), await work('--log-level', 'debug'), await queue()]
        for (const { code, stdout, stderr } of runs) {
          expect(code).toBe(1)
          expect(stdout + stderr).not.toMatch(/geheim/)
          expect(stderr).toMatch(/error: there is no queue at (redis|postgres):\/\/.*check the address/)
        }
      }
      expect(PASSWORD).toMatch(/geheim/)
    },
    LONG_MS,
  )
})

/** BullMQ itself, as somebody else has it. */
async function withQueue(address: string, use: (queue: Queue) => Promise<unknown>): Promise<void> {
  const { createPostgresBackend, withBackend } = await import('bullmq')
  const isPostgres = address.startsWith('postgres')
  const queue = isPostgres
    ? new (withBackend(createPostgresBackend).Queue)('asr-stream', { connection: address })
    : new Queue('asr-stream', { connection: { url: address } })
  try {
    await use(queue as unknown as Queue)
  } finally {
    await queue.close()
  }
}

describe('the commands of a queue', () => {
  it.skipIf(POSTGRES === null)(
    'never ask Redis where PostgreSQL is meant',
    async () => {
      const store = await startPostgres()
      const cwd = archive({ 'a.wav': 1 })
      const listener = `import net from 'node:net'; import { appendFileSync } from 'node:fs'
      const connect = net.Socket.prototype.connect
      net.Socket.prototype.connect = function (...args) {
        const [given] = [args[0]].flat()
        appendFileSync('ports.txt', JSON.stringify(typeof given === 'object' ? given.port : given) + '\\n')
        return connect.apply(this, args)
      }`
      writeFileSync(join(cwd, 'listener.mjs'), listener)
      const env = { NODE_OPTIONS: `--import=${join(cwd, 'listener.mjs')}` }
      const { enqueue, work, queue } = commands(store.address(), cwd, env)
      const codes = [await enqueue('a.wav'), await work(), await queue(), await queue('retry'), await queue('drain')]
      expect(codes.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
      const ports = readFileSync(join(cwd, 'ports.txt'), 'utf8').trim().split('\n')
      expect([...new Set(ports.map((port) => Number(JSON.parse(port))))]).toEqual([store.port])
    },
    LONG_MS,
  )

  it.each([
    [['enqueue', 'a.wav'], {}, /the address of a queue is missing; give --queue/],
    [['queue', '--queue', 'mysql://x:geheim@y'], {}, /--queue has the scheme mysql:, which is neither/],
    [['queue', '--queue', 'geheim'], {}, /--queue is no address/],
    [['queue', '--queue', 'redis://h', '--queue-name', 'a:b'], {}, /--queue-name "a:b" has a colon/],
    [['worker', '--queue', 'redis://h'], {}, /worker needs --output-dir/],
    [['worker', '--queue', 'redis://h', '--output-dir', 'x', '--format', 'srt'], {}, /--format/],
    [['worker', '--queue', 'redis://h', '--output-dir', 'x', '--input-root', 'rtsp://h'], {}, /neither a folder nor/],
    [['worker', '--queue', 'redis://h', '--output-dir', 'x', '--lock-time', '0'], {}, /--lock-time must be/],
    [['enqueue', 'a.wav', '--queue', 'redis://h', '--attempts', '1.5'], {}, /--attempts must be a whole number from 1/],
    [['enqueue', 'a.wav', 'b/a.mp3', '--queue', 'redis://h'], {}, /would be the output of both/],
  ] as const)('refuse %o', async (args, env, message) => {
    const cwd = folderWith({ 'a.wav': silentWav(1) })
    const { code, stderr } = await runProgram(args, { cwd, env: { ASR_STREAM_QUEUE: undefined, ...env } })
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
    expect(stderr).not.toContain('geheim')
  })

  it.skipIf(REDIS === null)(
    'name what is wrong with a name that a queue does not take, and take the others',
    async () => {
      const store = await startRedis()
      const cwd = archive({ 'talks/a.wav': 1, 'talks/new\nline.wav': 2 })
      const { enqueue, queue } = commands(store.address(), cwd)
      const { code, stdout, stderr } = await enqueue('talks')
      expect({ code, stdout }).toEqual({ code: 3, stdout: '1 added\n' })
      expect(stderr).toMatch(/new.line\.wav: .*no names with line breaks/)
      expect(stderr).not.toContain('same version')
      expect((await queue()).stdout).toMatch(/^1 waiting, /)
    },
  )

  it('say what to install when a package is missing', async () => {
    const copy = programCopy()
    for (const name of ['bullmq', 'pg', 'ioredis']) rmSync(join(copy, 'node_modules', name))
    const program = join(copy, 'bin/asr-stream.js')
    const cwd = folderWith({ 'a.wav': silentWav(1) })
    for (const [address, driver] of [
      ['redis://h', 'ioredis'],
      ['postgres://h/d', 'pg'],
    ] as const) {
      const { code, stderr } = await runProgram(['enqueue', 'a.wav', '--queue', address], { cwd, program })
      expect(code).toBe(1)
      expect(stderr).toContain(`needs bullmq and ${driver}; install beside asr-stream: npm install bullmq ${driver}`)
    }
  })
})
