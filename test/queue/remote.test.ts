import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { silentWav } from '../helpers/program.js'
import { freePort, REDIS, startRedis } from '../helpers/stores.js'
import { waitUntil } from '../helpers/waiting.js'
import { archive, commands } from './queue-runs.js'

const LONG_MS = 300_000
/** A real object store: the package moto of PyPI, in the Python that has the clients. */
const PYTHON = process.env.PYTHON_WITH_CLIENTS ?? 'python3'
const hasObjectStore = () => spawnSync(PYTHON, ['-c', 'import moto.server, flask']).status === 0

/** A server of recordings: what it has, and how often it was asked for each; fails as often as it is told. */
async function recordingServer(recordings: Map<string, Buffer>, failures: Map<string, number> = new Map()) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const recording = recordings.get(path.split('?')[0] ?? '')
    asked.push(`${request.method} ${path}`)
    const left = failures.get(path) ?? 0
    if (request.method === 'GET' && left > 0) {
      failures.set(path, left - 1)
      // One half, and then the network is gone.
      response.writeHead(200, { 'content-length': recording?.length ?? 0, etag: `"${recording?.length}"` })
      response.write(recording?.subarray(0, 1000))
      setTimeout(() => response.destroy(), 50)
    } else if (recording === undefined) response.writeHead(404).end()
    else if (request.headers.authorization === undefined && path.startsWith('/closed/')) response.writeHead(401).end()
    else {
      response.writeHead(200, { 'content-length': recording.length, etag: `"${recording.length}"` })
      response.end(request.method === 'HEAD' ? undefined : recording)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { asked, host: `127.0.0.1:${(server.address() as AddressInfo).port}` }
}

describe('recordings at addresses, in a queue', () => {
  it.skipIf(REDIS === null)(
    'are fetched whole, tried again when the network breaks off, and refused when they are others by now',
    async () => {
      const recordings = new Map([
        ['/talks/a.wav', silentWav(1)],
        ['/talks/b.wav', silentWav(2)],
        ['/closed/c.wav', silentWav(1.5)],
        ['/other/d.wav', silentWav(1)],
      ])
      const { host, asked } = await recordingServer(recordings, new Map([['/talks/a.wav', 1]]))
      const store = await startRedis()
      const paths = ['/talks/a.wav?token=geheim', '/talks/b.wav', '/talks/gone.wav', '/other/d.wav']
      const list = [...paths.map((path) => `http://${host}${path}`), `http://me:geheim@${host}/closed/c.wav`]
      const cwd = archive({ 'list.txt': list.join('\n') })
      const { enqueue, work, status } = commands(store.address(), cwd)
      const filled = await enqueue('list.txt', '--format', 'txt', '--retry-delay', '0.05')
      expect(filled.code).toBe(3)
      expect(filled.stdout).toBe('4 added\n')
      expect(filled.stderr).toMatch(/gone\.wav cannot be read: the server answers 404/)
      expect(asked.every((one) => one.startsWith('HEAD '))).toBe(true)
      recordings.set('/talks/b.wav', silentWav(3))
      const roots = ['--input-root', `http://${host}/talks`, '--input-root', `http://${host}/closed/`]
      const ended = await work(...roots)
      expect(ended.code).toBe(3)
      expect(ended.stderr + filled.stdout + filled.stderr).not.toMatch(/geheim/)
      const { done, deadJobs } = await status()
      expect(done).toBe(2)
      const reasons = new Map(deadJobs.map(({ recording, reason }) => [recording.slice(-5), reason]))
      expect(reasons.get('b.wav')).toMatch(/has changed since it was put into the queue; put it in once more/)
      expect(reasons.get('d.wav')).toMatch(/is not in what this worker may read; start the worker with --input-root/)
      const text = (name: string) => readFileSync(join(cwd, 'texts', '127.0.0.1', name), 'utf8')
      expect([text('talks/a.txt'), text('closed/c.txt')]).toEqual(['w0 w1\n', 'w0 w1 w2\n'])
      // What is there now is another recording, and so another job.
      expect((await enqueue('list.txt', '--format', 'txt')).stdout).toBe(
        '1 added; in the queue already: 2 done, 1 dead\n',
      )
      expect((await work(...roots)).code).toBe(0)
      expect(text('talks/b.txt')).toBe('w0 w1 w2 w3 w4 w5\n')
    },
    LONG_MS,
  )

  it.skipIf(REDIS === null || !hasObjectStore())(
    'lie in an object store as well',
    async () => {
      const port = await freePort()
      const endpoint = `http://127.0.0.1:${port}`
      const server = spawn(PYTHON, ['-c', SERVE, `${port}`], { stdio: 'ignore' })
      onTestFinished(() => void server.kill('SIGKILL'))
      await waitUntil(
        () =>
          fetch(endpoint).then(
            () => true,
            () => false,
          ),
        'the object store does not start',
      )
      const credentials = { accessKeyId: 'key', secretAccessKey: 'geheim' }
      const client = new S3Client({ endpoint, forcePathStyle: true, region: 'us-east-1', credentials })
      onTestFinished(() => client.destroy())
      await client.send(new CreateBucketCommand({ Bucket: 'archive' }))
      const put = (Key: string, seconds: number) =>
        client.send(new PutObjectCommand({ Bucket: 'archive', Key, Body: silentWav(seconds) }))
      await put('talks/one talk.wav', 1)
      await put('b.wav', 2)
      const store = await startRedis()
      const cwd = archive({})
      const env = {
        AWS_ENDPOINT_URL_S3: endpoint,
        AWS_ACCESS_KEY_ID: 'key',
        AWS_SECRET_ACCESS_KEY: 'geheim',
        AWS_EC2_METADATA_DISABLED: 'true',
      }
      writeFileSync(
        join(cwd, 'list.txt'),
        's3://archive/talks/one%20talk.wav\ns3://archive/b.wav\ns3://archive/gone.wav\n',
      )
      const { enqueue, work, status } = commands(store.address(), cwd, env)
      const filled = await enqueue('list.txt', '--format', 'txt')
      expect(filled.code).toBe(3)
      expect(filled.stdout).toBe('2 added\n')
      expect(filled.stderr).toMatch(/s3:\/\/archive\/gone\.wav cannot be read: \w+ \(404\)/)
      await put('b.wav', 3)
      const ended = await work('--input-root', 's3://archive')
      expect(ended.code).toBe(3)
      expect(readFileSync(join(cwd, 'texts/archive/talks/one talk.txt'), 'utf8')).toBe('w0 w1\n')
      expect(await status()).toMatchObject({
        done: 1,
        dead: 1,
        deadJobs: [{ reason: expect.stringMatching(/has changed/) }],
      })
    },
    LONG_MS,
  )
})

const SERVE = `
import sys
from moto.server import main
main(['-H', '127.0.0.1', '-p', sys.argv[1]])`
