// Lets each file of deploy/ be judged by the tool that it is for. What is not on this machine is said and left out.
//   node tools/check_deploy.mjs [--install] [--json]
// --install fetches tools from PyPI and modules of Go into a folder of the user's cache, or the one that DEPLOY_TOOLS names.
import { parseArgs } from 'node:util'
import { CHECKS } from './deploy/checks.mjs'
import { install, TOOLS } from './deploy/tools.mjs'

const { values } = parseArgs({ options: { install: { type: 'boolean' }, json: { type: 'boolean' } } })
if (values.install) install()
const results = CHECKS.map(({ name, by, run }) => ({ name, by, ...run() }))
if (values.json) process.stdout.write(`${JSON.stringify(results)}\n`)
else {
  for (const { name, by, state, message } of results) {
    process.stdout.write(`${state.padEnd(8)}${name} (${by})${message ? `\n${message}` : ''}\n`)
  }
  if (results.some(({ state }) => state === 'missing')) {
    process.stdout.write(`missing tools: --install puts them into ${TOOLS}; others are packages of the system\n`)
  }
}
process.exitCode = results.some(({ state }) => state === 'failed') ? 1 : 0
