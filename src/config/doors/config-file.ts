import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname, extname, isAbsolute, resolve } from 'node:path'
import { suggestion } from '../../core/did-you-mean.js'
import { messageOf, UsageError } from '../../core/errors.js'
import { snakeCase, turnedOff } from '../option-names.js'
import { findOption, OPTION_KEYS, OPTION_TABLE, type OptionKey } from '../option-table.js'
import { checkedValue } from '../types.js'
import { type FileEntry, readJson, readYaml } from './file-syntax.js'
import type { Setting, Settings } from './setting.js'

const MAX_BYTES = 1_000_000
/** Stands for standard output. */
const STANDARD_STREAM = '-'
/** Tells editors where the schema is. */
const SCHEMA_KEY = '$schema'

/** Keys that a file may have, as it has them. */
export const FILE_KEYS: readonly OptionKey[] = OPTION_KEYS.filter(
  (key) => key !== 'config' && OPTION_TABLE[key].isHidden !== true,
)

/**
 * Reads the options of a JSON or YAML file. Keys are in snake_case or camelCase; null is as if the key were not there;
 * relative paths are relative to the file.
 *
 * @throws UsageError when the file cannot be read, for an unknown key, for a value that does not fit
 */
export async function readConfigFile(path: string): Promise<Settings> {
  const read = readerOf(path)
  const settings = new Map<OptionKey, Setting>()
  for (const { key: written, value, line } of await read(await textOf(path), path)) {
    if (written === SCHEMA_KEY || value === null) continue
    const name = `${written} (${path}:${line})`
    const key = knownKey(written, `${path}:${line}`)
    if (settings.has(key)) {
      throw new UsageError(`${name} and ${settings.get(key)?.name} set the same option`, {
        hint: 'leave one of them out',
      })
    }
    const checked = checkedValue(key, value, name)
    settings.set(key, { value: placed(key, checked, dirname(resolve(path))), name, door: 'file' })
  }
  return settings
}

function readerOf(path: string): (text: string, path: string) => readonly FileEntry[] | Promise<readonly FileEntry[]> {
  const extension = extname(path).toLowerCase()
  if (extension === '.json') return readJson
  if (extension === '.yaml' || extension === '.yml') return readYaml
  if (path === '-') {
    throw new UsageError('the configuration cannot be read from standard input, which is for audio', {
      hint: 'give a file that ends in .json, .yaml or .yml',
    })
  }
  throw new UsageError(`${path} does not have the name of a configuration file`, {
    hint: 'give a file that ends in .json, .yaml or .yml',
  })
}

async function textOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => null)
  if (found === null) throw new UsageError(`there is no configuration file ${path}`, { hint: 'check its name' })
  if (!found.isFile() || found.size > MAX_BYTES) {
    throw new UsageError(`${path} is not a configuration file: it is ${found.isFile() ? 'too large' : 'not a file'}`, {
      hint: 'give a JSON or YAML file with options',
    })
  }
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '')
  } catch (cause) {
    throw new UsageError(`the configuration file ${path} cannot be read: ${messageOf(cause)}`, { cause })
  }
}

/** @throws UsageError when no option is called so */
function knownKey(written: string, place: string): OptionKey {
  const key = findOption(written)
  if (key !== undefined && FILE_KEYS.includes(key)) return key
  const off = turnedOff(written)
  const hint =
    off === undefined ? suggestion(written, FILE_KEYS.map(snakeCase)) : `did you mean "${snakeCase(off)}: false"?`
  throw new UsageError(`unknown key "${written}" in ${place}`, {
    hint: hint.startsWith('did you mean')
      ? hint
      : 'docs/configuration.md lists all; options of the backend itself go under the key "option"',
    code: 'ASR_OPTION_UNKNOWN',
    details: { option: written, knownOptions: FILE_KEYS.map(snakeCase) },
  })
}

/** Paths as they are seen from the file. */
function placed(key: OptionKey, value: unknown, folder: string): unknown {
  const kind = OPTION_TABLE[key].value
  if (Array.isArray(value)) return value.map((one) => placed(key, one, folder))
  if (typeof value !== 'string' || isAbsolute(value) || value === STANDARD_STREAM) return value
  if (kind === 'file' || kind === 'folder') return resolve(folder, value)
  if (kind !== 'module') return value
  // What is no file beside the configuration may be a package.
  const path = resolve(folder, value)
  return value.startsWith('.') || existsSync(path) ? path : value
}
