import { stat } from 'node:fs/promises'
import { alreadyThere } from './aside-writer.js'
import { refuseOneFileTwice, refuseOverwriting, type WrittenFile } from './overwriting.js'

/**
 * Looks at all files that are written of one recording, before anything is computed.
 *
 * @param audio the recording, which none must replace; absent: it is no file
 * @param replaces whether files that are there are replaced
 * @throws UsageError when one is the audio, or two are one; OutputError when one is there that must not be replaced
 */
export async function checkWritten(
  files: readonly WrittenFile[],
  audio: string | undefined,
  replaces: boolean,
): Promise<void> {
  for (const { path, option } of files) {
    if (audio !== undefined) await refuseOverwriting(audio, path, option)
    if (!replaces && (await stat(path).catch(() => null))?.isFile()) throw alreadyThere(path)
  }
  await refuseOneFileTwice(files)
}
