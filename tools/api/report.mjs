// Writes a report of what the package exports, an entry a file, into api/, or compares it with what is there.
// Fails when they differ, and when a public signature has a type that no entry exports. Wants dist/: `npm run build`.
// usage: node tools/api/report.mjs [--update]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const ENTRIES = { 'asr-stream': 'index', plugin: 'plugin', online: 'online', testing: 'testing/index' }
/** Types are inferred from it; what it is made of is nobody's business. */
const MEANT = ['Options', 'ConfigKey', 'Value']
const FORGOTTEN = /^The symbol "(\w+)" needs to be exported/
const LIST = /^export (?:type )?\{([^}]*)\}/gm

const update = process.argv.includes('--update')
const temporary = mkdtempSync(join(tmpdir(), 'asr-stream-api-'))
const declarations = (file) => join(ROOT, 'dist', `${file}.d.ts`)
const exported = new Set([...MEANT, ...Object.values(ENTRIES).flatMap((file) => namesOf(declarations(file)))])
try {
  const configs = Object.entries(ENTRIES).map(([name, file]) => [name, configOf(name, declarations(file))])
  const compilerState = CompilerState.create(configs[0][1], {
    additionalEntryPoints: configs.map(([, { mainEntryPointFilePath }]) => mainEntryPointFilePath),
  })
  for (const [name, config] of configs) report(name, config, compilerState)
} finally {
  rmSync(temporary, { recursive: true, force: true })
}

function report(name, config, compilerState) {
  const { apiReportChanged } = Extractor.invoke(config, {
    compilerState,
    localBuild: update,
    messageCallback(message) {
      message.handled = true
      const [, symbol] = FORGOTTEN.exec(message.text) ?? []
      if (symbol === undefined ? message.logLevel === 'error' : !exported.has(symbol)) fail(`${name}: ${message.text}`)
    },
  })
  if (apiReportChanged && !update) {
    fail(`${name}: the exports are not what api/${name}.api.md says; if that is meant: npm run api:update`)
  }
}

function configOf(name, mainEntryPointFilePath) {
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath,
      newlineKind: 'lf',
      compiler: { tsconfigFilePath: join(ROOT, 'tools', 'api', 'tsconfig.json') },
      apiReport: {
        enabled: true,
        reportFileName: name,
        reportFolder: join(ROOT, 'api'),
        reportTempFolder: temporary,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: {
          default: { logLevel: 'none' },
          'ae-forgotten-export': { logLevel: 'warning', addToApiReportFile: false },
        },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
    configObjectFullPath: join(ROOT, 'tools', 'api', 'report.mjs'),
    packageJsonFullPath: join(ROOT, 'package.json'),
  })
}

/** Names that a file exports, all in lists of the form `export { a, type B } from '...'`. */
function namesOf(file) {
  const lists = [...readFileSync(file, 'utf8').matchAll(LIST)]
  return lists.flatMap(([, names]) => names.split(',').map((one) => one.trim().replace(/^type /, '')))
}

function fail(line) {
  process.exitCode = 1
  process.stdout.write(`${line}\n`)
}
