import { Given } from '../config/doors/given.js'
import { ineffective } from '../config/option-effects.js'
import { isGiven } from '../config/option-names.js'
import { type Circumstances, CONFIG_KEYS, findOption } from '../config/option-table.js'
import { UsageError } from '../core/errors.js'
import type { Log } from '../core/types.js'

/**
 * Tells of options without effect. What the command line gives is refused or warned of; a file or a variable may be there
 * for other runs, so that what it gives is told at the level DEBUG.
 *
 * @param given keys of the options that were given
 * @param doors where they came from
 * @param log gets warnings; absent: they are left for a later time, when more is known
 * @returns keys of what files and variables give without effect, which is told and can be left out
 * @throws UsageError for what is refused
 */
export function judge(
  given: readonly string[],
  at: Circumstances,
  doors: Given,
  { debug, warn }: Pick<Log, 'debug'> & Partial<Pick<Log, 'warn'>>,
): readonly string[] {
  return ineffective(given, at, doors.nameOf).flatMap(({ key, message, hint, isRefused, isForAllDoors }) => {
    const isFromAfar = doors.isFromAfar(key) && !isForAllDoors
    if (isRefused && !isFromAfar) throw new UsageError(message, { hint })
    if (isFromAfar) debug(message)
    else warn?.(hint === 'leave it out' ? message : `${message}; ${hint}`)
    return isFromAfar ? [key] : []
  })
}

/**
 * Refuses options of recognition on the command line where nothing is recognized.
 *
 * @param given which door they came through; undefined: the command line
 * @param why what is so, after "has no effect: "
 * @param kept keys that have an effect all the same
 * @throws UsageError for the first of them
 */
export function refuseRecognition(
  flags: object,
  given: Given | undefined,
  why: string,
  kept: readonly string[] = [],
): void {
  const doors = given ?? new Given()
  const idle = Object.entries(flags).find(([written, value]) => {
    const key = CONFIG_KEYS.find((known) => known === findOption(written))
    return key !== undefined && !kept.includes(key) && isGiven(key, value) && !doors.isFromAfar(key)
  })
  if (idle === undefined) return
  throw new UsageError(`${doors.nameOf(idle[0])} has no effect: ${why}`, { hint: 'leave it out' })
}

/** Settings without some of their keys. */
export function without(settings: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !keys.includes(key)))
}
