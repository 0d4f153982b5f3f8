import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mutated } from './mutations.js'
import { oddOptions } from './odd-options.js'
import { attack, complaints } from './program.js'
import { chance } from './random.js'

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url))
const MAX_SEC = 60
const MODES = [
  ['--comp-unaware'],
  ['--offline'],
  ['--comp-unaware', '--vac'],
  ['--comp-unaware', '--policy', 'alignatt'],
]
const CODES = [0, 1, 2]

const [count = '60', seed = '1'] = process.argv.slice(2)
const random = chance(Number(seed))
const names = (await readdir(FIXTURES)).filter((name) => name.endsWith('.wav') && !name.includes('cities'))
const cwd = await mkdtemp(join(tmpdir(), 'asr-stream-attack-'))
await writeFile(join(cwd, 'words.json'), JSON.stringify([{ begin: 0, end: 0.5, text: 'word' }]))
// Nothing of this is for anybody outside.
const env = { HF_HUB_OFFLINE: '1', HF_ENDPOINT: 'http://127.0.0.1:9', OPENAI_BASE_URL: 'http://127.0.0.1:9', HOME: cwd }

const codes = new Map<number | null, number>()
let faults = 0
for (let round = 0; round < Number(count); round++) {
  const bytes = await readFile(join(FIXTURES, random.one(names)))
  const isOptions = round % 2 === 0
  const audio = isOptions ? bytes.subarray(0, 44 + 32_000) : mutated(bytes, random)
  await writeFile(join(cwd, 'odd.wav'), audio)
  const isPiped = random.next() < 0.3
  const options = isOptions ? await oddOptions(random) : random.one(MODES)
  const args = [...options, isPiped ? '-' : 'odd.wav']
  const outcome = await attack({
    ...{ args, cwd, env, maxSec: MAX_SEC },
    ...(isPiped ? { input: (stdin) => void stdin.end(audio) } : {}),
  })
  codes.set(outcome.code, 1 + (codes.get(outcome.code) ?? 0))
  for (const what of complaints(outcome, CODES)) {
    faults++
    console.log(`round ${round}: ${what}: ${JSON.stringify(args)}`, outcome.stderr.slice(0, 500))
    if (!isOptions) await writeFile(join(tmpdir(), `odd-${seed}-${round}.wav`), audio)
  }
}
await rm(cwd, { recursive: true })
const ends = [...codes].map(([code, times]) => `${times} times ${code}`).join(', ')
console.log(`${count} command lines, seed ${seed}: ended ${ends}; ${faults} faults`)
process.exitCode = faults === 0 ? 0 : 1
