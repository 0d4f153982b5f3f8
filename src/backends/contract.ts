/** What a backend is to this program: the loader that a plugin exports, and what it gives. Types only. */

import type { ASRConfig } from '../config/config.js'
import type { LoaderOptions } from '../config/loader-options.js'
import type { ASRBase, ASRProcessor, Availability, Capabilities, Log } from '../core/types.js'

/** What a loader says about the model it loaded. */
export interface ModelMetadata {
  /** As `ASRBase.sep`. */
  readonly separator: string
  /** Family of the model, as "whisper". */
  readonly modelType: string
  /** Name or size, as "tiny.en". */
  readonly modelSize: string
  /** Language code; null when the model detects it. */
  readonly language: string | null
}

/** A loaded backend: a recognizer (the pipeline puts the online processor around it) or a whole processor. */
export type LoadedModel =
  | {
      /** Recognizes audio; the program decides what is final. */
      readonly asr: ASRBase
      /** Not with `asr`. */
      readonly processor?: never
      /** What is said about the model. */
      readonly metadata: ModelMetadata
      /** What the loader's capabilities say, for a recognizer that does not say it; `loadBackend` fills it in. */
      readonly hallucinates?: boolean
    }
  | {
      /** Recognizes a stream, and decides itself what is final. */
      readonly processor: ASRProcessor
      /** Not with `processor`. */
      readonly asr?: never
      /** What is said about the model. */
      readonly metadata: ModelMetadata
      /** A processor filters its text itself. */
      readonly hallucinates?: never
    }

/** What a loader gets besides its configuration. */
export interface LoadContext {
  /** Aborted when loading is not wanted any more; a loader may reject with its reason. */
  readonly signal?: AbortSignal
  /** Takes what is worth telling while the model loads and later. */
  readonly log: Log
  /** Shows on a terminal what is going on, as "downloading, 40 %". */
  progress(message: string): void
}

/**
 * Makes a backend from a configuration. `Options` is what `options` gives: `ModelLoader<z.infer<typeof schema>>`.
 *
 * Ref: HISI-interface ModelLoader.
 */
export interface ModelLoader<Options extends object = Record<string, unknown>> {
  /** One line for `asr-stream backends`. */
  readonly description: string
  /** Options of this backend alone. Their names must differ from those of ASRConfig. */
  readonly options?: LoaderOptions
  /** Absent: not told. */
  readonly capabilities?: Capabilities
  /** Keys of ASRConfig that have no effect with this backend, as "threads": who gives one is told. Absent: none. */
  readonly ignores?: readonly (keyof ASRConfig)[]
  /**
   * Asked before `load`; absent: always available. Cheap: it loads no model, and waits for a server of this machine two seconds at the most.
   * @param config what `load` would get; absent in listings
   */
  availability?(config?: ASRConfig & Options): Promise<Availability>
  /**
   * Loads a model. Whatever it throws ends the program with one line.
   * @throws ModelError when a file is missing or damaged; UsageError when an option does not fit the model
   */
  load(config: ASRConfig & Options, context: LoadContext): Promise<LoadedModel>
}
