// Says how many changes of Stryker's report the tests noticed, by room, and which not.
// usage: node tools/mutants/score.mjs [--survivors] [tools/mutants/report.json]
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({ options: { survivors: { type: 'boolean' } }, allowPositionals: true })
const { files } = JSON.parse(readFileSync(positionals[0] ?? 'tools/mutants/report.json', 'utf8'))
const NOTICED = new Set(['Killed', 'Timeout'])
const MISSED = new Set(['Survived', 'NoCoverage'])
/** By room: changes that were noticed, and all that were tried. */
const rooms = new Map()

for (const [file, { mutants, source }] of Object.entries(files)) {
  const room = file.split('/').slice(1, -1).join('/')
  const score = rooms.get(room) ?? { noticed: 0, tried: 0 }
  rooms.set(room, score)
  for (const { status, location, replacement, mutatorName } of mutants) {
    if (NOTICED.has(status)) score.noticed++
    if (NOTICED.has(status) || MISSED.has(status)) score.tried++
    if (!MISSED.has(status) || !values.survivors) continue
    const { line, column } = location.start
    say(`${file}:${line}:${column} ${status} ${mutatorName}`)
    say(`  ${source.split('\n')[line - 1].trim()}\n  -> ${replacement?.split('\n').join(' ').slice(0, 120)}`)
  }
}

let [noticed, tried] = [0, 0]
say('| room | noticed | tried | score |\n|---|---|---|---|')
for (const [room, score] of [...rooms].sort().filter(([, { tried }]) => tried > 0)) {
  say(`| ${room} | ${score.noticed} | ${score.tried} | ${percent(score.noticed, score.tried)} |`)
  noticed += score.noticed
  tried += score.tried
}
say(`| all | ${noticed} | ${tried} | ${percent(noticed, tried)} |`)

function percent(part, whole) {
  return `${Math.round((100 * part) / whole)} %`
}

function say(line) {
  process.stdout.write(`${line}\n`)
}
