import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { parseConfig } from '../../src/config/config.js'
import { AsrStreamError } from '../../src/core/errors.js'
import { silentLog } from '../../src/core/silent-log.js'
import { resolveModel } from '../../src/models/resolve-model.js'
import { hubSettings } from '../../src/models/settings.js'

/** Pieces that hostile names are made of. */
const PIECES = [
  '..',
  '.',
  '',
  '/',
  '\\',
  '~',
  'C:',
  'mine',
  'onnx',
  '%2e%2e',
  '\0',
  '\n',
  '\x1b[2J',
  '_data',
  'a'.repeat(300),
]
const MODEL = ['config.json', 'generation_config.json', 'tokenizer.json']
const GRAPHS = ['onnx/encoder_model_quantized.onnx', 'onnx/decoder_model_merged_quantized.onnx']
const MINE = 'what the user wrote'
const CONTENT = Buffer.from('{}')
const OID = createHash('sha1').update(`blob ${CONTENT.length}\0`).update(CONTENT).digest('hex')

const rounds = Number(process.argv[2] ?? 500)
const one = <Value>(values: readonly Value[]): Value => values[Math.floor(Math.random() * values.length)]!
const oddText = (): string =>
  Array.from({ length: 1 + Math.floor(Math.random() * 6) }, () => one(PIECES)).join(one(['/', '', '\\']))
const oddValue = (): unknown => one([oddText(), null, -1, 1e20, {}, [], true, `${OID}/${oddText()}`, undefined])
const perhaps = (value: unknown): unknown => (Math.random() < 0.02 ? oddValue() : value)

function listing(): unknown {
  const odd = Math.random() < 0.3 ? [`${GRAPHS[0]}_data/${oddText()}`, oddText()] : []
  const files = [...MODEL, ...GRAPHS, `${GRAPHS[0]}_data`, ...odd]
  const entries = files.map((path) => ({
    type: 'file',
    path: perhaps(path),
    size: perhaps(CONTENT.length),
    oid: perhaps(OID),
    ...(Math.random() < 0.02 ? { lfs: perhaps({ oid: oddValue(), size: oddValue() }) } : {}),
  }))
  return perhaps(entries.filter(() => Math.random() < 0.99))
}

const server = createServer((request, response) => {
  const url = request.url ?? ''
  if (!url.startsWith('/api/')) return void response.end(Math.random() < 0.01 ? oddText() : CONTENT)
  const info = { _id: 'x', id: 'evil/model', sha: perhaps('a'.repeat(40)), private: false, gated: false }
  response.end(JSON.stringify(url.includes('/tree/') ? listing() : perhaps(info)) ?? '')
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')

const folder = await mkdtemp(join(tmpdir(), 'asr-stream-attack-'))
await writeFile(join(folder, 'mine'), MINE)
const config = parseConfig({ model: 'evil/model', modelCacheDir: join(folder, 'cache') })
const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const settings = { ...hubSettings(config, { HF_ENDPOINT: endpoint }), retrySec: 0, stallSec: 1 }
let [refused, given, faults] = [0, 0, 0]
for (let round = 0; round < rounds; round++) {
  try {
    await resolveModel(config, { log: silentLog, progress() {} }, settings)
    given++
  } catch (error) {
    refused++
    if (!(error instanceof AsrStreamError)) console.log('ODD ERROR', ++faults, error)
  }
  const all = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = all
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
  const strangers = paths.filter((path) => path !== 'mine' && !path.startsWith(`cache${sep}models--evil--model${sep}`))
  if (strangers.length > 0 || (await readFile(join(folder, 'mine'), 'utf8')) !== MINE)
    console.log('WROTE', ++faults, strangers)
  await rm(join(folder, 'cache'), { recursive: true, force: true })
}
await rm(folder, { recursive: true })
console.log(`${rounds} hostile Hubs: ${refused} refused, ${given} gave a model, ${faults} faults`)
process.exit(faults === 0 ? 0 : 1)
