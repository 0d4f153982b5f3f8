import { flagOf } from './option-names.js'
import { type Circumstances, type Condition, findOption, OPTION_TABLE, type OptionKey } from './option-table.js'

/** An option that was given and has no effect. */
export interface Ineffective {
  /** Its key as it was given. */
  readonly key: string
  /** A sentence that begins with the option. */
  readonly message: string
  /** What to do. */
  readonly hint: string
  readonly isRefused: boolean
  /** Whether it is refused in files and variables as well. */
  readonly isForAllDoors: boolean
}

/**
 * The options that were given and have no effect in the circumstances, in the order in which they were given. A default
 * that is given counts as given.
 *
 * @param given keys of options; what the table does not have is left alone
 * @param nameOf how messages call an option
 */
export function ineffective(
  given: readonly string[],
  at: Circumstances,
  nameOf: (key: string) => string = flagOf,
): readonly Ineffective[] {
  return given.flatMap((key) => {
    const missing = conditionsOf(key).find((condition) => !condition.holds(at))
    if (missing === undefined) return []
    const { otherwise, says, hint = 'leave it out', isForAllDoors = false } = missing
    const text = typeof says === 'string' ? says : says(at)
    return [{ key, message: `${nameOf(key)} ${text}`, hint, isRefused: otherwise === 'refuse', isForAllDoors }]
  })
}

/** Options that the command `listen` does not have, and why. */
export const NOT_FOR_LISTEN: ReadonlyMap<string, string> = new Map(
  Object.entries(OPTION_TABLE).flatMap(([key, { notForListen }]) =>
    notForListen === undefined ? [] : [[key, notForListen]],
  ),
)

function conditionsOf(written: string): readonly Condition[] {
  const key = findOption(written)
  return key === undefined ? [] : [...(OPTION_TABLE[key].needs ?? []), heeded(key)]
}

/** A backend says what it does not read. */
function heeded(key: OptionKey): Condition {
  return {
    holds: ({ backend }) => !backend?.ignores.includes(key),
    otherwise: 'warn',
    says: ({ config }) => `has no effect with the backend "${config.backend}"`,
  }
}
