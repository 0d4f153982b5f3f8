import { readFile } from 'node:fs/promises'
import { InputError, readingReason } from '../core/errors.js'
import { terminalText } from '../core/terminal-text.js'
import { explainAt } from '../evaluation/recorded/explain.js'
import { type RecordedRun, readRun } from '../evaluation/recorded/run-file.js'
import { stepLines } from '../evaluation/recorded/steps.js'
import { formatLine } from '../output/formats/lines.js'
import { standardOutput } from '../output/writers/line-writer.js'

/** `asr-stream replay FILE`: the lines of a recorded run; with `steps` update by update. */
export async function replay(file: string, steps: boolean): Promise<void> {
  const run = await read(file)
  const writer = standardOutput()
  // Texts have line breaks only when they are not of this program.
  const lines = steps
    ? stepLines(run).map(terminalText)
    : run.records.flatMap((record) =>
        record.type === 'text-final' ? [formatLine(record.emittedAt, record.segment)] : [],
      )
  for (const line of lines) await writer.write(line)
}

/** `asr-stream explain FILE --at SECONDS`: why a word came when it came. */
export async function explain(file: string, atSec: number): Promise<void> {
  const writer = standardOutput()
  for (const sentence of explainAt(await read(file), atSec)) await writer.write(terminalText(sentence))
}

async function read(file: string): Promise<RecordedRun> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new InputError(`cannot read ${file}: ${readingReason(cause)}`, { cause, code: 'ASR_INPUT_MISSING' })
  })
  return readRun(file, text)
}
