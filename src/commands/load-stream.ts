import type { LoadContext, LoadedModel, ModelLoader } from '../backends/contract.js'
import { loadBackend } from '../backends/registry.js'
import type { ASRConfig } from '../config/config.js'
import { orClose } from '../core/closing.js'
import type { ASRProcessor } from '../core/types.js'
import { createProcessor, type ProcessorExtras } from '../transcriber/pipeline.js'
import { settled } from './settling.js'

/** A backend that is loaded, with the processor of one stream. */
export interface LoadedStream {
  readonly loaded: LoadedModel
  readonly processor: ASRProcessor
  /** Joins texts. */
  readonly separator: string
  /** Waits for what the backend works on; ends with a sentence when that never comes. */
  answered<Value>(work: Promise<Value>): Promise<Value>
  /** Waits for what is done before the stream begins; when that fails the backend is closed. */
  before<Value>(step: Promise<Value>): Promise<Value>
}

/**
 * Loads a backend and makes it ready for one stream.
 * @throws as `loadBackend` and `createProcessor`; BackendError when it waits for something that never comes
 */
export async function loadStream(
  config: ASRConfig & Record<string, unknown>,
  loader: ModelLoader,
  context: LoadContext,
  extras: ProcessorExtras,
): Promise<LoadedStream> {
  const name = `the backend "${config.backend}"`
  const answered = <Value>(work: Promise<Value>) => settled(work, `${name} does not answer: it`)
  const loading = loadBackend(loader, config, context)
  const loaded = await settled(loading, `${name} has not loaded: its availability() or load()`, context.signal)
  const making = createProcessor(config, loaded, context.log, extras)
  const processor = await settled(making, `${name} does not answer: it`, context.signal)
  const stream = { close: async () => answered(Promise.resolve(processor.close?.())) }
  return { loaded, processor, separator: separatorOf(loaded), answered, before: (step) => orClose(stream, step) }
}

/** Plugins need not be typed: where one does not say it, words are taken to bring no spaces. */
function separatorOf({ asr, metadata }: LoadedModel): string {
  return asr?.sep ?? metadata.separator ?? ' '
}
