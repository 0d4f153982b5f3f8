import { readFile } from 'node:fs/promises'
import { InputError, readingReason, UsageError } from '../core/errors.js'
import { type Evaluation, readEvaluation } from '../evaluation/evaluation.js'
import type { EvaluateFlags } from './evaluate-flags.js'

/**
 * The evaluations that `--compare` names.
 *
 * @param isMeasured whether recordings are measured, with which one is compared; else two are compared
 * @throws UsageError when there are too few or too many; InputError when one cannot be read
 */
export async function comparedEvaluations(
  { compare = [] }: EvaluateFlags,
  isMeasured: boolean,
): Promise<readonly Evaluation[]> {
  if (compare.length === (isMeasured ? 1 : 2) || (isMeasured && compare.length === 0)) {
    return Promise.all(compare.map(read))
  }
  throw new UsageError(`--compare has ${compare.length === 1 ? 'one file' : `${compare.length} files`}`, {
    hint: 'give it two files, or one and recordings before it: asr-stream evaluate FOLDER --compare FILE',
  })
}

async function read(path: string): Promise<Evaluation> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new InputError(`cannot read ${path}: ${readingReason(cause)}`, {
      cause,
      code: 'ASR_INPUT_MISSING',
      hint: 'after --compare there are files that --save wrote; recordings stand before it',
    })
  })
  return readEvaluation(path, text)
}
