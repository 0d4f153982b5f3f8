import { nearestName } from '../../core/did-you-mean.js'
import { UsageError } from '../../core/errors.js'
import { ownValue } from '../../core/own-value.js'
import { turnedOff, VARIABLE_PREFIX, variableOf } from '../option-names.js'
import { findOption, numberOf, OPTION_KEYS, OPTION_TABLE, type OptionKey } from '../option-table.js'
import { checkedValue } from '../types.js'
import type { Setting, Settings } from './setting.js'

/** Variables of this prefix that set no option of the table: the tests choose their Python, commands of queues read the other. */
const OTHER_VARIABLES: readonly string[] = ['ASR_STREAM_PYTHON', 'ASR_STREAM_QUEUE']

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  yes: true,
  on: true,
  false: false,
  '0': false,
  no: false,
  off: false,
}

/**
 * Reads the options that the environment sets. A variable that is empty is as if it were not there.
 *
 * @returns the settings, and a sentence about each variable that no option has
 * @throws UsageError for a value that does not fit, and for an option that two variables set
 */
export function readVariables(environment: Readonly<Record<string, string | undefined>>): {
  readonly settings: Settings
  readonly warnings: readonly string[]
} {
  const settings = new Map<OptionKey, Setting>()
  const warnings: string[] = []
  for (const [name, text = ''] of Object.entries(environment)) {
    if (!name.startsWith(VARIABLE_PREFIX) || OTHER_VARIABLES.includes(name)) continue
    const key = optionOf(name)
    if (key === undefined) {
      warnings.push(`no option has the variable ${name}${hintFor(name)}`)
      continue
    }
    if (text === '') continue
    const other = settings.get(key)
    if (other !== undefined) {
      throw new UsageError(`${other.name} and ${name} set the same option`, { hint: 'leave one of them out' })
    }
    settings.set(key, { value: checkedValue(key, spelt(key, text, name), name), name, door: 'variable' })
  }
  return { settings, warnings }
}

function optionOf(name: string): OptionKey | undefined {
  const written = name.slice(VARIABLE_PREFIX.length)
  const key = written === written.toUpperCase() ? findOption(written.toLowerCase()) : undefined
  return key === undefined || OPTION_TABLE[key].isHidden ? undefined : key
}

function hintFor(name: string): string {
  const off = turnedOff(name.slice(VARIABLE_PREFIX.length).toLowerCase())
  if (off !== undefined) return `; did you mean ${variableOf(off)}=false?`
  const own = (variable: string) => variable.slice(VARIABLE_PREFIX.length)
  const known = OPTION_KEYS.map((key) => own(variableOf(key)))
  // What all begin with says nothing of which is near.
  const nearest = nearestName(own(name), known)
  return nearest === undefined ? '; docs/configuration.md lists all' : `; did you mean ${VARIABLE_PREFIX}${nearest}?`
}

/** What a text spells, as the option's type wants it; what it does not spell stays text, for the type to refuse. */
function spelt(key: OptionKey, text: string, name: string): unknown {
  const { flag, reads } = OPTION_TABLE[key]
  if (!flag.includes('<')) return ownValue(BOOLEANS, text.trim().toLowerCase()) ?? text
  if (reads === 'number') return numberOf(text)
  if (reads !== 'item') return text
  if (/^\s*[[{]/.test(text)) return parsed(text, name)
  return key === 'option' ? [text] : text.split(',')
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new UsageError(`${name} is not JSON, though it starts like it`, {
      hint: 'check brackets and quotes, or give one value without them',
      cause,
    })
  }
}
