import { loadPlugins, type PluginLoader } from '../backends/plugin.js'
import { createRegistry, sharedRegistry } from '../backends/registry.js'
import { type ASRSettings, parseConfig } from '../config/config.js'
import { UsageError } from '../core/errors.js'
import { silentLog } from '../core/silent-log.js'
import type { Log, Segment } from '../core/types.js'
import { type AudioInput, listenAhead } from './audio-input.js'
import { checkSettings, checkStreamOptions } from './check-options.js'
import { readOnce } from './read-once.js'
import { loadTranscriber, type StreamOptions, type Transcriber } from './transcriber.js'

/** Settings of a transcriber: the keys of the configuration, all optional, and those below. */
export interface TranscriberSettings extends Omit<ASRSettings, 'plugins'> {
  /** Another name of `lan`: code or name of a language; "auto": it is detected. */
  readonly language?: string
  /** Options of the backend itself. */
  readonly options?: Readonly<Record<string, unknown>>
  /** More backends: loaders, or modules that export them (paths or names of packages). */
  readonly plugins?: readonly (string | PluginLoader)[]
  /** Receives messages. Absent: nothing is logged. */
  readonly log?: Log
  /** Aborting it stops loading. */
  readonly signal?: AbortSignal
  /** Called with the progress of loading, such as "downloading, 40 %". */
  readonly progress?: (message: string) => void
}

/**
 * Loads a model for any number of streams at once.
 *
 * ```js
 * await using transcriber = await createTranscriber({ language: 'en', vac: true })
 * for await (const event of transcriber.stream(microphone())) {
 *   if (event.type === 'text-final') console.log(event.segment.text)
 * }
 * ```
 *
 * @throws UsageError for an unknown key or a value out of range; ModelError when the model is missing or damaged;
 *   BackendError when the backend cannot be used here
 */
export async function createTranscriber(settings: TranscriberSettings = {}): Promise<Transcriber> {
  checkSettings(settings)
  const { language, options = {}, plugins = [], log = silentLog, signal, progress, ...rest } = settings
  if (language !== undefined && rest.lan !== undefined) {
    throw new UsageError('language is given twice, once as "lan"', { hint: 'leave one of them out' })
  }
  const registry = createRegistry(sharedRegistry)
  await loadPlugins(
    plugins.filter((plugin) => typeof plugin === 'string'),
    registry,
  )
  for (const plugin of plugins) {
    if (typeof plugin !== 'string') registry.registerLoader(plugin.name, plugin, 'the plugin that was given')
  }
  const values = { ...rest, ...(language === undefined ? {} : { lan: language }), ...options }
  const { backend } = parseConfig({ ...rest })
  const loader = await registry.getLoader(backend)
  const config = parseConfig(values, loader.options)
  return loadTranscriber(config, loader, { log, signal, ...(progress && { progress }) })
}

/**
 * Loads a model, transcribes audio, and yields each piece of text as soon as it is final. For several recordings, use
 * `createTranscriber`, which loads the model once.
 *
 * ```js
 * for await (const { text, begin, end } of transcribe('talk.wav', { language: 'en' })) console.log(begin, end, text)
 * ```
 *
 * @throws as `createTranscriber` and `Transcriber.stream`
 */
export function transcribe(
  audio: AudioInput,
  settings: TranscriberSettings & StreamOptions = {},
): AsyncGenerator<Segment, void, undefined> {
  listenAhead(audio)
  return readOnce(finalSegments(audio, settings))
}

async function* finalSegments(
  audio: AudioInput,
  settings: TranscriberSettings & StreamOptions,
): AsyncGenerator<Segment, void, undefined> {
  checkSettings(settings)
  const { stop, pace, whenFull, onArrival, ...rest } = settings
  checkStreamOptions({ stop, pace, whenFull, onArrival })
  const transcriber = await createTranscriber(rest)
  try {
    for await (const event of transcriber.stream(audio, { signal: rest.signal, stop, pace, whenFull, onArrival })) {
      if (event.type === 'text-final') yield event.segment
    }
  } finally {
    await transcriber.close()
  }
}
