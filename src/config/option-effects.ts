import { flagOf } from './option-names.js'
import { type Circumstances, type Condition, OPTION_TABLE } from './option-table.js'

/** An option that was given and has no effect. */
export interface Ineffective {
  /** A sentence that begins with the option. */
  readonly message: string
  /** What to do. */
  readonly hint: string
  readonly isRefused: boolean
}

/**
 * The options that were given and have no effect in the circumstances, in the order in which they were given. A default
 * that is given counts as given.
 *
 * @param given keys of options; what the table does not have is left alone
 */
export function ineffective(given: readonly string[], at: Circumstances): readonly Ineffective[] {
  return given.flatMap((key) => {
    const missing = conditionsOf(key).find((condition) => !condition.holds(at))
    if (missing === undefined) return []
    const { otherwise, says, hint = 'leave it out' } = missing
    const text = typeof says === 'string' ? says : says(at)
    return [{ message: `${flagOf(key)} ${text}`, hint, isRefused: otherwise === 'refuse' }]
  })
}

/** Options that the command `listen` does not have, and why. */
export const NOT_FOR_LISTEN: ReadonlyMap<string, string> = new Map(
  Object.entries(OPTION_TABLE).flatMap(([key, { notForListen }]) =>
    notForListen === undefined ? [] : [[key, notForListen]],
  ),
)

function conditionsOf(key: string): readonly Condition[] {
  if (!Object.hasOwn(OPTION_TABLE, key)) return []
  return [...(OPTION_TABLE[key as keyof typeof OPTION_TABLE].needs ?? []), heeded(key)]
}

/** A backend says what it does not read. */
function heeded(key: string): Condition {
  return {
    holds: ({ backend }) => !backend?.ignores.includes(key),
    otherwise: 'warn',
    says: ({ config }) => `has no effect with the backend "${config.backend}"`,
  }
}
