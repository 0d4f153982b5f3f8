import type { RecorderName } from '../audio/sources/recorders.js'
import type { HubSettings } from '../models/settings.js'
import { adviceFor } from './advice.js'
import { checkCache } from './check-cache.js'
import { checkDecoding } from './check-decoding.js'
import { checkHearing } from './check-hearing.js'
import { checkInstallation } from './check-installation.js'
import { checkLoading, type Loading } from './check-loading.js'
import { checkWriting } from './check-writing.js'
import type { Finding } from './finding.js'

/** What is looked at. */
export interface Examination {
  /** The folder of this program's package. */
  readonly program: string
  /** Where transcripts would be written. */
  readonly folder: string
  readonly settings: HubSettings
  readonly model?: string | undefined
  readonly modelDir?: string | undefined
  readonly modelCacheDir?: string | undefined
  readonly device?: string | undefined
  readonly recorder?: RecorderName | undefined
  /** Called with what is going on. */
  readonly onStep: (text: string) => void
  readonly signal: AbortSignal
}

/** What was found. */
export interface Diagnosis {
  readonly findings: readonly Finding[]
  /** The command to use on this machine; null: it cannot be told. */
  readonly command: string | null
}

/** Looks at everything, one after the other. Nothing leaves the machine, and nothing is kept. */
export async function examine(what: Examination): Promise<Diagnosis> {
  const { program, folder, settings, model, modelDir, modelCacheDir, onStep, signal } = what
  onStep('looking at the installation')
  const installation = await checkInstallation(program, settings)
  const cache = await checkCache(modelCacheDir ?? null, settings)
  // A package that has failed to load once is not tried again by Node, also when it has been put right.
  const isLoadable = !installation.some(({ state, repair }) => state === 'failed' && repair !== undefined)
  const loading = isLoadable ? await checkLoading({ model, modelDir, modelCacheDir }, onStep, signal) : NOT_TRIED
  const { finding: hearing, hasMicrophone } = await checkHearing(what, onStep)
  signal.throwIfAborted()
  onStep('decoding')
  const decoding = await checkDecoding()
  const writing = await checkWriting(folder, settings.cacheDir)
  const named = modelDir !== undefined ? ['--model-dir', modelDir] : model !== undefined ? ['--model', model] : []
  const advice = loading.speed === null ? null : adviceFor(loading.speed, hasMicrophone, named)
  const speed = advice === null ? [] : [advice.finding]
  return {
    findings: [...installation, ...cache, ...loading.findings, hearing, ...decoding, ...writing, ...speed],
    command: advice?.command ?? null,
  }
}

const NOT_TRIED: Loading = {
  findings: [
    { area: 'load', state: 'failed', message: 'the model is not tried: the installation has to be put right' },
  ],
  speed: null,
}
