import { readFileSync } from 'node:fs'
import { type OutputLine, type ReferenceWord, type Score, score } from '../../bench/measures.js'
import { parseLines } from '../../bench/run-program.js'
import { fixturePath } from './speech.js'

/**
 * Scores what was heard of a recording of `fixtures/`: by the order of the words, with what was added. Where the
 * reference has no word times, lags mean nothing.
 */
export function scoreOf(name: string, lines: readonly OutputLine[]): Score {
  const file = fixturePath(name).replace(/\.wav$/, '.ref.json')
  const { text, words } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly text: string
    readonly words: readonly ReferenceWord[]
  }
  return score(words.length > 0 ? words : text.split(' ').map((word) => ({ word, start: 0, end: 0 })), lines)
}

/** Words that are wrong, missing or too many. */
export function errorsOf({ substitutions, deletions, insertions }: Score): number {
  return substitutions + deletions + insertions
}

/** How many words of a recording a text has wrong. */
export function wordErrors(name: string, text: string): number {
  return errorsOf(scoreOf(name, [{ emitted: 0, text }]))
}

/** How many words of a recording the lines of the program have wrong. */
export function wordErrorsOfLines(name: string, stdout: string): number {
  return errorsOf(scoreOf(name, parseLines(stdout)))
}
