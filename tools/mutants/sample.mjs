// A checker for Stryker that lets a sample of the changes pass: the same ones in each run, whatever else is changed in the source.
// ASR_STREAM_SAMPLE=10 takes about every tenth, ASR_STREAM_SAMPLE=1 all of them.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

const EVERY = Number(process.env.ASR_STREAM_SAMPLE ?? 10)

const linesOf = new Map()

/** Whether a change is in the sample: told from the text of its line and what becomes of it, not from where the line stands. */
function isChosen({ fileName, mutatorName, replacement, location: { start } }) {
  const lines = linesOf.get(fileName) ?? readFileSync(fileName, 'utf8').split('\n')
  linesOf.set(fileName, lines)
  const file = relative(process.cwd(), fileName).replaceAll('\\', '/')
  const what = [file, mutatorName, replacement, lines[start.line], start.column].join('\n')
  return createHash('sha256').update(what).digest().readUInt32BE() % EVERY === 0
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

export const strykerPlugins = [{ kind: 'Checker', name: 'sample', factory: () => checker }]
