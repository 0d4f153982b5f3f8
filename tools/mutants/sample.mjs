// For Stryker: a checker that lets a sample of the changes pass, the same ones in each run, whatever else is changed in the source;
// ASR_STREAM_SAMPLE=10 takes about every tenth, ASR_STREAM_SAMPLE=1 all of them. And a reporter that writes each result at once, so
// that a run which is stopped was not in vain: a line of tools/mutants/ROOM.results.jsonl for each change, read by score.mjs.
import { createHash } from 'node:crypto'
import { appendFileSync, readFileSync, rmSync } from 'node:fs'
import { relative } from 'node:path'
import { CHOSEN } from './rooms.mjs'

const EVERY = Number(process.env.ASR_STREAM_SAMPLE ?? 10)

const RESULTS = `tools/mutants/${CHOSEN.join('-')}.results.jsonl`
const linesOf = new Map()

/** Whether a change is in the sample: told from the text of its line and what becomes of it, not from where the line stands. */
function isChosen({ fileName, mutatorName, replacement, location: { start } }) {
  const what = [nameOf(fileName), mutatorName, replacement, lineOf(fileName, start.line), start.column].join('\n')
  return createHash('sha256').update(what).digest().readUInt32BE() % EVERY === 0
}

function nameOf(file) {
  return relative(process.cwd(), file).replaceAll('\\', '/')
}

/** @param line from 0 */
function lineOf(file, line) {
  const lines = linesOf.get(file) ?? readFileSync(file, 'utf8').split('\n')
  linesOf.set(file, lines)
  return lines[line]
}

const checker = {
  async init() {},
  async check(mutants) {
    return Object.fromEntries(
      mutants.map((mutant) => [
        mutant.id,
        isChosen(mutant) ? { status: 'passed' } : { status: 'compileError', reason: 'not in the sample' },
      ]),
    )
  },
  async group(mutants) {
    return [mutants.map(({ id }) => id)]
  },
}

const reporter = {
  onMutationTestingPlanReady() {
    rmSync(RESULTS, { force: true })
  },
  /** Lines are counted from 1 here. */
  onMutantTested({ fileName, status, mutatorName, replacement, location: { start } }) {
    if (status === 'CompileError' || status === 'Ignored') return
    const source = lineOf(fileName, start.line - 1).trim()
    const place = `${nameOf(fileName)}:${start.line}:${start.column}`
    appendFileSync(RESULTS, `${JSON.stringify({ place, status, mutatorName, source, replacement })}\n`)
  },
}

export const strykerPlugins = [
  { kind: 'Checker', name: 'sample', factory: () => checker },
  { kind: 'Reporter', name: 'results', factory: () => reporter },
]
