import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AsrStreamError, UnexpectedError } from '../../src/core/errors.js'
import { chance } from './random.js'
import { madeSounds } from './sounds.js'
import { cutting, listener } from './streams.js'

const KEY = 'attack-key-0123456789'
const RATE = 16_000
const TEXTS = [
  '',
  ' ',
  'word',
  'one two three',
  'a\nb',
  '\x1b]0;x\x07',
  '\x9b2J',
  '\u202eabc',
  '\u0000',
  '👩‍👩‍👧',
  'x'.repeat(5000),
  KEY,
  '9999 0 0 line',
]
const NUMBERS = [0, -1, 0.5, 1, 2, 30, 1e9, 1e300, -1e300, Number.MAX_SAFE_INTEGER]

const [count = '300', seed = '1'] = process.argv.slice(2)
const random = chance(Number(seed))
const text = () => Array.from({ length: 1 + random.below(4) }, () => random.one(TEXTS)).join(' ')
const odd = () => random.one([null, undefined, {}, [], true, text(), random.one(NUMBERS)])
const perhaps = (value: unknown) => (random.next() < 0.05 ? odd() : value)
const time = () => perhaps(random.next() < 0.1 ? random.one(NUMBERS) : random.between(0, 3))

function answer(): unknown {
  const words = Array.from({ length: random.below(8) }, () =>
    perhaps({ word: perhaps(text()), start: time(), end: time() }),
  )
  const segments = Array.from({ length: random.below(3) }, () =>
    perhaps({ text: perhaps(text()), start: time(), end: time() }),
  )
  return perhaps({
    text: perhaps(text()),
    words: perhaps(words),
    segments: perhaps(segments),
    language: perhaps('english'),
  })
}

function respond(response: ServerResponse): void {
  const way = random.next()
  response.setHeader('content-type', 'application/json')
  if (way < 0.05) return void response.destroy()
  if (way < 0.1) return void response.end(`{"text": "${text()}`)
  if (way < 0.2)
    response.writeHead(random.one([204, 302, 400, 401, 404, 413, 429, 500, 503]), {
      'retry-after': random.one(['0', 'x', '-1']),
    })
  if (way < 0.25)
    return void response.end(JSON.stringify({ error: perhaps({ message: perhaps(text()), code: odd() }) }))
  response.end(JSON.stringify(answer()) ?? '')
}

const server = createServer((request, response) => void request.resume().once('end', () => respond(response)))
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.env.ATTACK_KEY = KEY
const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
const service = { baseUrl, keyVariable: 'ATTACK_KEY', retries: 0, timeoutSec: 5 }
const options = { backend: 'openai-api', options: service }
const audio = madeSounds(random).murmur!.subarray(0, 4 * RATE)

let [streams, ended, faults] = [0, 0, 0]
while (streams < Number(count)) {
  // Loading asks the service as well, which may be refused.
  const ears = await listener(options).catch((error: unknown) => error)
  if (ears instanceof Error || typeof ears !== 'object' || ears === null || !('hear' in ears)) {
    if (!(ears instanceof AsrStreamError) || ears instanceof UnexpectedError) console.log('FAULT', ++faults, ears)
    streams++
    continue
  }
  const hearing = ears as Awaited<ReturnType<typeof listener>>
  for (let turn = 0; turn < 20 && streams < Number(count); turn++, streams++) {
    const { lines, faults: found, warnings, error } = await hearing.hear(audio, cutting(random, streams))
    if (error !== null) ended++
    const isForeseen = error === null || (error instanceof AsrStreamError && !(error instanceof UnexpectedError))
    const told = [...warnings, ...(error instanceof Error ? [error.message] : [])].join(' ')
    const own = [...found, ...(isForeseen ? [] : [error]), ...(told.includes(KEY) ? ['the key is told'] : [])]
    if (own.length > 0) console.log(`FAULT ${++faults}, stream ${streams}:`, ...own, lines)
  }
  await hearing.close()
}
console.log(`${count} streams with a hostile service, seed ${seed}: ${ended} ended early, ${faults} faults`)
process.exit(faults === 0 ? 0 : 1)
