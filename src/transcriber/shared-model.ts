import type { LoadedModel } from '../backends/contract.js'
import { checkSession } from '../backends/registry.js'
import type { ASRConfig } from '../config/config.js'
import { type Closable, orClose } from '../core/closing.js'
import { asBackendError, UsageError } from '../core/errors.js'
import type { ASRProcessor, Log, StageTiming, StreamRequest } from '../core/types.js'
import { layerOn } from '../online/processor-layer.js'
import { buildProcessor, checkFit, type StreamDependencies, separatorOf } from './build-processor.js'
import { checkFree, isInUse, takeForStream } from './processors-in-use.js'
import { prepareRecognizer } from './warm-up.js'

/** The processor of one stream on a shared model. */
export interface OpenedProcessor {
  /** Closing it ends that stream only. */
  readonly processor: ASRProcessor
  /** The language that is transcribed, where it is not detected; null: not known. */
  readonly language: string | null
  /** As `ASRBase.turn`; null: there is none. */
  readonly turn: ((signal: AbortSignal) => Promise<void>) | null
  /** What the computing of this stream went to so far. */
  timings(): readonly StageTiming[]
}

/** A backend for any number of streams at once. */
export interface SharedModel {
  /** Joins texts, as `ASRBase.sep`. */
  readonly separator: string
  /** As `ASRBase.wordDelaySec`. */
  readonly wordDelaySec: number
  /**
   * A processor for one more stream.
   * @param config that of the stream; absent: that of the model
   * @param share whose it is, and what gets to know of it, for recognizers that have sessions
   * @throws UsageError when the model cannot do what the configuration of the stream asks for; BackendError when it gives a
   *   processor that another stream is using
   */
  open(
    dependencies?: StreamDependencies,
    config?: ASRConfig,
    share?: Pick<StreamRequest, 'client' | 'isPatient' | 'log'>,
  ): Promise<OpenedProcessor>
  close(): Promise<void>
}

/**
 * Loads a backend for many streams. A recognizer that has sessions is loaded once; any other is loaded again for each stream
 * but the first.
 *
 * @throws as `prepareRecognizer`, `buildProcessor` and `checkFree`, and what `load` throws
 */
export async function shareModel(
  config: ASRConfig,
  load: () => Promise<LoadedModel>,
  log: Log,
  dependencies: StreamDependencies = {},
): Promise<SharedModel> {
  const ready = async () => prepared(config, await load())
  const first = await ready()
  const { asr } = first
  const facts = { separator: separatorOf(first), wordDelaySec: asr?.wordDelaySec ?? 0 }
  const opened = (
    loaded: LoadedModel,
    own: StreamDependencies = {},
    streamConfig = config,
    streamLog = log,
  ): OpenedProcessor => {
    const letGo = loaded.processor ? takeForStream(loaded.processor, config.backend) : () => {}
    const processor = orLetGo(letGo, () => buildProcessor(streamConfig, loaded, streamLog, { ...dependencies, ...own }))
    return {
      processor: { ...layerOn(processor), close: () => closed(processor, config).finally(letGo) },
      language: loaded.asr?.originalLanguage ?? loaded.metadata.language ?? null,
      turn: loaded.asr?.turn?.bind(loaded.asr) ?? null,
      timings: () => loaded.asr?.timings?.() ?? [],
    }
  }
  if (asr?.session) {
    const session = asr.session.bind(asr)
    return {
      ...facts,
      async open(own, streamConfig, share) {
        const asked = streamConfig && requestOf(streamConfig, config)
        const streaming = await session(share ? { ...asked, ...share } : asked)
        const begun = async () => {
          checkSession(streaming, config.backend)
          return opened({ ...first, asr: streaming }, own, streamConfig, share?.log)
        }
        return orClose(streaming ?? {}, begun())
      },
      close: () => closed(asr, config),
    }
  }
  let spare: LoadedModel | null = first
  return {
    ...facts,
    async open(own, streamConfig, share) {
      if (streamConfig && requestOf(streamConfig, config)) throw sameForAll(config)
      const loaded = spare ?? (await ready())
      spare = null
      return opened(loaded, own, streamConfig, share?.log)
    },
    async close() {
      // Another transcriber may have been given the same one.
      if (!spare?.processor || !isInUse(spare.processor)) await closed(spare?.asr ?? spare?.processor, config)
    },
  }
}

/** What a stream asks of the model itself; undefined: nothing. */
function requestOf(asked: ASRConfig, { lan, task }: ASRConfig): StreamRequest | undefined {
  if (asked.lan === lan && asked.task === task) return undefined
  return { ...(asked.lan !== lan && { language: asked.lan }), ...(asked.task !== task && { task: asked.task }) }
}

function sameForAll({ backend }: ASRConfig): UsageError {
  return new UsageError(`the backend "${backend}" has one language and task for all streams`, {
    hint: 'leave language and task out, or load the model with them',
  })
}

async function prepared(config: ASRConfig, loaded: LoadedModel): Promise<LoadedModel> {
  const { asr, processor } = loaded
  if (processor) checkFree(processor, config.backend)
  const ready = async () => {
    checkFit(config, loaded)
    if (asr) await prepareRecognizer(config, asr)
    return loaded
  }
  return orClose(asr ?? processor, ready())
}

function orLetGo<Value>(letGo: () => void, step: () => Value): Value {
  try {
    return step()
  } catch (error) {
    letGo()
    throw error
  }
}

async function closed(opened: Closable | undefined, { backend }: ASRConfig): Promise<void> {
  try {
    await opened?.close?.()
  } catch (cause) {
    throw asBackendError(`the backend "${backend}" cannot be closed`, cause)
  }
}
