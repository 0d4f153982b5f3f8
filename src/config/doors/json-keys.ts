/** A key of the outermost object of a JSON text. */
export interface JsonKey {
  readonly key: string
  /** From 1 on. */
  readonly line: number
}

/** Strings, brackets and line ends: all that is needed to know how deep a string lies. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[[\]{}\n]/g

/** The keys of the outermost object, with their lines, in their order; a key that is there twice is listed twice. */
export function jsonKeys(text: string): readonly JsonKey[] {
  const keys: JsonKey[] = []
  let [line, depth] = [1, 0]
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (token === '\n') line += 1
    else if (token === '{' || token === '[') depth += 1
    else if (token === '}' || token === ']') depth -= 1
    else if (depth === 1 && /^\s*:/.test(text.slice(index + token.length))) {
      keys.push({ key: JSON.parse(token) as string, line })
    }
  }
  return keys
}

/** The line at which a text stops being the start of some JSON, from 1 on. */
export function faultyLine(text: string): number {
  const lines = text.split('\n')
  let [sound, faulty] = [0, lines.length]
  while (faulty - sound > 1) {
    const middle = Math.floor((sound + faulty) / 2)
    if (isStartOfJson(lines.slice(0, middle).join('\n'))) sound = middle
    else faulty = middle
  }
  return faulty
}

/** What is wrong, without the piece of text that some releases of V8 quote. */
export function faultOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const token = /^Unexpected token '?(.+?)'?(?:,| in JSON)/.exec(message)?.[1]
  return token === undefined ? message.replace(/ (?:in JSON )?at position [\s\S]*/, '') : `unexpected ${token}`
}

/** Whether a parser has nothing against a text but that it ends. */
function isStartOfJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    const { message } = error as Error
    const position = /at position (\d+)/.exec(message)?.[1]
    return /end of JSON|Unterminated/.test(message) || Number(position) >= text.length
  }
}
