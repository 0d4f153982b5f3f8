import { ASR_CONFIG_KEYS, type ASRConfig } from '../config/config.js'

/** What holds for every model that clients have loaded: this machine's, and the options of the backend it was started with. */
export function loadingDefaults(config: ASRConfig & Record<string, unknown>, backend: string): Record<string, unknown> {
  const { modelCacheDir, offlineModels, threads, workers } = config
  const own = Object.entries(config).filter(([key]) => !ASR_CONFIG_KEYS.includes(key))
  return { modelCacheDir, offlineModels, threads, workers, ...(backend === config.backend && Object.fromEntries(own)) }
}
