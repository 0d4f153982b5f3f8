import { type JsonSchema, valueSchema } from '../../src/config/doors/json-schema.js'
import { isTurnedOff, snakeCase } from '../../src/config/option-names.js'
import {
  OPTION_GROUPS,
  OPTION_KEYS,
  OPTION_TABLE,
  type OptionGroup,
  type OptionKey,
} from '../../src/config/option-table.js'

/** The table of the README: the options that most people need. */
export function readmeTable(): string {
  const rows = groups().flatMap(([group, keys]) => {
    const common = keys.filter((key) => OPTION_TABLE[key].isCommon)
    const title = group === 'server' ? 'Server (`asr-stream listen`, `asr-stream serve`)' : OPTION_GROUPS[group]
    return common.length === 0
      ? []
      : [
          `| **${title}** | | |`,
          ...common.map((key) => row([flags(key), isTurnedOff(key) ? '' : standard(key), about(key, 'docs/')])),
        ]
  })
  return ['| option | default | |', '|---|---|---|', ...rows].join('\n')
}

/** The tables of docs/configuration.md: all options, a table a group. */
export function fullTables(): string {
  return groups()
    .map(([group, keys]) => {
      const rows = keys.map((key) => row([flags(key), keyCell(key), values(key), standard(key), about(key, '')]))
      const title =
        group === 'server' ? 'Server (only `asr-stream listen` and `asr-stream serve`)' : OPTION_GROUPS[group]
      return [`### ${title}`, '', '| option | key | values | default | |', '|---|---|---|---|---|', ...rows].join('\n')
    })
    .join('\n\n')
}

function groups(): readonly (readonly [OptionGroup, readonly OptionKey[]])[] {
  const shown = OPTION_KEYS.filter((key) => !OPTION_TABLE[key].isHidden)
  // The server comes last: it is for one command.
  const order = (Object.keys(OPTION_GROUPS) as OptionGroup[]).filter((group) => group !== 'server')
  return [...order, 'server' as const].map((group) => [group, shown.filter((key) => OPTION_TABLE[key].group === group)])
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`.replaceAll('|  |', '| |')
}

/** "`-m`, `--model <name>`". */
function flags(key: OptionKey): string {
  return OPTION_TABLE[key].flag
    .split(', ')
    .map((flag) => `\`${flag}\``)
    .join(', ')
}

function keyCell(key: OptionKey): string {
  return key === 'config' ? '' : `\`${snakeCase(key)}\``
}

function standard(key: OptionKey): string {
  const { shownDefault, default: value, serveDefault } = OPTION_TABLE[key]
  if (shownDefault !== undefined) return shownDefault
  if (typeof value === 'number')
    return serveDefault === undefined ? String(value) : `${value}; \`serve\`: ${serveDefault}`
  if (typeof value === 'string') return `\`${value}\``
  return isTurnedOff(key) ? '`true`' : ''
}

function about(key: OptionKey, folder: string): string {
  const { help, choices, tip, page } = OPTION_TABLE[key]
  const only = OPTION_TABLE[key].onlyForServe ? '`serve`: ' : ''
  const listed = choices === undefined ? '' : `: ${choices.map((choice) => `\`${choice}\``).join(', ')}`
  const more = page === undefined ? '' : `; see [${folder}${page}](${folder}${page})`
  const text = `${isTurnedOff(key) && folder === '' ? 'false: ' : ''}${help}${listed}${tip === undefined ? '' : `; ${tip}`}`
  return `${only}${text.replace(/(?<!`)--[a-z-]+[a-z](?![a-z`])/g, '`$&`')}${more.replace(/; see \[configuration.md\].*/, '')}`
}

function values(key: OptionKey): string {
  return key === 'option' ? 'keys and values' : described(valueSchema(key))
}

function described(schema: JsonSchema): string {
  const {
    type,
    enum: choices,
    anyOf,
    items,
  } = schema as {
    readonly type?: string
    readonly enum?: readonly unknown[]
    readonly anyOf?: readonly JsonSchema[]
    readonly items?: JsonSchema
  }
  if (choices !== undefined) return 'one of those listed'
  if (anyOf !== undefined) return anyOf.map(described).join(' or ')
  if (type === 'array') return `list of ${described(items ?? {}).replace(/^number/, 'numbers')}`
  if (type === 'boolean') return 'true or false'
  if (type === 'string') return 'text'
  if (type === 'null') return 'null'
  return `${type === 'integer' ? 'whole number' : 'number'}${range(schema)}`
}

function range({ minimum, exclusiveMinimum, maximum }: JsonSchema): string {
  const most = maximum === undefined ? '' : ` up to ${maximum}`
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}${most}`
  return minimum === undefined ? most : most === '' ? ` from ${minimum} on` : ` from ${minimum} to ${maximum}`
}
