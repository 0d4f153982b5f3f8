import { UsageError } from '../../core/errors.js'
import { faultOf, faultyLine, jsonKeys } from './json-keys.js'

/** A key of a configuration file and its value. */
export interface FileEntry {
  readonly key: string
  readonly value: unknown
  /** From 1 on. */
  readonly line: number
}

/**
 * The keys and values of a JSON text.
 * @param path how messages call the file
 * @throws UsageError when it is no JSON, or no object, or has a key twice
 */
export function readJson(text: string, path: string): readonly FileEntry[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`${path}:${faultyLine(text)} is not JSON: ${faultOf(cause)}`, {
      hint: 'check commas, quotes and brackets there; comments are possible in YAML only',
      cause,
    })
  }
  const keys = jsonKeys(text)
  const twice = keys.find(({ key }, index) => keys.findIndex((one) => one.key === key) < index)
  if (twice !== undefined) {
    throw new UsageError(`${path}:${twice.line} has the key "${twice.key}" again`, { hint: 'leave one of them out' })
  }
  return Object.entries(asObject(value, path)).map(([key, one]) => ({
    key,
    value: one,
    line: keys.find((known) => known.key === key)?.line ?? 1,
  }))
}

/**
 * The keys and values of a YAML text.
 * @param path how messages call the file
 * @throws UsageError when it is no YAML, or no mapping, or has a key twice
 */
export async function readYaml(text: string, path: string): Promise<readonly FileEntry[]> {
  const { isMap, LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  const [error] = document.errors
  if (error !== undefined) {
    const { line } = lines.linePos(error.pos[0])
    if (error.code === 'MULTIPLE_DOCS') {
      throw new UsageError(`${path}:${line} starts a second document`, { hint: 'write one, without "---" in between' })
    }
    throw new UsageError(`${path}:${line} is not YAML: ${error.message}`, { hint: 'check the lines around it' })
  }
  if (document.contents === null) return []
  const value = asObject(plain(document, path), path)
  const items = isMap(document.contents) ? document.contents.items : []
  return Object.entries(value).map(([key, one], index) => {
    const { range } = (items[index]?.key ?? {}) as { readonly range?: readonly number[] }
    return { key, value: one, line: lines.linePos(range?.[0] ?? 0).line }
  })
}

function plain(document: { toJS(): unknown }, path: string): unknown {
  const hint = 'write values out instead of referring to others'
  let value: unknown
  try {
    value = document.toJS()
  } catch (cause) {
    throw new UsageError(`${path} cannot be read: ${(cause as Error).message}`, { hint, cause })
  }
  try {
    JSON.stringify(value)
  } catch (cause) {
    throw new UsageError(`${path} cannot be read: it contains itself`, { hint, cause })
  }
  return value
}

function asObject(value: unknown, path: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new UsageError(`${path} has no keys`, { hint: 'write options as keys and values, such as model: base' })
}
