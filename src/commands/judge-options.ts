import type { Given } from '../config/doors/given.js'
import { ineffective } from '../config/option-effects.js'
import type { Circumstances } from '../config/option-table.js'
import { UsageError } from '../core/errors.js'
import type { Log } from '../core/types.js'

/**
 * Tells of options without effect. What the command line gives is refused or warned of; a file or a variable may be there
 * for other runs, so that what it gives is told at the level DEBUG.
 *
 * @param given keys of the options that were given
 * @param doors where they came from
 * @returns keys from files and variables that are to be left out: on the command line they would be refused
 * @throws UsageError for what is refused
 */
export function judge(given: readonly string[], at: Circumstances, doors: Given, log?: Log): readonly string[] {
  return ineffective(given, at, doors.nameOf).flatMap(({ key, message, hint, isRefused, isForAllDoors }) => {
    const isFromAfar = doors.isFromAfar(key) && !isForAllDoors
    if (isRefused && !isFromAfar) throw new UsageError(message, { hint })
    if (isFromAfar) log?.debug(message)
    else log?.warn(hint === 'leave it out' ? message : `${message}; ${hint}`)
    return isRefused ? [key] : []
  })
}

/** Settings without some of their keys. */
export function without(settings: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !keys.includes(key)))
}
