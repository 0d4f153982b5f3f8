// Runs a tool of this folder: "report" compares or writes the reports of api/, "docs" builds pages of the library in build/api.
// The tools need TypeScript 5.9, whose programming interface version 7 does not have: they are installed here, apart from the
// program, when they are missing or older than package-lock.json.
// usage: node tools/api/run.mjs report [--update] | docs
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const TOOLS = {
  report: [join(HERE, 'report.mjs')],
  docs: [join(HERE, 'node_modules', 'typedoc', 'bin', 'typedoc'), '--options', join(HERE, 'typedoc.json')],
}

const [name, ...options] = process.argv.slice(2)
const tool = TOOLS[name]
if (!tool) throw new Error(`there is no tool "${name}"; give one of ${Object.keys(TOOLS).join(', ')}`)
if (changed('node_modules/.package-lock.json') < changed('package-lock.json')) {
  run('npm', ['--prefix', HERE, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'])
}
run(process.execPath, [...tool, ...options])

function changed(file) {
  return statSync(join(HERE, file), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function run(program, args) {
  const { status, error } = spawnSync(program, args, {
    stdio: 'inherit',
    shell: program === 'npm' && process.platform === 'win32',
  })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}
