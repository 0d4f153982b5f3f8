import type { OptionDescription } from '../config/loader-options.js'
import type { Availability, Capabilities } from '../core/types.js'

/** A backend as listings have it. */
export interface BackendEntry {
  readonly name: string
  /** "built in", or the plugin that brought it. */
  readonly origin: string
  /** Null when it cannot be told. */
  readonly description: string | null
  readonly availability: Availability
  /** What it says of itself; may be empty. */
  readonly capabilities: Partial<Capabilities>
  /** Options of the backend itself; absent where they are not listed. */
  readonly options?: readonly OptionDescription[]
}

/** More codes than this are counted instead of listed. */
const MAX_CODES = 12

/** The lines for one backend: what it is, what it can do, and what is missing. */
export function backendLines(entry: BackendEntry): readonly string[] {
  const { name, origin, description, availability, capabilities, options } = entry
  const can = capabilityWords(capabilities)
  return [
    `${name} (${origin}): ${description ?? 'no description'}`,
    ...(can.length === 0 ? [] : [`  ${can.join(', ')}`]),
    ...(availability.available ? [] : [`  not available: ${availability.reason}`]),
    ...(availability.available || availability.install === undefined ? [] : [`  to use it: ${availability.install}`]),
    ...(options === undefined ? [] : optionLines(options)),
  ]
}

/** The same for programs: a JSON array. */
export function backendsJson(entries: readonly BackendEntry[]): string {
  return JSON.stringify(entries.map(flat), null, 2)
}

/** One backend for programs: a JSON object. */
export function backendJson(entry: BackendEntry): string {
  return JSON.stringify(flat(entry), null, 2)
}

const flat = ({ availability, ...entry }: BackendEntry) => ({ ...entry, ...availability })

function optionLines(options: readonly OptionDescription[]): readonly string[] {
  if (options.length === 0) return ['no options of its own']
  const terms = options.map(({ name, type }) => `  ${name}=<${type}>`)
  const width = Math.max(...terms.map(({ length }) => length)) + 2
  return [
    'options, each as --option NAME=VALUE:',
    ...options.map((option, index) => `${terms[index]!.padEnd(width)}${aboutOption(option)}`.trimEnd()),
  ]
}

function aboutOption({ description, choices, isRequired, standard }: OptionDescription): string {
  const rest = isRequired ? '(required)' : standard === undefined ? '' : `(default: ${JSON.stringify(standard)})`
  const about = [description ?? '', choices === undefined ? '' : choices.join(', ')].filter((part) => part !== '')
  return [about.join(': '), rest].filter((part) => part !== '').join(' ')
}

function capabilityWords(capabilities: Partial<Capabilities>): string[] {
  const { wordTimes, prompts, languages, translation, streaming, keyTerms } = capabilities
  const told: readonly (string | false | undefined)[] = [
    wordTimes === 'words' && 'word times',
    wordTimes === 'segments' && 'word times from segments only',
    wordTimes === false && 'no word times',
    prompts === undefined ? undefined : prompts ? 'prompts' : 'no prompts',
    languages === undefined ? undefined : languageWords(languages),
    translation === undefined ? undefined : translation ? 'translation' : 'no translation',
    keyTerms && 'key terms',
    streaming && 'streams by itself',
  ]
  return told.filter((part) => typeof part === 'string')
}

function languageWords(languages: Capabilities['languages']): string | undefined {
  if (languages === 'model') return 'languages of the model'
  if (languages.length === 0) return undefined
  if (languages.length > MAX_CODES) return `${languages.length} languages`
  return `${languages.length === 1 ? 'language' : 'languages'} ${languages.join(' ')}`
}
