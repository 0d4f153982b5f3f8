import type { LoadContext, LoadedModel, ModelLoader } from '../backends/contract.js'
import { loadBackend } from '../backends/registry.js'
import type { ASRConfig } from '../config/config.js'
import { loadTranscriber, type Transcriber } from '../transcriber/transcriber.js'
import { inTime } from './in-time.js'

/** How a model is loaded. */
export interface LoadWishes {
  /** When it is aborted, an answer is waited for a little longer, and then no more. */
  readonly stop?: AbortSignal
  /** Gives what is used instead of the loaded model; absent: that itself. */
  readonly changed?: (model: LoadedModel) => LoadedModel
}

/**
 * Loads what a configuration names, and tells what the backend has not done when it does not answer.
 * @throws as `loadTranscriber`; BackendError when it waits for something that never comes
 */
export function loadInTime(
  config: ASRConfig & Record<string, unknown>,
  loader: ModelLoader,
  context: LoadContext,
  { stop, changed = (model) => model }: LoadWishes = {},
): Promise<Transcriber> {
  const name = `the backend "${config.backend}"`
  const what = `${name} has not loaded: its availability() or load()`
  const load = () => inTime(loadBackend(loader, config, context).then(changed), what, context.signal)
  return inTime(loadTranscriber(config, loader, { ...context, load }), `${name} does not answer: it`, stop)
}
