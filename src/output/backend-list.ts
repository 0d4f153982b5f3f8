import type { Availability, Capabilities } from '../types.js'

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
}

/** More codes than this are counted instead of listed. */
const MOST_CODES = 12

/** The lines for one backend: what it is, what it can do, and what is missing. */
export function backendLines({
  name,
  origin,
  description,
  availability,
  capabilities,
}: BackendEntry): readonly string[] {
  const can = capabilityWords(capabilities)
  return [
    `${name} (${origin}): ${description ?? 'no description'}`,
    ...(can.length === 0 ? [] : [`  ${can.join(', ')}`]),
    ...(availability.available ? [] : [`  not available: ${availability.reason}`]),
    ...(availability.available || availability.install === undefined ? [] : [`  to use it: ${availability.install}`]),
  ]
}

/** The same for programs: a JSON array. */
export function backendJson(entries: readonly BackendEntry[]): string {
  return JSON.stringify(
    entries.map(({ availability, ...entry }) => ({ ...entry, ...availability })),
    null,
    2,
  )
}

function capabilityWords({ wordTimes, prompts, languages, translation, streaming }: Partial<Capabilities>): string[] {
  const told: readonly (string | false | undefined)[] = [
    wordTimes === 'words' && 'word times',
    wordTimes === 'segments' && 'word times from segments only',
    wordTimes === false && 'no word times',
    prompts === undefined ? undefined : prompts ? 'prompts' : 'no prompts',
    languages === undefined ? undefined : languageWords(languages),
    translation === undefined ? undefined : translation ? 'translation' : 'no translation',
    streaming && 'streams by itself',
  ]
  return told.filter((part) => typeof part === 'string')
}

function languageWords(languages: Capabilities['languages']): string | undefined {
  if (languages === 'model') return 'languages of the model'
  if (languages.length === 0) return undefined
  if (languages.length > MOST_CODES) return `${languages.length} languages`
  return `${languages.length === 1 ? 'language' : 'languages'} ${languages.join(' ')}`
}
