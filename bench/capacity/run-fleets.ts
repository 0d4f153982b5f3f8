// Simulates one server with more and more sessions, fleets for up to 100,000 sessions, and anew the sessions that were measured,
// from the probes that `bench/capacity.ts --save` and `--real --save` have stored. Then `npm run docs:results` draws it.
// usage: tsx bench/capacity/run-fleets.ts
import { simulated } from './compare.js'
import { FLEETS, fleetRow, serverCurve, WORKERS } from './fleets.js'
import { capacityResults, type StoredCheck, storePart } from './results.js'

const { real, known } = capacityResults()
if (real === undefined || known === undefined)
  throw new Error('a probe is missing: run tsx bench/capacity.ts --save, and --real --save')
const { probe } = real
const most = fleetRow(probe, 10).sessionsPerServer
const counts = Array.from({ length: Math.ceil(1.8 * most) }, (_, at) => at + 1)
const curve = serverCurve(probe, counts)
const fleets = FLEETS.map((sessions) => {
  const began = performance.now()
  const row = fleetRow(probe, sessions)
  console.error(
    `${sessions} sessions: ${row.servers} servers, simulated in ${Math.round(performance.now() - began)} ms`,
  )
  return row
})
storePart({ known: simulatedAnew(known), real: simulatedAnew(real), fleets, curve })

function simulatedAnew(check: StoredCheck): StoredCheck {
  const comparisons = check.comparisons.map((one) => {
    const contest = { ...one, workers: WORKERS }
    return { ...contest, simulated: simulated(contest, check.probe) }
  })
  return { ...check, comparisons }
}
