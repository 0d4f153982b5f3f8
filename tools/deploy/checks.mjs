import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { foreignFaults } from './resources.mjs'
import { tool } from './tools.mjs'

/** DEPLOY_FOLDER: another one of the same files. */
const DEPLOY = process.env.DEPLOY_FOLDER ?? fileURLToPath(new URL('../../deploy/', import.meta.url))
const at = (name) => join(DEPLOY, name)
const OK = { state: 'ok', message: '' }
const MISSING = { state: 'missing', message: '' }
const failed = (message) => ({ state: 'failed', message: String(message).trim() })

/** Each file of deploy/, the tool that it is for or that knows it, and what that says of it. */
export const CHECKS = [
  check('gnu-parallel.sh', 'shellcheck', (file) => verdict('shellcheck', [file])),
  check('slurm-array.sh', 'shellcheck', (file) => verdict('shellcheck', [file])),
  check('aws-batch.json', 'botocore', (file) => python(BOTOCORE, file)),
  check('kubernetes-job.yaml', 'kubernetes-validate', (file) => kubernetes(readFileSync(file, 'utf8'))),
  check('kubernetes/base', 'kubectl kustomize, kubernetes-validate', kustomization),
  check('kubernetes/keda', 'kubectl kustomize, kubernetes-validate, definitions of KEDA and Prometheus', kustomization),
  check('container/Dockerfile', 'hadolint', (file) => verdict('hadolint', [file])),
  check('container/compose.yaml', 'compose-go', (file) => verdict('compose-go', ['-no-interpolation', file])),
  check('balancers/haproxy.cfg', 'haproxy', (file) => verdict('haproxy', ['-c', '-f', file])),
  check('balancers/nginx.conf', 'nginx', nginx),
  check('balancers/envoy.yaml', 'envoy', (file) => verdict('envoy', ['--mode', 'validate', '-c', file])),
  check('systemd/asr-stream.service', 'systemd-analyze', systemd),
  check('systemd/asr-stream-worker.service', 'systemd-analyze', systemd),
]

function check(name, by, judge) {
  return { name, by, run: () => judge(at(name)) }
}

function verdict(program, args, options) {
  const { status, stdout, stderr, error } = tool(program, args, options)
  if (error?.code === 'ENOENT') return MISSING
  return status === 0 ? OK : failed(`${stdout}${stderr}${error ?? ''}`)
}

/** nginx wants addresses that can be found, and files that it may write. */
function nginx(file) {
  const folder = mkdtempSync(join(tmpdir(), 'asr-stream-nginx-'))
  try {
    mkdirSync(join(folder, 'tmp'))
    const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/tmp;`,
    )
    const text = readFileSync(file, 'utf8')
      .replaceAll(/asr-[abc]:/g, '127.0.0.1:')
      .replace('http {', `http { ${places.join(' ')}`)
    const adapted = join(folder, 'nginx.conf')
    writeFileSync(adapted, `${text}\npid ${folder}/pid;\nerror_log stderr;\n`)
    return verdict('nginx', ['-t', '-p', folder, '-c', adapted])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function kustomization(folder) {
  const { status, stdout, stderr, error } = tool('kubectl', ['kustomize', folder])
  if (error) return MISSING
  if (status !== 0) return failed(stderr)
  const faults = foreignFaults(stdout)
  if (faults === null) return MISSING
  return faults.length > 0 ? failed(faults.join('\n')) : kubernetes(stdout)
}

function kubernetes(text) {
  const folder = mkdtempSync(join(tmpdir(), 'asr-stream-resources-'))
  try {
    const file = join(folder, 'resources.yaml')
    writeFileSync(file, text)
    return verdict('kubernetes-validate', ['--strict', file])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Below 2.5 of 10; the program itself is not installed here. */
function systemd(file) {
  const exposed = verdict('systemd-analyze', ['security', '--offline=true', '--threshold=25', '--no-pager', file])
  if (exposed.state !== 'ok') return exposed
  const { stderr } = tool('systemd-analyze', ['verify', '--man=no', file])
  const faults = stderr.split('\n').filter((line) => line !== '' && !line.includes('asr-stream is not executable'))
  return faults.length > 0 ? failed(faults.join('\n')) : OK
}

/** The description of AWS's interface that its clients check requests with, without asking AWS. */
const BOTOCORE = `
import json, sys
try:
    import botocore.session, botocore.validate
except ImportError:
    sys.exit(77)
model = botocore.session.get_session().get_service_model('batch').operation_model('RegisterJobDefinition')
report = botocore.validate.ParamValidator().validate(json.load(open(sys.argv[1])), model.input_shape)
sys.exit(report.generate_report() if report.has_errors() else 0)
`

function python(program, file) {
  const { status, stderr, error } = tool('python3', ['-c', program, file])
  if (error || status === 77) return MISSING
  return status === 0 ? OK : failed(stderr)
}
