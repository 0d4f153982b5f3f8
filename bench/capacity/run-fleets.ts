// Simulates one server with more and more sessions, and fleets for up to 100,000 sessions, from the probe that
// `bench/capacity.ts --real --save` has stored. Then `npm run docs:results` draws it.
// usage: tsx bench/capacity/run-fleets.ts
import { FLEETS, fleetRow, serverCurve } from './fleets.js'
import { capacityResults, storePart } from './results.js'

const { real } = capacityResults()
if (real === undefined) throw new Error('there is no probe yet: run tsx bench/capacity.ts --real --save')
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
storePart({ fleets, curve })
