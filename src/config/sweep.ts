import { UsageError } from '../core/errors.js'
import { flagOf, snakeCase } from './option-names.js'
import { CONFIG_KEYS, findOption, numberOf, OPTION_TABLE, type OptionKey } from './option-table.js'

/** One of the settings that are tried. */
export interface SweptSetting {
  /** Such as "min-chunk-size=0.5 policy=alignatt"; empty where nothing is swept. */
  readonly name: string
  /** The values of the options that are swept, by their keys. */
  readonly values: Readonly<Record<string, unknown>>
}

/** More settings are not tried at once: somebody would wait for days. */
const MAX_SETTINGS = 500

/**
 * All combinations of the values of options: "min-chunk-size=0.5,1" and "policy=local-agreement,alignatt" are four settings.
 *
 * @param sweeps each as OPTION=VALUE,VALUE
 * @throws UsageError when that is not its form, or there is no such option
 */
export function sweptSettings(sweeps: readonly string[]): readonly SweptSetting[] {
  const axes = sweeps.map(axisOf)
  const twice = axes.find(({ key }, index) => axes.findIndex((one) => one.key === key) < index)
  if (twice !== undefined) {
    throw new UsageError(`--sweep ${twice.label} is given twice`, { hint: 'give all its values at once, with commas' })
  }
  const count = axes.reduce((product, { values }) => product * values.length, 1)
  if (count > MAX_SETTINGS) {
    throw new UsageError(`--sweep makes ${count} settings, more than ${MAX_SETTINGS}`, { hint: 'give fewer values' })
  }
  return axes.reduce<readonly SweptSetting[]>(
    (settings, { key, label, values }) =>
      settings.flatMap((setting) =>
        values.map(([text, value]) => ({
          name: `${setting.name} ${label}=${text}`.trim(),
          values: { ...setting.values, [key]: value },
        })),
      ),
    [{ name: '', values: {} }],
  )
}

interface Axis {
  readonly key: OptionKey
  readonly label: string
  readonly values: readonly (readonly [text: string, value: unknown])[]
}

function axisOf(sweep: string): Axis {
  const [, written, list] = /^(?:--)?([^=]+)=(.+)$/s.exec(sweep) ?? []
  if (written === undefined || list === undefined) {
    throw new UsageError(`--sweep "${sweep}" gives no values`, { hint: 'write --sweep min-chunk-size=0.5,1' })
  }
  const key = findOption(written.trim())
  if (key === undefined || !CONFIG_KEYS.some((known) => known === key) || OPTION_TABLE[key].reads === 'item') {
    throw new UsageError(`--sweep cannot vary "${written}"`, {
      hint: 'give an option of recognition or streaming; see asr-stream --help',
      code: 'ASR_OPTION_UNKNOWN',
      details: { option: written },
    })
  }
  const values = list.split(',').map((text) => [text.trim(), readValue(key, text.trim())] as const)
  const again = values.find(([, value], index) => values.findIndex(([, one]) => one === value) < index)
  if (again !== undefined) {
    throw new UsageError(`--sweep "${sweep}" has ${again[0]} twice`, { hint: 'give each value once' })
  }
  return { key, label: snakeCase(key).replaceAll('_', '-'), values }
}

function readValue(key: OptionKey, text: string): unknown {
  const { flag, reads } = OPTION_TABLE[key]
  if (flag.includes('<')) return reads === 'number' ? numberOf(text) : text
  if (text === 'true' || text === 'false') return text === 'true'
  throw new UsageError(`--sweep ${flagOf(key)}: "${text}" is neither true nor false`, {
    hint: 'give true, false or both',
  })
}
