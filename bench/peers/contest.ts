import type { Recording } from '../corpus.js'
import { type Score, score } from '../measures.js'
import { type Command, type ProgramRun, runCommand } from '../run-program.js'
import type { Contestant } from './contestant.js'

/** One run of a contestant over a recording. */
export interface Run extends Omit<ProgramRun, 'lines'> {
  readonly score: Score
}

/** What a contestant made of a recording. */
export interface Outcome {
  readonly contestant: Contestant
  readonly recording: Recording
  readonly runs: readonly Run[]
}

interface ContestOptions {
  readonly contestants: readonly Contestant[]
  /** How often each contestant hears each recording. */
  readonly runs: number
  /** Called for each run, and of each contestant that fails. */
  readonly tell: (line: string) => void
}

/**
 * All contestants over one recording, taking turns, so that what else the machine does meets all of them. One that
 * fails is left out, and told.
 */
export async function contest(
  recording: Recording,
  { contestants, runs, tell }: ContestOptions,
): Promise<readonly Outcome[]> {
  const done = new Map<Contestant, Run[]>(contestants.map((contestant) => [contestant, []]))
  for (let round = 1; round <= runs; round++) {
    for (const [contestant, soFar] of done) {
      const title = `${recording.name}, ${round} of ${runs}: ${contestant.name}`
      try {
        const run = await runOver(recording, contestant)
        soFar.push(run)
        tell(`${title}, ${run.wallSec.toFixed(1)} s`)
      } catch (error) {
        done.delete(contestant)
        tell(`${title} failed and is left out: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  return [...done].map(([contestant, runs]) => ({ contestant, recording, runs }))
}

async function runOver(recording: Recording, contestant: Contestant): Promise<Run> {
  const { lines, ...run } = await hear(recording, contestant)
  const scored = score(recording.words, lines)
  return { ...run, score: contestant.offline ? { ...scored, lags: [] } : scored }
}

/**
 * One run of a contestant over a recording. Those without speech are run as English: that is what they tempt a model to.
 * @throws Error when it fails or hangs
 */
export function hear(recording: Recording, contestant: Contestant): Promise<ProgramRun> {
  const language = recording.language === 'zxx' ? 'en' : recording.language
  const command = contestant.command({ audio: recording.audio, language })
  return runCommand({ timeoutSec: patienceSec(recording), ...command } satisfies Command)
}

/** Only a program that hangs needs longer, even where others keep the machine busy. */
function patienceSec({ durationSec }: Recording): number {
  return 900 + 60 * durationSec
}
