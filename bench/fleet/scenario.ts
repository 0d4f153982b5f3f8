import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../../src/core/errors.js'
import { placesOfServer, startBalancer } from './balancers.js'
import { FleetClient, type Spell } from './client.js'
import { freePorts } from './free-ports.js'
import { FleetServer } from './server.js'

const WORD_SEC = 0.5
/** Of a script: more than any session hears. */
const WORDS = 4000
const LOOK_MS = 200
const PATIENCE_MS = 120_000

/** What became of the sessions. */
export interface FleetReport {
  readonly balancer: string
  readonly sessions: number
  /** Sessions of a, b and c when all had begun. */
  readonly atFirst: readonly number[]
  /** When a had been drained: the others are full, and the rest waits. */
  readonly withoutA: readonly number[]
  readonly waitingWithoutA: number
  /** When a had come back. */
  readonly withAAgain: readonly number[]
  readonly withoutB: readonly number[]
  readonly atLast: readonly number[]
  /** The most that each was seen to have; none may have more than `places`. */
  readonly peaks: readonly number[]
  readonly places: number
  /** Of a, after SIGTERM. */
  readonly drainCode: number | null
  /** Sessions that went on after the client's connection broke, and those that were broken off. */
  readonly resumed: number
  readonly brokenOff: number
  readonly drained: readonly Spell[]
  readonly killed: readonly Spell[]
  readonly finished: readonly Spell[]
  /** Clients whose sessions leave out some of their audio, or whose text is not that of their audio: what is wrong. */
  readonly faults: readonly string[]
  readonly refusals: number
}

/** How it is run. */
export interface FleetOptions {
  readonly balancer: string
  readonly sessions: number
  /** Whether it keeps clients that come back with their server. */
  readonly isSticky: boolean
  readonly onStep?: (text: string) => void
}

/**
 * Three servers behind a balancer of `deploy/balancers`: sessions begin, some connections break, one server is drained and
 * comes back, one is killed and comes back, sessions end. Words are played from a script, two for each second of audio.
 */
