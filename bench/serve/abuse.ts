// A live session at the pace of speech, alone and beside somebody who abuses the server in turn: how late its final text
// is, and how soon the server answers. Alone it is measured again before each abuse, because other work of the machine
// comes and goes. The speaker has an address of its own (127.0.0.2: Linux). The limit of requests is off, which is worse
// than what others do, and the abuser's own computing has the lowest priority, as if it were done elsewhere.
// usage: tsx bench/serve/abuse.ts [SECONDS] [KIND,KIND] [options of serve]
import { spawn } from 'node:child_process'
import { constants, loadavg, setPriority } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type BenchServer, startServer } from './server.js'
import { mean, quantile, speak, watchHealth } from './speaker.js'

const ABUSERS = fileURLToPath(new URL('./abusers.ts', import.meta.url))
const ALL = 'requests,connections,full-speed audio,uploads,garbage'
const SPEAKER = '127.0.0.2'
const UNLIMITED = ['--max-requests-per-minute', '100000000']
/** The abuse is under way before somebody speaks. */
const LEAD_MS = 3000

const [seconds = '30', kinds = ALL, ...options] = process.argv.slice(2)
console.log(
  '| beside | mean lag | 95 % | delay of the mean | health 95 % | health most | loop most | load of the machine |',
)
console.log('|---|---:|---:|---:|---:|---:|---:|---:|')
for (const kind of kinds.split(',')) {
  const server = await startServer('--tcp-port', '0', '--wyoming-port', '0', ...UNLIMITED, ...options)
  await speak(server.host, 3, SPEAKER)
  const alone = await measured(server)
  row('nobody', alone, null)
  const { host, wyomingPort, tcpPort } = server
  const args = ['--import', 'tsx', ABUSERS, kind, host, String(wyomingPort), String(tcpPort)]
  const abuser = spawn(process.execPath, args, { stdio: 'inherit' })
  if (abuser.pid !== undefined) setPriority(abuser.pid, constants.priority.PRIORITY_LOW)
  await sleep(LEAD_MS)
  row(kind, await measured(server), alone)
  abuser.kill('SIGKILL')
  server.stop()
}

interface Measured {
  readonly lags: readonly number[]
  readonly health: readonly number[]
  readonly loopSec: number
}

async function measured(server: BenchServer): Promise<Measured> {
  // Asking for it starts it anew.
  await server.figure('nodejs_eventloop_lag_max_seconds')
  const health = watchHealth(server.host)
  const lags = await speak(server.host, Number(seconds), SPEAKER)
  return { lags, health: health.stop(), loopSec: await server.figure('nodejs_eventloop_lag_max_seconds') }
}

function row(name: string, { lags, health, loopSec }: Measured, alone: Measured | null): void {
  const delay = alone ? `${(100 * (mean(lags) / mean(alone.lags) - 1)).toFixed(0)} %` : ''
  const sec = (value: number) => `${value.toFixed(2)} s`
  const ms = (value: number) => `${value.toFixed(0)} ms`
  const figures = [sec(mean(lags)), sec(quantile(lags, 0.95)), delay, ms(quantile(health, 0.95))]
  const more = [ms(Math.max(...health)), ms(1000 * loopSec), loadavg()[0]?.toFixed(1)]
  console.log(`| ${[name, ...figures, ...more].join(' | ')} |`)
}
