import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ROOT } from '../helpers/imports.js'

interface Result {
  readonly name: string
  readonly by: string
  readonly state: 'ok' | 'failed' | 'missing'
  readonly message: string
}

/** What tools of this machine say of the files in a folder like deploy/. */
function judged(folder = join(ROOT, 'deploy')): readonly Result[] {
  const { stdout, stderr } = spawnSync(process.execPath, ['tools/check_deploy.mjs', '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, DEPLOY_FOLDER: folder },
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as readonly Result[]
}

const results = judged()
/** What belongs to the file beside it. */
const PARTS = ['container/Dockerfile.dockerignore', 'kubernetes/base/', 'kubernetes/keda/']

describe('each file of deploy', () => {
  it('has a tool that judges it', () => {
    const names = results.map(({ name }) => name)
    const entries = readdirSync(join(ROOT, 'deploy'), { recursive: true, withFileTypes: true })
    const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
    const files = paths.map((path) => relative(join(ROOT, 'deploy'), path).replaceAll('\\', '/'))
    expect(files.filter((file) => !names.includes(file) && !PARTS.some((part) => file.startsWith(part)))).toEqual([])
  })

  for (const { name, by, state, message } of results) {
    it.skipIf(state === 'missing')(`${name} is right, says ${by}`, () => {
      expect({ state, message }).toEqual({ state: 'ok', message: '' })
    })
  }
})

/** A mistake in each file, which its tool must find. */
const MISTAKES: Readonly<Record<string, readonly [file: string, from: string | RegExp, to: string]>> = {
  'gnu-parallel.sh': ['gnu-parallel.sh', '"$texts/asr', '$texts/asr'],
  'slurm-array.sh': ['slurm-array.sh', '"$list" --out', '$list --out'],
  'aws-batch.json': ['aws-batch.json', '"jobDefinitionName"', '"jobDefinition"'],
  'kubernetes-job.yaml': ['kubernetes-job.yaml', 'completionMode', 'completionmode'],
  'kubernetes/base': ['kubernetes/base/deployment.yaml', 'readinessProbe', 'readynessProbe'],
  'kubernetes/keda': ['kubernetes/keda/scaled-object.yaml', 'pollingInterval', 'pollInterval'],
  'container/Dockerfile': ['container/Dockerfile', 'WORKDIR /src', 'WORKDIR src'],
  'container/compose.yaml': ['container/compose.yaml', 'read_only: true', 'readonly: true'],
  'balancers/haproxy.cfg': ['balancers/haproxy.cfg', 'balance leastconn', 'balance fewest'],
  'balancers/nginx.conf': ['balancers/nginx.conf', 'least_conn;', 'fewest_conn;'],
  'balancers/envoy.yaml': ['balancers/envoy.yaml', 'FULL_SCAN', 'WHOLE_SCAN'],
  'systemd/asr-stream.service': ['systemd/asr-stream.service', /^(?!#|\[|Exec|Type|Desc).+=.+$/gm, ''],
  'systemd/asr-stream-worker.service': ['systemd/asr-stream-worker.service', 'Restart=always', 'Restart=ever'],
}

describe('mistakes in deploy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'asr-stream-deploy-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(join(ROOT, 'deploy'), folder, { recursive: true })
  for (const [file, from, to] of Object.values(MISTAKES)) {
    const text = readFileSync(join(folder, file), 'utf8')
    writeFileSync(join(folder, file), text.replace(from, to))
  }
  const found = judged(folder)
  for (const { name, state } of found) {
    it.skipIf(state === 'missing')(`are found in ${name}`, () => {
      expect(state).toBe('failed')
    })
  }

  it('are made in every file that is judged', () => {
    expect(Object.keys(MISTAKES).sort()).toEqual(results.map(({ name }) => name).sort())
  })
})
