import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openFile } from '../../src/audio/sources/open-address.js'
import { InputError } from '../../src/core/errors.js'
import type { Log } from '../../src/core/types.js'
import { damaged } from './damage.js'
import { chance } from './random.js'

const FIXTURES = fileURLToPath(new URL('../../fixtures/compressed', import.meta.url))
/** Seconds of computing, and of waiting, for any file of the fixtures. */
const MAX_SEC = 20

const [count = '500', seed = '1', folder = FIXTURES] = process.argv.slice(2)
const random = chance(Number(seed))
const work = await mkdtemp(join(tmpdir(), 'asr-stream-attack-'))
let faults = 0
for (const name of (await readdir(folder)).sort()) {
  const whole = await readFile(join(folder, name))
  const seen: Record<string, { told: number; silent: number }> = {}
  for (let round = 0; round < Number(count); round++) {
    const { bytes, kind } = damaged(whole, random)
    const path = join(work, `a${extname(name)}`)
    await writeFile(path, bytes)
    const fault = async (what: unknown) => {
      console.log(`FAULT ${++faults}, ${name}, round ${round}, ${kind}:`, what)
      await writeFile(join(tmpdir(), `damaged-${seed}-${round}${extname(name)}`), bytes)
    }
    const begin = performance.now()
    let isTold = false
    const tell = () => {
      isTold = true
    }
    const log: Log = { error: tell, warn: tell, info() {}, debug() {} }
    try {
      const source = await openFile(path, { log })
      for await (const piece of source.read()) {
        if (!piece.every((sample) => Math.abs(sample) <= 1)) await fault('samples beyond 1')
      }
    } catch (error) {
      isTold = true
      if (!(error instanceof InputError)) await fault(error)
    }
    const seconds = (performance.now() - begin) / 1000
    if (seconds > MAX_SEC) await fault(`${seconds.toFixed(1)} s`)
    const sums = seen[kind] ?? { told: 0, silent: 0 }
    seen[kind] = sums
    if (isTold) sums.told++
    else sums.silent++
  }
  const told = Object.entries(seen).map(([kind, sums]) => `${kind} ${sums.told}/${sums.told + sums.silent}`)
  console.log(`${name}: told of ${told.sort().join(', ')}`)
}
await rm(work, { recursive: true })
console.log(`${faults} faults`)
process.exitCode = faults === 0 ? 0 : 1
