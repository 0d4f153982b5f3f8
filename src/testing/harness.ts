import type { LoadedModel, ModelLoader } from '../backends/contract.js'
import { loadBackend } from '../backends/registry.js'
import { parseConfig } from '../config/config.js'
import { BackendError } from '../core/errors.js'
import { silentLog } from '../core/silent-log.js'
import type { ASRBase, ASRProcessor } from '../core/types.js'
import { type BackendSource, type BackendTestOptions, type Outcome, outcomeOf, succeed } from './rule.js'
import { bursts, everySound, type Sound } from './sounds.js'

const WITHIN_SEC = 120
const ABORT_WITHIN_SEC = 10
const LOOK_WITHIN_SEC = 10
/** Speech that is transcribed again and again is cut to this, so that a check takes seconds and not minutes. */
const MAX_SPEECH_SEC = 8

/** A backend under test: loaded when a rule needs it, and again after a rule was broken. */
export class Harness {
  /** As they were given. */
  readonly options: BackendTestOptions
  /** Seconds that a call may take. */
  readonly withinSec: number
  /** Seconds that an aborted call may go on. */
  readonly abortWithinSec: number
  readonly #source: BackendSource
  readonly #outcomes = new Map<string, Promise<Outcome<unknown>>>()
  #shared: Promise<LoadedModel> | null = null

  /** @param source loads the backend; called several times, since some rules end it */
  constructor(source: BackendSource, options: BackendTestOptions = {}) {
    this.#source = source
    this.options = options
    this.withinSec = options.withinSec ?? WITHIN_SEC
    this.abortWithinSec = options.abortWithinSec ?? ABORT_WITHIN_SEC
  }

  /** The loader; null where only a function was given. */
  get loader(): ModelLoader | null {
    return typeof this.#source === 'function' ? null : this.#source
  }

  /** Sound that recognizers of speech find something in: the caller's speech, or made up. */
  get main(): Sound {
    const { speech } = this.options
    if (!speech) return bursts(4)
    return { what: 'the speech', audio: speech.audio.slice(0, MAX_SPEECH_SEC * 16_000) }
  }

  /** All sounds of the kit, and the speech. */
  get sounds(): readonly Sound[] {
    return this.options.speech ? [...everySound(), this.main] : everySound()
  }

  /** The backend that rules share. */
  async loaded(): Promise<LoadedModel> {
    this.#shared ??= this.#load()
    return this.#shared
  }

  /**
   * The recognizer of the shared backend.
   * @throws BackendError when the backend gives a processor
   */
  async recognizer(): Promise<ASRBase> {
    return recognizerIn(await this.loaded())
  }

  /**
   * The processor of the shared backend.
   * @throws BackendError when the backend gives a recognizer
   */
  async processor(): Promise<ASRProcessor> {
    return processorOf(await this.loaded())
  }

  /** Lets a rule have a backend of its own, which is closed afterwards. */
  async fresh(use: (loaded: LoadedModel) => Promise<void>): Promise<void> {
    const loaded = await this.#load()
    try {
      await use(loaded)
    } finally {
      await outcomeOf(async () => closable(loaded).close?.(), this.withinSec)
    }
  }

  /** What became of a call to the shared backend, which is made once for all rules that ask. */
  async once<Value>(name: string, call: () => Promise<Value>): Promise<Outcome<Value>> {
    const outcome = this.#outcomes.get(name) ?? outcomeOf(call, this.withinSec)
    this.#outcomes.set(name, outcome)
    return outcome as Promise<Outcome<Value>>
  }

  /** What the shared recognizer makes of a sound without prompt and place. */
  async rawTranscript({ what, audio }: Sound): Promise<Outcome<RawTranscript>> {
    const asr = await this.recognizer()
    return this.once(what, async () => readRaw(asr, await asr.transcribe(audio.slice(), { prompt: '' })))
  }

  /** Lets go of the shared backend: the next rule gets another one. */
  async renew(): Promise<void> {
    const shared = this.#shared
    this.#shared = null
    this.#outcomes.clear()
    const loaded = await shared?.catch(() => null)
    if (loaded) await outcomeOf(async () => closable(loaded).close?.(), this.withinSec)
  }

  async #load(): Promise<LoadedModel> {
    return succeed(() => load(this.#source, this.options.config ?? {}), 'loading the backend', this.withinSec)
  }
}

/** What a recognizer says about a result, whatever it is; one that throws says nothing. */
export interface RawTranscript {
  /** What `tsWords` gave, as it came. */
  readonly words: Outcome<readonly [words: unknown]>
  /** What `segmentsEndTs` gave, as it came. */
  readonly ends: Outcome<readonly [ends: unknown]>
}

/** Asks about a result. The answers are wrapped, so that a promise is seen as what it is. */
export async function readRaw(asr: ASRBase, result: unknown): Promise<RawTranscript> {
  return {
    words: await outcomeOf(() => [asr.tsWords(result)] as const, LOOK_WITHIN_SEC),
    ends: await outcomeOf(() => [asr.segmentsEndTs(result)] as const, LOOK_WITHIN_SEC),
  }
}

/** Either part of a backend can be closed. */
export function closable({ asr, processor }: LoadedModel): { close?(): Promise<void> } {
  return asr ?? processor
}

export function recognizerIn({ asr }: LoadedModel): ASRBase {
  if (asr) return asr
  throw new BackendError('the backend gives a processor, and the rule is one for recognizers')
}

export function processorOf({ processor }: LoadedModel): ASRProcessor {
  if (processor) return processor
  throw new BackendError('the backend gives a recognizer, and the rule is one for processors')
}

async function load(source: BackendSource, settings: Readonly<Record<string, unknown>>): Promise<LoadedModel> {
  if (typeof source === 'function') return source()
  const name = (source as { readonly name?: unknown }).name
  const named = typeof name === 'string' ? { backend: name } : {}
  const config = parseConfig({ ...named, ...settings }, source.options)
  return loadBackend(source, config, { log: silentLog, progress: () => {} })
}
