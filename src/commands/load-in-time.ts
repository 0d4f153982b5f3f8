import type { LoadContext, ModelLoader } from '../backends/contract.js'
import { loadBackend } from '../backends/registry.js'
import type { ASRConfig } from '../config/config.js'
import { loadTranscriber, type Transcriber } from '../transcriber/transcriber.js'
import { inTime } from './in-time.js'

/**
 * Loads what a configuration names, and tells what the backend has not done when it does not answer.
 * @param stop when it is aborted, an answer is waited for a little longer, and then no more
 * @throws as `loadTranscriber`; BackendError when it waits for something that never comes
 */
export function loadInTime(
  config: ASRConfig & Record<string, unknown>,
  loader: ModelLoader,
  context: LoadContext,
  stop?: AbortSignal,
): Promise<Transcriber> {
  const name = `the backend "${config.backend}"`
  const load = () =>
    inTime(loadBackend(loader, config, context), `${name} has not loaded: its availability() or load()`, context.signal)
  return inTime(loadTranscriber(config, loader, { ...context, load }), `${name} does not answer: it`, stop)
}
