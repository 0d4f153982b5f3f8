// Says how many changes of the last runs of Stryker the tests noticed, by room, and which not.
// usage: node tools/mutants/score.mjs [--survivors]
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

const FOLDER = 'tools/mutants'
const { values } = parseArgs({ options: { survivors: { type: 'boolean' } } })
const results = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.results.jsonl'))
  .flatMap((name) => readFileSync(join(FOLDER, name), 'utf8').trim().split('\n'))
  .map((line) => JSON.parse(line))
const NOTICED = ['Killed', 'Timeout', 'RuntimeError']
/** By room: changes that were noticed, and all that were tried. */
const rooms = new Map()

for (const { place, status, mutatorName, source, replacement } of results) {
  const isNoticed = NOTICED.includes(status)
  for (const room of [dirname(place).replace('src/', ''), 'all']) {
    const { noticed = 0, tried = 0 } = rooms.get(room) ?? {}
    rooms.set(room, { noticed: noticed + (isNoticed ? 1 : 0), tried: tried + 1 })
  }
  if (isNoticed || !values.survivors) continue
  say(`${place} ${status} ${mutatorName}\n  ${source}\n  -> ${replacement.replaceAll(/\s+/g, ' ').slice(0, 120)}`)
}

say('| room | noticed | tried | score |\n|---|---|---|---|')
for (const [room, { noticed, tried }] of [...rooms].sort()) {
  say(`| ${room} | ${noticed} | ${tried} | ${Math.round((100 * noticed) / tried)} % |`)
}

function say(line) {
  process.stdout.write(`${line}\n`)
}
