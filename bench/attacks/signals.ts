import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { attack, complaints } from './program.js'
import { chance } from './random.js'

const SPEECH = fileURLToPath(new URL('../../fixtures/two_cities.wav', import.meta.url))
const HEADER_BYTES = 44
const MAX_SEC = 40
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const MODES = [[], ['--policy', 'alignatt'], ['--vac'], ['--comp-unaware']] as const

const [count = '12', seed = '1'] = process.argv.slice(2)
const random = chance(Number(seed))
const speech = (await readFile(SPEECH)).subarray(HEADER_BYTES)
const cwd = await mkdtemp(join(tmpdir(), 'asr-stream-attack-'))

/** As fast as it is spoken, in pieces of any size. */
async function speak(stdin: Writable): Promise<void> {
  const begin = performance.now()
  for (let at = 0; at < speech.length && stdin.writable; ) {
    const bytes = 1 + random.below(6400)
    stdin.write(speech.subarray(at, at + bytes))
    at += bytes
    await sleep(Math.max(0, at / 32 - (performance.now() - begin)))
  }
  stdin.end()
}

let faults = 0
for (let round = 0; round < Number(count); round++) {
  const signal = random.one(SIGNALS)
  const atMs = 1000 * (random.next() < 0.3 ? random.between(0, 0.8) : random.between(0.5, 12))
  const again = random.next() < 0.3 ? [[signal, atMs + random.between(0, 500)] as const] : []
  const args = [...random.one(MODES), '-']
  const outcome = await attack({ args, cwd, input: speak, signals: [[signal, atMs], ...again], maxSec: MAX_SEC })
  // Before the program listens to signals, they end it as they end any process: with the same code.
  const found = complaints(outcome, [128 + constants.signals[signal]])
  faults += found.length
  const what = found.length === 0 ? 'good' : found.join(', ')
  console.log(
    `${signal}${again.length > 0 ? ' twice' : ''} at ${(atMs / 1000).toFixed(2)} s, ${args.join(' ')}: ${what}`,
    outcome.stderr,
  )
}
await rm(cwd, { recursive: true })
console.log(`${count} interrupted streams, seed ${seed}: ${faults} faults`)
process.exitCode = faults === 0 ? 0 : 1
