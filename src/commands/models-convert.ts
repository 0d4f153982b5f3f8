import { convert } from '../models/convert.js'
import { standardOutput } from '../output/writers/line-writer.js'
import { type ModelFlags, withProgress } from './models-context.js'

/** `asr-stream models convert CHECKPOINT --out FOLDER`: makes the fast layout, and prints the folder. */
export async function convertModel(checkpoint: string, flags: ModelFlags, signal: AbortSignal): Promise<void> {
  const { out = '', name = null, tokenizer = null, python = null } = flags
  const precision = flags.precision === 'fp32' ? 'fp32' : 'int8'
  await withProgress(flags, signal, (context) =>
    convert({ checkpoint, out, name, tokenizer, python, precision }, context),
  )
  await standardOutput().write(out)
}
