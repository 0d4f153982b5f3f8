import type { ASRConfig } from '../config/config.js'
import { suggestion } from '../core/did-you-mean.js'
import { asBackendError, BackendError, messageOf, UsageError } from '../core/errors.js'
import type { ASRBase, Availability, Capabilities } from '../core/types.js'
import { checkLimits, kindOf, namedViolation } from '../core/word-checks.js'
import type { LoadContext, LoadedModel, ModelLoader } from './contract.js'
import { backendElsewhere } from './elsewhere.js'
import { toldWhenSlow } from './slow-loading.js'

/** Where the loaders of this package are; imported when they are asked for. */
const BUILT_IN: Readonly<Record<string, () => Promise<ModelLoader>>> = {
  'onnx-whisper': async () => (await import('./onnx-whisper/loader.js')).onnxWhisperLoader,
  'openai-api': async () => (await import('./openai-api/loader.js')).openAiApiLoader,
  scripted: async () => (await import('./scripted.js')).scriptedLoader,
  transformers: async () => (await import('./transformers/loader.js')).transformersLoader,
}

/** A backend by name, and where it comes from. */
export interface LoaderListing {
  /** What `--backend` calls it. */
  readonly name: string
  /** "built in", or the plugin that brought it. */
  readonly origin: string
}

/** Backends by name. */
export interface LoaderRegistry {
  /**
   * Makes a loader known.
   * @param origin where it comes from, for listings; absent: "registered"
   * @throws BackendError when the name is taken
   */
  registerLoader(name: string, loader: ModelLoader, origin?: string): void
  /**
   * The loader of that name.
   * @throws UsageError when there is none; its hint lists those there are
   * @throws BackendError when a built-in loader cannot be imported
   */
  getLoader(name: string): Promise<ModelLoader>
  /** All backends in the order of registration, the built-in ones first. */
  listLoaders(): readonly LoaderListing[]
}

interface Entry {
  readonly origin: string
  readonly open: () => Promise<ModelLoader>
}

/**
 * A registry of its own.
 * @param base whose backends it has to start with; absent: the built-in ones
 */
export function createRegistry(base?: LoaderRegistry): LoaderRegistry {
  const entries = new Map<string, Entry>(
    base
      ? base.listLoaders().map(({ name, origin }) => [name, { origin, open: () => base.getLoader(name) }])
      : Object.entries(BUILT_IN).map(([name, open]) => [name, { origin: 'built in', open }]),
  )
  return {
    registerLoader(name, loader, origin = 'registered') {
      const taken = entries.get(name)
      if (taken) throw new BackendError(`the backend name "${name}" of ${origin} is taken (${taken.origin})`)
      entries.set(name, { origin, open: async () => loader })
    },
    async getLoader(name) {
      const entry = entries.get(name)
      if (!entry) throw unknownBackend(name, [...entries.keys()])
      try {
        return await entry.open()
      } catch (cause) {
        throw new BackendError(`the backend "${name}" cannot be loaded: ${messageOf(cause)}`, { cause })
      }
    },
    listLoaders: () => [...entries].map(([name, { origin }]) => ({ name, origin })),
  }
}

function unknownBackend(name: string, known: readonly string[]): UsageError {
  return new UsageError(`unknown backend "${name}"`, {
    hint: backendElsewhere(name) ?? suggestion(name, known),
    code: 'ASR_BACKEND_UNKNOWN',
    details: { backend: name, availableBackends: known },
  })
}

/** The registry of programs that make none of their own. */
export const sharedRegistry = createRegistry()
const shared = sharedRegistry

/** As `LoaderRegistry.registerLoader`, in the registry that programs share who make none of their own. */
export const registerLoader: LoaderRegistry['registerLoader'] = shared.registerLoader
/** As `LoaderRegistry.getLoader`, in the shared registry. */
export const getLoader: LoaderRegistry['getLoader'] = shared.getLoader
/** As `LoaderRegistry.listLoaders`, in the shared registry. */
export const listLoaders: LoaderRegistry['listLoaders'] = shared.listLoaders

/** Whether a backend is available is asked before anything else: much longer than it may take. */
const ANSWER_SEC = 10

/**
 * Asks a loader whether it can be used here; one that fails to answer, or does not in time, cannot.
 * @param config what it would be loaded with; absent: its defaults
 */
export async function availabilityOf(
  loader: ModelLoader,
  config?: ASRConfig & Record<string, unknown>,
): Promise<Availability> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Availability>((resolve) => {
    const reason = `its availability() has not answered within ${ANSWER_SEC} s`
    timer = setTimeout(() => resolve({ available: false, reason }), 1000 * ANSWER_SEC).unref()
  })
  try {
    return checkedAvailability(await Promise.race([loader.availability?.(config), late]))
  } catch (error) {
    return { available: false, reason: messageOf(error) }
  } finally {
    clearTimeout(timer)
  }
}

/** Plugins need not be typed: an answer that makes no sense is none. Nothing at all is no objection. */
function checkedAvailability(answer: unknown): Availability {
  if (answer === undefined || answer === null) return { available: true }
  const { available, reason, install } = answer as { readonly [Key in 'available' | 'reason' | 'install']?: unknown }
  if (available === true) return { available }
  const isReasoned = available === false && typeof reason === 'string' && reason !== ''
  if (!isReasoned) return { available: false, reason: `${AVAILABILITY_FORM}, gave ${shownAnswer(answer)}` }
  return { available, reason, ...(typeof install === 'string' && { install }) }
}

