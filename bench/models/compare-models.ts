import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Recording } from '../corpus.js'
import { describeMachine } from '../machine.js'
import { hear } from '../peers/contest.js'
import { differencesReport } from './differences.js'
import { type Entrant, findEntrants, knows } from './entrants.js'
import { modelsData, modelsReport } from './report.js'
import { Runs } from './runs.js'
import { standingsOf } from './standing.js'

interface CompareModelsOptions {
  readonly recordings: readonly Recording[]
  readonly models: readonly string[]
  /** Parts of names of programs; null: all. */
  readonly programs: readonly string[] | null
  readonly peers: boolean
  /** No run starts after so many minutes; the same command goes on later. */
  readonly minutes: number
  /** Folder of results; what was heard is kept in `work` in it, whatever `save` says. */
  readonly folder: string
  /** Name of the files. */
  readonly name: string
  /** Whether the report is stored, besides being printed. */
  readonly save: boolean
}

/**
 * Word errors of several models in several modes, beside peers with the same weights. What was heard is kept after each
 * run, and is not run again.
 *
 * @throws Error when no program with any of the models is on this machine
 */
export async function compareModels(options: CompareModelsOptions): Promise<void> {
  const { recordings, models, programs, peers, minutes, folder, name, save } = options
  const { entrants: found, skipped } = findEntrants(models, peers, process.env)
  const entrants = found.filter(({ contestant }) => programs?.some((part) => contestant.name.includes(part)) ?? true)
  for (const line of skipped) tell(line)
  if (entrants.length === 0) throw new Error(`no program to run with ${models.join(', ')}: see bench/README.md`)
  const runs = new Runs(join(folder, 'work', `${name}.json`))
  const spoken = recordings.filter(({ language }) => language !== 'zxx')
  await hearAll(spoken, entrants, runs, performance.now() + minutes * 60_000)
  const groups = standingsOf(spoken, entrants, runs)
  const occasion = { machine: describeMachine(), versions: versionsOf(spoken, entrants, runs), skipped }
  const report = modelsReport(groups, occasion)
  process.stdout.write(`${report}\n`)
  await mkdir(join(folder, 'work'), { recursive: true })
  await writeFile(join(folder, 'work', `${name}.differences.md`), `${differencesReport(spoken, entrants, runs)}\n`)
  if (!save) return
  await writeFile(join(folder, `${name}.md`), `${report}\n`)
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(modelsData(groups, occasion), null, 1)}\n`)
}

function versionsOf(recordings: readonly Recording[], entrants: readonly Entrant[], runs: Runs): readonly string[] {
  const all = entrants.flatMap((entrant) =>
    recordings.flatMap(({ name }) => Object.entries(runs.heard(entrant, name)?.versions ?? {})),
  )
  return [...new Set(all.map(([name, version]) => `${name} ${version}`))]
}

async function hearAll(
  recordings: readonly Recording[],
  entrants: readonly Entrant[],
  runs: Runs,
  until: number,
): Promise<void> {
  const missing = entrants.flatMap((entrant) =>
    recordings
      .filter(({ name, language }) => knows(entrant.model, language) && runs.heard(entrant, name) === null)
      .map((recording) => ({ entrant, recording })),
  )
  for (const [index, { entrant, recording }] of missing.entries()) {
    if (performance.now() >= until) {
      tell(`${missing.length - index} runs are left: the same command goes on`)
      return
    }
    const { model, contestant } = entrant
    const title = `${index + 1} of ${missing.length}: ${model}, ${contestant.name}, ${recording.name}`
    try {
      const { lines, versions = {}, wallSec } = await hear(recording, contestant)
      runs.keep(entrant, recording.name, { lines, versions })
      tell(`${title}, ${wallSec.toFixed(1)} s`)
    } catch (error) {
      process.exitCode = 1
      tell(`${title} failed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}
