import { join } from 'node:path'
import type { ASRConfig } from '../config/config.js'
import { UsageError } from '../core/errors.js'
import { isInnerPath } from './foreign.js'
import { homeFolder } from './home.js'

/** Where models come from and where they are kept. */
export interface HubSettings {
  /** Address of the Hub, without a slash at its end. */
  readonly endpoint: string
  /** Sent to the endpoint, and to nobody else. */
  readonly token: string | undefined
  /** Folder with the layout of the Hub's cache. */
  readonly cacheDir: string
  /** The network is never used. */
  readonly offline: boolean
  /** Branch, tag or commit. */
  readonly revision: string
  /** A connection that gives nothing for so many seconds is broken. */
  readonly stallSec: number
  /** The wait before the first repetition of a broken download; each further one waits twice as long. */
  readonly retrySec: number
}

/** The configuration's part in it. */
export type HubOptions = Pick<ASRConfig, 'modelCacheDir' | 'offlineModels' | 'revision'>

const STALL_SEC = 30
const RETRY_SEC = 0.5
const TRUE_VALUES = ['1', 'ON', 'YES', 'TRUE']

/**
 * Options first, then the variables that every program of the Hub knows: HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE,
 * HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME, HF_HUB_DOWNLOAD_TIMEOUT.
 *
 * @throws UsageError for an endpoint that is not a valid URL, and for a revision that is not a valid name
 */
export function hubSettings(options: HubOptions, env: NodeJS.ProcessEnv = process.env): HubSettings {
  const timeout = Number(env.HF_HUB_DOWNLOAD_TIMEOUT)
  return {
    endpoint: endpointOf(env.HF_ENDPOINT || 'https://huggingface.co'),
    token: env.HF_TOKEN?.trim() || undefined,
    cacheDir: options.modelCacheDir ?? standardCacheDir(env),
    offline: options.offlineModels || TRUE_VALUES.includes((env.HF_HUB_OFFLINE ?? '').toUpperCase()),
    revision: revisionOf(options.revision ?? 'main'),
    stallSec: timeout > 0 ? timeout : STALL_SEC,
    retrySec: RETRY_SEC,
  }
}

/** Where the Hub's programs keep models unless they are told otherwise. */
function standardCacheDir(env: NodeJS.ProcessEnv): string {
  if (env.HF_HUB_CACHE) return env.HF_HUB_CACHE
  const home = env.HF_HOME || join(env.XDG_CACHE_HOME || join(homeFolder(), '.cache'), 'huggingface')
  return join(home, 'hub')
}

function endpointOf(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '')
  throw new UsageError(`HF_ENDPOINT "${text}" is not a valid URL`, { hint: 'write it as https://huggingface.co' })
}

/** Revisions are names of files in the cache. */
function revisionOf(text: string): string {
  if (isInnerPath(text)) return text
  throw new UsageError(`--revision "${text}" is not a branch, tag or commit`, { hint: 'write it as main or refs/pr/1' })
}
