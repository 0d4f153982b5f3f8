import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where `tools/make_base_model.py` keeps what it makes. */
const CACHE =
  process.env.ASR_TEST_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'asr-stream-tests')

/** The folder of the multilingual model base, real weights; null where `tools/make_base_model.py` has not made it. */
export function baseModel(): string | null {
  const folder = join(CACHE, 'base')
  // Written last: without it the folder is of a conversion that did not end.
  return existsSync(join(CACHE, 'base.made-of')) && isModel(folder) ? folder : null
}

function isModel(folder: string): boolean {
  const description = join(folder, 'asr-stream.json')
  return existsSync(description) && JSON.parse(readFileSync(description, 'utf8')).multilingual === true
}
