import { mkdir, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import type { Recording } from '../corpus.js'
import { describeMachine } from '../machine.js'
import { ownContestants } from './configurations.js'
import { contest, type Outcome } from './contest.js'
import { type Contestant, THREADS } from './contestant.js'
import { findPeers } from './peers.js'
import { comparisonPlot } from './plot.js'
import { comparisonData, comparisonReport, type Occasion } from './report.js'
import { byContestant, summarise } from './summary.js'

/** More than this share of a core at work already spoils timings. */
const QUIET_LOAD = 0.3

interface CompareOptions {
  readonly recordings: readonly Recording[]
  readonly runs: number
  /** Parts of names of programs; absent: all. */
  readonly programs?: readonly string[]
  /** Folder and name of the files to write; absent: the report is only printed. */
  readonly save?: { readonly folder: string; readonly name: string }
}

/**
 * Runs this program and its peers over recordings, prints the report, and stores it with its data and a plot after each
 * recording, so that a long comparison that is stopped has not been for nothing.
 *
 * @throws Error when no program has one of the names
 */
export async function compare({ recordings, runs, programs, save }: CompareOptions): Promise<void> {
  const { contestants, skipped } = takingPart(programs)
  for (const line of skipped) tell(line)
  const load = loadavg()[0]!
  if (load > QUIET_LOAD) tell(`the machine is busy (load ${load.toFixed(1)}): timings will not mean much`)
  const occasion = { machine: describeMachine(), threads: THREADS, runs, skipped }
  const results: (readonly Outcome[])[] = []
  for (const recording of recordings) {
    const outcomes = await contest(recording, { contestants, runs, tell })
    if (outcomes.length < contestants.length) process.exitCode = 1
    if (outcomes.length === 0) continue
    results.push(outcomes)
    if (save) await store(results, occasion, save)
  }
  process.stdout.write(`${comparisonReport(results, occasion)}\n`)
}

function takingPart(programs: readonly string[] | undefined): {
  readonly contestants: readonly Contestant[]
  readonly skipped: readonly string[]
} {
  const peers = findPeers(process.env)
  const isAsked = (name: string) => programs?.some((part) => name.includes(part)) ?? true
  const contestants = [...ownContestants, ...peers.contestants].filter(({ name }) => isAsked(name))
  const skipped = peers.skipped.filter(isAsked)
  if (contestants.length === 0) throw new Error(`no program to run${programs ? ` named ${programs.join(', ')}` : ''}`)
  return { contestants, skipped }
}

async function store(
  results: readonly (readonly Outcome[])[],
  occasion: Occasion,
  { folder, name }: { readonly folder: string; readonly name: string },
): Promise<void> {
  const recordings = results.map(([first]) => first!.recording.name).join(', ')
  const plot = comparisonPlot(`Lag and computing: ${recordings}`, byContestant(results).map(summarise))
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${name}.md`), `${comparisonReport(results, occasion)}\n\n![](${name}.svg)\n`)
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(comparisonData(results, occasion), null, 1)}\n`)
  await writeFile(join(folder, `${name}.svg`), plot)
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}
