import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { OutputLine } from '../measures.js'
import type { Entrant } from './entrants.js'

const storedSchema = z.object({
  runs: z.array(
    z.object({
      model: z.string(),
      program: z.string(),
      recording: z.string(),
      fingerprint: z.string(),
      versions: z.record(z.string(), z.string()).default({}),
      lines: z.array(z.tuple([z.number(), z.string()])),
    }),
  ),
})

type StoredRun = z.infer<typeof storedSchema>['runs'][number]

/** What one program printed for one recording. */
export interface Transcript {
  readonly lines: readonly OutputLine[]
  readonly versions: Readonly<Record<string, string>>
}

/**
 * What entrants heard, in a file that is written after each run, so that a comparison that is cut goes on where it was.
 * What a former build, or other weights, heard is not found, and is replaced.
 */
export class Runs {
  readonly #file: string
  readonly #runs = new Map<string, StoredRun>()

  /** @throws Error when the file is there and is not one of these */
  constructor(file: string) {
    this.#file = file
    if (!existsSync(file)) return
    const { runs } = storedSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    for (const run of runs) this.#runs.set(keyOf(run), run)
  }

  /** What an entrant heard in a recording; null when it has not heard it. */
  heard({ model, contestant, fingerprint }: Entrant, recording: string): Transcript | null {
    const run = this.#runs.get(keyOf({ model, program: contestant.name, recording }))
    if (run?.fingerprint !== fingerprint) return null
    return { lines: run.lines.map(([emitted, text]) => ({ emitted, text })), versions: run.versions }
  }

  /** Keeps what was heard, in the file too. */
  keep({ model, contestant, fingerprint }: Entrant, recording: string, { lines, versions }: Transcript): void {
    const run: StoredRun = {
      model,
      program: contestant.name,
      recording,
      fingerprint,
      versions,
      lines: lines.map(({ emitted, text }) => [emitted, text]),
    }
    this.#runs.set(keyOf(run), run)
    mkdirSync(dirname(this.#file), { recursive: true })
    const rows = [...this.#runs.values()].map((one) => JSON.stringify(one))
    // One that is cut while it writes leaves the former file.
    writeFileSync(`${this.#file}.new`, `{"runs": [\n${rows.join(',\n')}\n]}\n`)
    renameSync(`${this.#file}.new`, this.#file)
  }
}

function keyOf({ model, program, recording }: Pick<StoredRun, 'model' | 'program' | 'recording'>): string {
  return JSON.stringify([model, program, recording])
}
