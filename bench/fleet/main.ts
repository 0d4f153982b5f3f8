// Three servers behind a balancer with the example of deploy/balancers: one is drained, one is killed, 40 sessions go on.
// usage: tsx bench/fleet/main.ts [haproxy|nginx|envoy] [SESSIONS]
import { runFleet } from './scenario.js'

const [balancer = 'haproxy', sessions = '40'] = process.argv.slice(2)
const began = performance.now()
const report = await runFleet({
  balancer,
  sessions: Number(sessions),
  isSticky: balancer === 'haproxy',
  onStep: (text) => console.error(`${((performance.now() - began) / 1000).toFixed(1)} s: ${text}`),
})
const { drained, killed, finished, ...rest } = report
const words = (spells: typeof drained) => spells.reduce((all, { words }) => all + words.length, 0)
console.log(
  JSON.stringify({
    ...rest,
    drained: drained.length,
    killed: killed.length,
    finished: finished.length,
    words: { drained: words(drained), killed: words(killed), finished: words(finished) },
    seconds: Math.round((performance.now() - began) / 1000),
  }),
)
if (report.faults.length > 0) process.exitCode = 1
