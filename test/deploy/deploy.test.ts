import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { folderWith, PROGRAM, runProgram, silentWav } from '../helpers/program.js'

const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url))
const files = readdirSync(DEPLOY)
const read = (name: string) => readFileSync(join(DEPLOY, name), 'utf8')
const isPosix = process.platform !== 'win32'

/** Two recordings in a list, and a folder of programs: asr-stream, and what is given. */
function archive(programs: Readonly<Record<string, string>> = {}): {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
} {
  const cwd = folderWith({ 'list.txt': 'a.wav\nb.wav\n', 'a.wav': silentWav(1), 'b.wav': silentWav(1) })
  mkdirSync(join(cwd, 'bin'))
  const own = { 'asr-stream': `exec "${process.execPath}" "${PROGRAM}" "$@"`, ...programs }
  for (const [name, body] of Object.entries(own)) {
    writeFileSync(join(cwd, 'bin', name), `#!/bin/sh\n${body}\n`)
    chmodSync(join(cwd, 'bin', name), 0o755)
  }
  return { cwd, env: { ...process.env, PATH: `${join(cwd, 'bin')}${delimiter}${process.env.PATH}` } }
}

/** The arguments of a container, with its folder replaced by another one. */
const here = (args: readonly string[], cwd: string) => args.map((one) => one.replace(/^\/archive/, cwd))

const outputs = (cwd: string) =>
  readdirSync(join(cwd, 'texts'))
    .filter((name) => /^[ab]\./.test(name))
    .sort()
const ALL = ['a.srt', 'a.txt', 'b.srt', 'b.txt']

describe('the files in deploy', () => {
  it.each(files.filter((name) => name.endsWith('.sh')))('%s is a script', (name) => {
    const { status, stderr } = spawnSync('bash', ['-n', join(DEPLOY, name)], { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  it.each(files.filter((name) => /\.ya?ml$/.test(name)))('%s is YAML', (name) => {
    const documents = parseAllDocuments(read(name))
    expect(Array.isArray(documents) && documents.flatMap(({ errors }) => errors)).toEqual([])
    for (const document of documents) expect(document.toJS()).toHaveProperty('kind')
  })

  it.each(files.filter((name) => name.endsWith('.json')))('%s is JSON', (name) => {
    expect(typeof JSON.parse(read(name))).toBe('object')
  })
})

describe.skipIf(!isPosix)('a batch', () => {
  it('of an indexed Job of Kubernetes takes the shard of its index, of as many as there are completions', async () => {
    const { spec } = parse(read('kubernetes-job.yaml'))
    const [{ args, command }] = spec.template.spec.containers
    expect(command).toEqual(['asr-stream'])
    expect(args[args.indexOf('--shard') + 1]).toBe(`auto/${spec.completions}`)
    const { cwd } = archive()
    for (const index of ['0', '1']) {
      const run = await runProgram(here(args, cwd), { cwd, env: { JOB_COMPLETION_INDEX: index } })
      expect(run).toEqual({ code: 0, stdout: '', stderr: '' })
    }
    expect(outputs(cwd)).toEqual(ALL)
  }, 60_000)

  it('of AWS takes the shard of its index', async () => {
    const { command } = JSON.parse(read('aws-batch.json')).containerProperties
    const { cwd } = archive()
    for (const index of ['0', '1']) {
      const env = { AWS_BATCH_JOB_ARRAY_INDEX: index, AWS_BATCH_JOB_ARRAY_SIZE: '2' }
      expect((await runProgram(here(command.slice(1), cwd), { cwd, env })).code).toBe(0)
    }
    expect(outputs(cwd)).toEqual(ALL)
  }, 60_000)

  it('of a Slurm array takes the shard of its task', () => {
    const { cwd, env } = archive({ srun: 'shift; exec "$@"' })
    for (const id of ['1', '2']) {
      const task = { SLURM_ARRAY_TASK_ID: id, SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_MAX: '2' }
      const run = spawnSync('bash', [join(DEPLOY, 'slurm-array.sh'), 'list.txt', 'texts'], {
        cwd,
        env: { ...env, ...task, SLURM_ARRAY_TASK_COUNT: '2' },
        encoding: 'utf8',
      })
      expect(run).toMatchObject({ status: 0, stderr: '' })
    }
    expect(outputs(cwd)).toEqual(ALL)
  }, 60_000)

  it.skipIf(spawnSync('parallel', ['--version']).error !== undefined)(
    'of GNU parallel takes all shards',
    () => {
      const { cwd, env } = archive()
      // It keeps what it knows of machines in a folder of its own.
      const own = { ...env, PARALLEL_HOME: join(cwd, 'parallel') }
      const run = spawnSync('bash', [join(DEPLOY, 'gnu-parallel.sh'), 'list.txt', 'texts', '3'], {
        cwd,
        env: own,
        encoding: 'utf8',
      })
      expect(run).toMatchObject({ status: 0, stdout: '' })
      expect(outputs(cwd)).toEqual(ALL)
      expect(
        readFileSync(join(cwd, 'texts', 'asr-stream-parallel.log'), 'utf8')
          .trim()
          .split('\n'),
      ).toHaveLength(4)
    },
    60_000,
  )
})
