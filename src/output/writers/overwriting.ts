import { type BigIntStats, fstatSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { UsageError } from '../../core/errors.js'

/**
 * Sees to it that the text does not replace the audio: the same file by whatever name, also as standard input or output.
 *
 * @param audio path, or "-"
 * @param output path; "-" is standard output
 * @param option which gives the output
 * @param what is in the first file
 * @throws UsageError when they are the same
 */
export async function refuseOverwriting(
  audio: string,
  output: string,
  option = '--output',
  what = 'the audio',
): Promise<void> {
  const from = audio === '-' ? opened(0) : await named(audio)
  const to = output === '-' ? opened(1) : await named(output)
  if (!from || !to || from.dev !== to.dev || from.ino !== to.ino || !(to.isFile() || to.isFIFO())) return
  const writer = output === '-' ? 'standard output' : `${option} ${output}`
  throw new UsageError(`${writer} would overwrite ${what}`, { hint: 'write to another file' })
}

function opened(fd: number): BigIntStats | null {
  try {
    return fstatSync(fd, { bigint: true })
  } catch {
    return null
  }
}

async function named(path: string): Promise<BigIntStats | null> {
  return stat(path, { bigint: true }).catch(() => null)
}