export async function runFleet({
  balancer,
  sessions,
  isSticky,
  onStep = () => {},
}: FleetOptions): Promise<FleetReport> {
  const folder = mkdtempSync(join(tmpdir(), 'asr-stream-fleet-'))
  const places = placesOfServer()
  const options = [...scripted(folder), '--max-sessions', String(places), '--max-requests-per-minute', '100000']
  const ports = await freePorts(4)
  const servers = ['a', 'b', 'c'].map((name, at) => new FleetServer(name, ports[at] as number, options))
  const [a, b] = servers as [FleetServer, FleetServer]
  for (const server of servers) server.start()
  const proxy = startBalancer(balancer, ports[3] as number, ports.slice(0, 3), folder)
  const finish = new AbortController()
  let clients: readonly FleetClient[] = []
  const spread = async () => (await Promise.all(servers.map((one) => one.state()))).map((state) => state?.sessions ?? 0)
  /** Sessions of each server, when they are as many as there must be. */
  const settled = async (total: number) => {
    let found: readonly number[] = []
    await until(async () => {
      found = await spread()
      return sum(found) === total
    }, `servers have ${total} sessions`)
    return found
  }
  const watch = watched(servers)
  const live = () => clients.filter(({ current }) => current !== null)
  const allHear = (count: number) => clients.every(({ current }) => (current?.words.length ?? 0) >= count)
  try {
    const place = `127.0.0.1:${ports[3]}`
    await until(
      async () => (await Promise.all(servers.map((one) => one.state()))).every((one) => one?.status === 'ready'),
      'servers start',
    )
    await until(
      () =>
        fetch(`http://${place}/v1/models`).then(
          ({ ok }) => ok,
          () => {
            if (proxy.exitCode !== null) throw new Error(`${balancer} has ended with ${proxy.exitCode}`)
            return false
          },
        ),
      'the balancer starts',
    )
    onStep('sessions begin')
    clients = await begun(sessions, () => new FleetClient(place, finish.signal))
    await until(() => allHear(2), 'all sessions begin')
    const atFirst = await settled(sessions)
    onStep('some connections break')
    const broken = isSticky ? clients.slice(0, 6) : []
    for (const client of broken) client.breakOff()
    await until(
      () => broken.every(({ spells }) => spells.length === 1 && (spells[0]?.resumed ?? 0) >= 1) && allHear(4),
      'they resume',
    )
    onStep('a is drained')
    const drainCode = await a.end('SIGTERM')
    const room = Math.min(sessions, 2 * places)
    await until(() => live().length === room, 'b and c take what they can')
    const withoutA = await settled(room)
    const waitingWithoutA = sessions - live().length
    onStep('a comes back')
    a.start()
    await until(() => live().length === sessions && allHear(2), 'all have a server again')
    const withAAgain = await settled(sessions)
    onStep('b is killed')
    await b.end('SIGKILL')
    await until(() => live().length === room, 'a and c take what they can')
    const withoutB = await settled(room)
    onStep('b comes back')
    b.start()
    await until(() => live().length === sessions && allHear(2), 'all have a server again')
    const atLast = await settled(sessions)
    onStep('sessions end')
    finish.abort()
    await until(() => clients.every(({ spells }) => spells.at(-1)?.ending === 'finished'), 'sessions end')
    const spells = clients.flatMap((client) => client.spells)
    const of = (ending: Spell['ending']) => spells.filter((spell) => spell.ending === ending)
    return {
      balancer,
      sessions,
      atFirst,
      withoutA,
      waitingWithoutA,
      withAAgain,
      withoutB,
      atLast,
      peaks: servers.map(({ peak }) => peak),
      places,
      drainCode,
      resumed: sum(spells.map((spell) => spell.resumed)),
      brokenOff: broken.length,
      drained: of('drained'),
      killed: of('broken'),
      finished: of('finished'),
      faults: clients.flatMap(({ spells: own }, at) => faultsOf(own).map((fault) => `client ${at}: ${fault}`)),
      refusals: sum(clients.map(({ refusals }) => refusals)),
    }
  } catch (error) {
    const states = clients.map(({ spells, current }) => [
      current?.words.length ?? null,
      ...spells.map((one) => one.ending ?? one.resumed),
    ])
    throw new Error(`${messageOf(error)}; clients: ${JSON.stringify(states)}`, { cause: error })
  } finally {
    watch.abort()
    for (const client of clients) client.giveUp()
    // nginx has processes of its own, which it ends.
    proxy.kill('SIGTERM')
    await Promise.all(servers.map((one) => one.end('SIGKILL')))
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Looks at servers again and again, for the most sessions that they have. */
function watched(servers: readonly FleetServer[]): AbortController {
  const stop = new AbortController()
  const look = async () => {
    while (!stop.signal.aborted) {
      await Promise.all(servers.map((one) => one.state()))
      await sleep(LOOK_MS)
    }
  }
  void look()
  return stop
}

/** Begins with sessions one after the other, as people come. */
async function begun(count: number, begin: () => FleetClient): Promise<readonly FleetClient[]> {
  const clients: FleetClient[] = []
  while (clients.length < count) {
    const client = begin()
    clients.push(client)
    await until(() => client.current !== null, 'a session begins')
  }
  return clients
}

/** Sessions must give the words of the audio that they heard, and together hear all that the client said. */
function faultsOf(spells: readonly Spell[]): readonly string[] {
  return spells.flatMap(({ words, ending, heardSec, cuts }, at) => {
    const faults = []
    const expected = wordsBefore(heardSec, cuts)
    if (words.join(' ') !== expected.join(' ')) {
      faults.push(`session ${at} (${ending}) gave "${words.join(' ')}" of ${heardSec} s, cut at ${cuts.join(', ')} s`)
    }
    const next = spells[at + 1]
    const [spell] = spells.slice(at)
    if (next && spell && next.fromSec !== spell.fromSec + heardSec) {
      faults.push(`session ${at + 1} begins at ${next.fromSec} s, not where session ${at} ended`)
    }
    return faults
  })
}

/** Words of the script that end before a time. One that is cut by a pause is not recognized. */
function wordsBefore(sec: number, cuts: readonly number[]): readonly string[] {
  const times = Array.from({ length: WORDS }, (_, at) => ({ text: `w${at}`, begin: at * WORD_SEC, end: endOf(at) }))
  const isCut = (begin: number, end: number) => cuts.some((cut) => begin < cut && cut < end)
  return times.filter(({ begin, end }) => end <= sec && !isCut(begin, end)).map(({ text }) => text)
}

const endOf = (word: number) => Math.round((word * WORD_SEC + 0.4) * 1000) / 1000

/** Options for words that take half a second each. */
function scripted(folder: string): readonly string[] {
  const words = Array.from({ length: WORDS }, (_, at) => ({
    begin: at * WORD_SEC,
    end: endOf(at),
    text: `w${at}`,
  }))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'words.json'), JSON.stringify(words))
  return ['--backend', 'scripted', '--option', `script=${join(folder, 'words.json')}`]
}

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await isSo()); await sleep(LOOK_MS)) {
    if (Date.now() > end) throw new Error(`it takes longer than ${PATIENCE_MS / 1000} s until ${what}`)
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
