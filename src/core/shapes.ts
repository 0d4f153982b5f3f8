/** Checks what was read from somewhere: null when it is of a shape, else the first part that is not, such as `words.2.text`. */
export type Shape = (value: unknown, at?: string) => string | null

/** A text. */
export const isText: Shape = (value, at = '') => (typeof value === 'string' ? null : at)

/** A number that is finite. */
export const isNumber: Shape = (value, at = '') => (Number.isFinite(value) ? null : at)

/** Null, or of a shape. */
export function orNull(shape: Shape): Shape {
  return (value, at = '') => (value === null ? null : shape(value, at))
}

/** A list of what is of a shape. */
export function listOf(shape: Shape): Shape {
  return (value, at = '') => (Array.isArray(value) ? firstWrong(value.entries(), () => shape, at) : at)
}

/** An object with at least these properties. */
export function objectWith(properties: Readonly<Record<string, Shape>>): Shape {
  return (value, at = '') => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return at
    const own = Object.keys(properties).map((key) => [key, (value as Record<string, unknown>)[key]] as const)
    return firstWrong(own, (key) => properties[key], at)
  }
}

function firstWrong<Key extends string | number>(
  parts: Iterable<readonly [Key, unknown]>,
  shapeOf: (key: Key) => Shape | undefined,
  at: string,
): string | null {
  for (const [key, part] of parts) {
    const wrong = shapeOf(key)?.(part, at === '' ? String(key) : `${at}.${key}`) ?? null
    if (wrong !== null) return wrong
  }
  return null
}
