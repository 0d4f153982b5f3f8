/** Patterns of file names, for shells that do not expand them and for names in quotes. */

/** Whether a name has a wildcard. */
export function isPattern(name: string): boolean {
  return /[*?[{]/.test(name)
}

/** The folder below which all that a pattern matches lies; "": the current one. */
export function baseOf(pattern: string): string {
  const parts = pattern.split('/')
  const first = parts.findIndex(isPattern)
  const fixed = parts.slice(0, first === -1 ? parts.length - 1 : first)
  return fixed.length === 1 && fixed[0] === '' ? '/' : fixed.join('/')
}

/**
 * What a pattern matches: `*` and `?` within a name, `**` folders at any depth, `[a-c]`, `[!a]` and `{mp3,wav}`. Names that
 * begin with a point are matched only where the pattern writes the point.
 *
 * @returns whether a path, with "/" between its parts, is matched
 */
export function matcherOf(pattern: string): (path: string) => boolean {
  const expression = expressionOf(`^(?:${alternatives(pattern).map(sourceOf).join('|')})$`)
  return (path) => expression?.test(path) ?? false
}

/** Null where a set has a range from high to low: it matches nothing. */
function expressionOf(source: string): RegExp | null {
  try {
    return new RegExp(source, 'su')
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Patterns that a pattern with braces stands for. */
function alternatives(pattern: string): readonly string[] {
  const braces = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(pattern)
  if (!braces) return [pattern]
  const [, before = '', inner = '', after = ''] = braces
  return inner.split(',').flatMap((one) => alternatives(before + one + after))
}

function sourceOf(pattern: string): string {
  const parts = pattern.split('/')
  const source = parts.map((part, at) => {
    const isLast = at === parts.length - 1
    if (part === '**') return isLast ? `${VISIBLE}[^/]+(?:/${VISIBLE}[^/]+)*` : `(?:${VISIBLE}[^/]+/)*`
    return partSource(part) + (isLast ? '' : '/')
  })
  return `(?:${source.join('')})`
}

const VISIBLE = '(?!\\.)'

function partSource(part: string): string {
  const begin = /^[*?[]/.test(part) ? VISIBLE : ''
  const source = part.replace(/\*+|\?|\[(!?)([^\]/]+)\]|[\\^$.+()[\]{}|]/gu, (found, not: string, set: string) => {
    if (found.startsWith('*')) return '[^/]*'
    if (found === '?') return '[^/]'
    if (set !== undefined) return `[${not === '!' ? '^/' : ''}${set.replace(/[\\\]^[]/g, '\\$&')}]`
    return `\\${found}`
  })
  return begin + source
}