const AVAILABILITY_FORM = 'its availability() must give { available: true } or { available: false, reason }'

function shownAnswer(answer: unknown): string {
  if (typeof answer !== 'object' || Array.isArray(answer)) return kindOf(answer)
  const { available } = answer as { readonly available?: unknown }
  return available === false ? 'no reason' : `an object whose available is ${kindOf(available)}`
}

/** What a loader says that its backend can do; plugins need not be typed: what makes no sense is left out. */
export function capabilitiesOf({ capabilities }: ModelLoader): Partial<Capabilities> {
  if (typeof capabilities !== 'object' || capabilities === null) return {}
  const told = Object.entries(capabilities).filter(([name, value]) => SENSIBLE[name as keyof Capabilities]?.(value))
  return Object.fromEntries(told) as Partial<Capabilities>
}

/** Keys of the configuration that a loader says it does not read; what is no list of texts counts as none. */
export function ignoredBy({ ignores }: ModelLoader): readonly string[] {
  if (!Array.isArray(ignores)) return []
  return ignores.filter((key: unknown) => typeof key === 'string')
}

const isBoolean = (value: unknown) => typeof value === 'boolean'
const SENSIBLE: Readonly<Record<keyof Capabilities, (value: unknown) => boolean>> = {
  wordTimes: (value) => ['words', 'segments', false].includes(value as string | false),
  prompts: isBoolean,
  languages: (value) =>
    value === 'model' || (Array.isArray(value) && value.every((code: unknown) => typeof code === 'string')),
  translation: isBoolean,
  streaming: isBoolean,
  hallucinates: isBoolean,
  keyTerms: isBoolean,
}

/**
 * Loads the backend that the configuration names, if it can be used here, and checks that it is one.
 *
 * @throws BackendError when it is not available, fails to load, or is no backend; errors of this program as they come
 */
export async function loadBackend(
  loader: ModelLoader,
  config: ASRConfig & Record<string, unknown>,
  context: LoadContext,
): Promise<LoadedModel> {
  const name = `the backend "${config.backend}"`
  const availability = await availabilityOf(loader, config)
  if (!availability.available) {
    const { reason, install } = availability
    throw new BackendError(`${name} is not available: ${reason}`, install ? { hint: `to use it: ${install}` } : {})
  }
  context.signal?.throwIfAborted()
  let loaded: LoadedModel
  try {
    loaded = await toldWhenSlow(name, context.log, (alive) => loader.load(config, heard(context, alive)))
  } catch (cause) {
    context.signal?.throwIfAborted()
    throw asBackendError(`${name} cannot be loaded`, cause)
  }
  if (typeof loaded !== 'object' || loaded === null) {
    throw new BackendError(
      `${name}: load() must give { asr, metadata } or { processor, metadata }, gave ${kindOf(loaded)}`,
    )
  }
  const missing = missingParts(loaded)
  if (missing.length > 0) throw new BackendError(`${name} is incomplete: it has no ${missing.join(', ')}`)
  if (loaded.asr) checkNumbers(loaded.asr, config.backend)
  const { hallucinates } = capabilitiesOf(loader)
  return loaded.asr && hallucinates !== undefined ? { hallucinates, ...loaded } : loaded
}

/** A context that calls a function at each word about what is loaded. */
function heard(context: LoadContext, alive: () => void): LoadContext {
  const progress = (message: string) => {
    alive()
    context.progress(message)
  }
  return { ...context, progress }
}

/**
 * Checks the numbers that a recognizer has besides its results.
 *
 * @param backend its name
 * @throws BackendError when one makes no sense
 */
function checkNumbers(asr: ASRBase, backend: string): void {
  try {
    checkLimits(asr)
  } catch (cause) {
    throw namedViolation(`the backend "${backend}"`, cause)
  }
}

/**
 * Checks what `session()` of a recognizer gives.
 *
 * @param backend its name
 * @throws BackendError when it is no recognizer, or one of its numbers makes no sense
 */
export function checkSession(session: unknown, backend: string): asserts session is ASRBase {
  const isObject = typeof session === 'object' && session !== null
  const lacking = isObject ? lacksOfRecognizer(session) : []
  if (isObject && lacking.length === 0) return checkNumbers(session as ASRBase, backend)
  const given = lacking.length > 0 ? `an object without ${lacking.join(', ')}` : kindOf(session)
  throw new BackendError(`the backend "${backend}": session() must give a recognizer, gave ${given}`, {
    hint: 'a recognizer has sep, transcribe(), tsWords() and segmentsEndTs()',
  })
}

/** Plugins need not be typed, so what they give is looked at. */
function missingParts({ asr, processor, metadata }: Partial<LoadedModel>): string[] {
  const missing: string[] = metadata ? [] : ['metadata']
  if (processor) return missing.concat(lacks(processor, ['init', 'insertAudioChunk', 'processIter', 'finish']))
  if (!asr) return missing.concat('asr or processor')
  return missing.concat(lacksOfRecognizer(asr))
}

function lacksOfRecognizer(asr: Partial<ASRBase>): readonly string[] {
  const functions = lacks(asr, ['transcribe', 'tsWords', 'segmentsEndTs'])
  return typeof asr.sep === 'string' ? functions : ['sep', ...functions]
}

function lacks(owner: object, names: readonly string[]): readonly string[] {
  return names
    .filter((name) => typeof (owner as Record<string, unknown>)[name] !== 'function')
    .map((name) => `${name}()`)
}
