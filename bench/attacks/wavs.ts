import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AudioFileSource } from '../../src/audio/sources/audio-file-source.js'
import { StreamSource } from '../../src/audio/sources/stream-source.js'
import { InputError } from '../../src/core/errors.js'
import { silentLog } from '../../src/core/silent-log.js'
import type { AudioSource } from '../../src/core/types.js'
import { mutated } from './mutations.js'
import { chance } from './random.js'

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url))
/** Seconds of computing for a second of audio, at most, and for any file. */
const MAX_COST = 0.5
const FREE_SEC = 2
const MAX_GROWTH = 300e6

const [count = '500', seed = '1', folder = FIXTURES] = process.argv.slice(2)
const random = chance(Number(seed))
const names = (await readdir(folder)).filter((name) => name.endsWith('.wav'))
const work = await mkdtemp(join(tmpdir(), 'asr-stream-attack-'))
const path = join(work, 'odd.wav')

function inPieces(bytes: Buffer): AudioSource {
  const most = 1 + random.below(5000)
  return new StreamSource({
    name: 'a pipe',
    log: silentLog,
    async *open() {
      for (let at = 0; at < bytes.length; at += most) yield bytes.subarray(at, at + most)
    },
  })
}

let [recognized, refused, faults, growth] = [0, 0, 0, 0]
const before = process.memoryUsage().rss
for (let round = 0; round < Number(count); round++) {
  const name = random.one(names)
  const bytes = mutated(await readFile(join(folder, name)), random)
  await writeFile(path, bytes)
  const fault = async (what: unknown) => {
    console.log(`FAULT ${++faults}, round ${round}, ${name}:`, what)
    await writeFile(join(tmpdir(), `odd-${seed}-${round}.wav`), bytes)
  }
  const begin = process.cpuUsage()
  let samples = 0
  try {
    const source = round % 2 === 0 ? inPieces(bytes) : await AudioFileSource.open(path, { log: silentLog })
    for await (const piece of source.read()) {
      samples += piece.length
      if (!piece.every((sample) => Math.abs(sample) <= 1)) await fault('samples beyond 1')
    }
    recognized++
  } catch (error) {
    refused++
    if (!(error instanceof InputError)) await fault(error)
  }
  const { user, system } = process.cpuUsage(begin)
  const costSec = (user + system) / 1e6
  if (costSec > FREE_SEC + (MAX_COST * samples) / 16_000) await fault(`${costSec.toFixed(1)} s of computing`)
  growth = Math.max(growth, process.memoryUsage().rss - before)
}
await rm(work, { recursive: true })
if (growth > MAX_GROWTH) console.log(`FAULT ${++faults}: memory`)
console.log(
  `${count} odd WAVs: ${recognized} heard, ${refused} refused, at most ${Math.round(growth / 1e6)} MB more, ${faults} faults`,
)
process.exitCode = faults === 0 ? 0 : 1
