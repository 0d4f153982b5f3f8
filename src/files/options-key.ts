import { createHash } from 'node:crypto'
import type { ASRConfig } from '../config/config.js'
import { readKeyTerms } from '../config/key-terms.js'
import type { OutputOptions } from '../output/transcript-outputs.js'

/** What the text does not depend on. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'threads',
  'workers',
  'modelCacheDir',
  'offlineModels',
  'maxBacklog',
])
/** Secrets of backends, which are left out of what is written down, also as part of a checksum. */
const SECRET = /(?:key|token|secret|password)$/i

/** How texts are made of what was recognized. */
export interface WrittenOptions extends OutputOptions {
  readonly channels?: 'separate' | undefined
}

/**
 * What stands for the options of a run: the same for the same options, whichever door they came through, and another where
 * the text may be another. Of a file of terms its content counts.
 *
 * @throws as `readKeyTerms`
 */
export async function optionsKey(
  config: ASRConfig & Record<string, unknown>,
  written: WrittenOptions,
): Promise<string> {
  const { sentences, wordTimestamps, maxCueDelay, subtitleProfile, maxLineLength, maxLines } = written
  const { maxCps, minCue, maxCue, cueGap, channels } = written
  const own = Object.entries(config).filter(([key]) => !WITHOUT_EFFECT.has(key) && !SECRET.test(key))
  const values = {
    ...Object.fromEntries(own),
    keyterms: await readKeyTerms(config),
    ...{ sentences, wordTimestamps, maxCueDelay, subtitleProfile, maxLineLength, maxLines },
    ...{ maxCps, minCue, maxCue, cueGap },
    ...(channels && { channels }),
  }
  const sorted = Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16)
}
