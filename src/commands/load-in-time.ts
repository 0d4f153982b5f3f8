import type { LoadedModel } from '../backends/contract.js'
import { loadBackend } from '../backends/registry.js'
import type { Log } from '../core/types.js'
import { loadTranscriber, type Transcriber } from '../transcriber/transcriber.js'
import type { Configured } from './configure.js'
import { inTime } from './in-time.js'

/**
 * Loads what a configuration names; a backend that keeps no promise is told of.
 *
 * @param changed gives what is used instead of the loaded model; absent: that itself
 */
export function loadInTime(
  { config, loader }: Configured,
  context: { readonly signal: AbortSignal; readonly log: Log; readonly progress: (text: string) => void },
  changed: (model: LoadedModel) => LoadedModel = (model) => model,
): Promise<Transcriber> {
  const name = `the backend "${config.backend}"`
  const what = `${name} has not loaded: its availability() or load()`
  const load = () => inTime(loadBackend(loader, config, context).then(changed), what, context.signal)
  return inTime(loadTranscriber(config, loader, { ...context, load }), `${name} does not answer: it`, context.signal)
}
