/**
 * What the built program measures, for tools/check_evaluation.py: requests as lines of JSON on standard input, answers as
 * lines of JSON on standard output.
 */
import { createInterface } from 'node:readline'
import { align, countErrors } from '../dist/evaluation/errors/alignment.js'
import { longFormLagging, shortFormLagging } from '../dist/evaluation/latency/lagging.js'
import { NORMALIZERS } from '../dist/evaluation/normalizers/normalizers.js'

const ANSWERS = {
  normalize: ({ name, text }) => NORMALIZERS[name](text),
  errors: ({ said, recognized }) => countErrors(align(said, recognized)),
  /** Which characters are marks without width, other marks and symbols, or neither, in this edition of Unicode. */
  kinds: ({ count }) => Array.from({ length: count }, (_, code) => kindOf(String.fromCodePoint(code))).join(''),
  shortForm: ({ run }) => shortFormLagging(run),
  longForm: ({ run }) => longFormLagging(run),
}

function kindOf(character) {
  if (/\p{Mn}/u.test(character)) return 'n'
  return /[\p{M}\p{S}\p{P}]/u.test(character) ? 's' : '-'
}

for await (const line of createInterface(process.stdin)) {
  const { ask, ...request } = JSON.parse(line)
  process.stdout.write(`${JSON.stringify(ANSWERS[ask](request))}\n`)
}
