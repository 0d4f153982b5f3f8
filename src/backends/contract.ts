/** What a backend is: the loader that a plugin exports, and what it returns. Types only. */

import type { ASRConfig } from '../config/config.js'
import type { LoaderOptions } from '../config/loader-options.js'
import type { ASRBase, ASRProcessor, Availability, Capabilities, Log } from '../core/types.js'

/** What a loader says about the model it loaded. */
export interface ModelMetadata {
  /** Joins words to text, as `ASRBase.sep`. */
  readonly separator: string
  /** Family of the model, such as "whisper". */
  readonly modelType: string
  /** Name or size, such as "tiny.en". */
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
      /** Facts about the model. */
      readonly metadata: ModelMetadata
      /** `capabilities.hallucinates` of the loader, for a recognizer that does not have it; `loadBackend` sets it. */
      readonly hallucinates?: boolean
    }
  | {
      /** Recognizes a stream and decides what is final. */
      readonly processor: ASRProcessor
      /** Not with `processor`. */
      readonly asr?: never
      /** Facts about the model. */
      readonly metadata: ModelMetadata
      /** A processor filters its text itself. */
      readonly hallucinates?: never
    }

/** What a loader gets besides its configuration. */
export interface LoadContext {
  /** Aborted when loading is not needed any more; a loader may reject with its reason. */
  readonly signal?: AbortSignal
  /** Receives messages while the model loads and later. */
  readonly log: Log
  /** Shows progress on a terminal, such as "downloading, 40 %". */
  progress(message: string): void
}

/**
 * Creates a backend from a configuration. `Options` is the output of `options`: `ModelLoader<z.infer<typeof schema>>`.
 *
 * Ref: HISI-interface ModelLoader.
 */
export interface ModelLoader<Options extends object = Record<string, unknown>> {
  /** One line for `asr-stream backends`. */
  readonly description: string
  /** Options of this backend itself. Their names must differ from those of ASRConfig. */
  readonly options?: LoaderOptions
  /** What the backend can do, for `asr-stream backends`. Absent: not known. */
  readonly capabilities?: Capabilities
  /** Keys of ASRConfig that have no effect with this backend, such as "threads"; a user who gives one gets a message. Absent: none. */
  readonly ignores?: readonly (keyof ASRConfig)[]
  /**
   * Called before `load`. Absent: always available. It is cheap: it loads no model, and waits at most two seconds for a server
   * on this machine.
   * @param config the configuration that `load` would get; absent in listings
   */
  availability?(config?: ASRConfig & Options): Promise<Availability>
  /**
   * Loads a model. An error ends the program with one line.
   * @throws ModelError when a file is missing or damaged; UsageError when an option does not fit the model
   */
  load(config: ASRConfig & Options, context: LoadContext): Promise<LoadedModel>
}
