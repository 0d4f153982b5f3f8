import { readFile, stat } from 'node:fs/promises'
import { readingReason, UsageError } from '../core/errors.js'

const MAX_BYTES = 1_000_000

/** How messages speak of a text file. */
export interface TextFileWords {
  /** As "file of terms". */
  readonly name: string
  /** What to do when it is no text. */
  readonly form: string
  /** What to do when it is too large. */
  readonly ifLarge: string
}

/**
 * The text of a file that an option names.
 * @throws UsageError when it cannot be read, is larger than 1 MB or no UTF-8
 */
export async function readTextFile(path: string, { name, form, ifLarge }: TextFileWords): Promise<string> {
  const found = await stat(path).catch(() => null)
  if (found === null) throw new UsageError(`there is no ${name} ${path}`, { hint: 'check its name' })
  if (!found.isFile()) throw new UsageError(`the ${name} cannot be read: ${path} is not a file`, { hint: form })
  if (found.size > MAX_BYTES) {
    throw new UsageError(`the ${name} ${path} is too large: ${found.size} bytes, at most ${MAX_BYTES}`, {
      hint: ifLarge,
    })
  }
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw new UsageError(`the ${name} ${path} cannot be read: ${readingReason(cause)}`, {
      hint: 'check its permissions',
      cause,
    })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new UsageError(`the ${name} ${path} is not text in UTF-8`, { hint: form, cause })
  }
}
