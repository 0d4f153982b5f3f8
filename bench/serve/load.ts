// Live sessions on one server, at the pace of speech: how late final text is, and how soon the server answers meanwhile.
// What else computed meanwhile is told as well: the speakers (this program), and other programs, in cores.
// usage: tsx bench/serve/load.ts SESSIONS [SECONDS] [options of serve]
import { setTimeout as sleep } from 'node:timers/promises'
import { busySec } from '../machine.js'
import { startServer } from './server.js'
import { mean, quantile, speak, watchHealth } from './speaker.js'

const [sessions = 8, seconds = 40] = process.argv.slice(2, 4).map(Number)
const server = await startServer('--max-sessions', String(2 * sessions), ...process.argv.slice(4))
const memoryMb = async () => Math.round((await server.figure('process_resident_memory_bytes')) / 2 ** 20)
const cpuSec = () => server.figure('process_cpu_seconds_total')
const idleMb = await memoryMb()
const health = watchHealth(server.host)
const cpuBefore = await cpuSec()
const own = process.cpuUsage()
const busyBefore = busySec()
const began = performance.now()
const all = await Promise.all(
  Array.from({ length: sessions }, async (_, at) => {
    await sleep((at * 1000) / sessions)
    return speak(server.host, seconds)
  }),
)
const wallSec = (performance.now() - began) / 1000
const answers = health.stop()
const lags = all.flat()
const used = (await cpuSec()) - cpuBefore
const busy = busySec() - busyBefore
const { user, system } = process.cpuUsage(own)
const speakersSec = (user + system) / 1e6
const updates = await server.figure('asr_update_audio_seconds_count')
const heardSec = await server.figure('asr_update_audio_seconds_sum')
const rounded = (value: number) => Math.round(value * 1000) / 1000
console.log(
  JSON.stringify({
    sessions,
    fewestLines: Math.min(...all.map(({ length }) => length)),
    meanLagSec: rounded(mean(lags)),
    lag95Sec: rounded(quantile(lags, 0.95)),
    health95Ms: rounded(quantile(answers, 0.95)),
    healthMaxMs: rounded(Math.max(...answers)),
    cpuSecPerSessionSec: rounded(used / (sessions * seconds)),
    cpus: rounded(used / wallSec),
    speakersCpus: rounded(speakersSec / wallSec),
    othersCpus: rounded((busy - used - speakersSec) / wallSec),
    audioPerUpdateSec: rounded(heardSec / updates),
    cpuSecPerUpdate: rounded(used / updates),
    memoryMb: await memoryMb(),
    idleMb,
  }),
)
server.stop()
