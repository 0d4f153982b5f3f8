import { stat } from 'node:fs/promises'
import { alreadyThere } from './aside-writer.js'
import { refuseOneFileTwice, refuseOverwriting, type WrittenFile } from './overwriting.js'

/** A file that is read. */
export interface ReadFile {
  /** Path; "-" is standard input. */
  readonly path: string
  /** What is in it, for those who would lose it: "the audio". */
  readonly what: string
}

/**
 * Looks at all files that are written of one recording, before anything is computed.
 *
 * @param audio the recording, which none must replace; absent: it is no file
 * @param others files that the run reads beside it, which none must replace either
 * @param replaces whether files that are there are replaced
 * @throws UsageError when one is read as well, or two are one; OutputError when one is there that must not be replaced
 */
export async function checkWritten(
  files: readonly WrittenFile[],
  audio: string | undefined,
  others: readonly ReadFile[],
  replaces: boolean,
): Promise<void> {
  const read = audio === undefined ? others : [{ path: audio, what: 'the audio' }, ...others]
  for (const { path, option } of files) {
    for (const file of read) await refuseOverwriting(file.path, path, option, file.what)
    if (!replaces && (await stat(path).catch(() => null))?.isFile()) throw alreadyThere(path)
  }
  await refuseOneFileTwice(files)
}
