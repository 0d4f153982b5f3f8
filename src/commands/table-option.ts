import { Option } from 'commander'
import { numberOf, OPTION_GROUPS, OPTION_TABLE, type OptionKey } from '../config/option-table.js'
import { UsageError } from '../core/errors.js'

/** An option of the command line that is made from a row of the table. */
export class TableOption extends Option {
  /**
   * @param key the row
   * @param isOfServe whether it is an option of `asr-stream serve`, some of whose defaults are its own
   */
  constructor(
    readonly key: OptionKey,
    isOfServe = false,
  ) {
    const { flag, group, isHidden = false, reads } = OPTION_TABLE[key]
    super(flag, helpOf(key, isOfServe))
    this.helpGroup(`${OPTION_GROUPS[group]}:`).hideHelp(isHidden)
    if (!flag.includes('<')) return
    if (reads === 'item') this.argParser(append)
    else this.argParser(reads === 'number' ? numberOf : asText)
  }
}

/** The options of a command that are made from the table. */
export function tableOptions(options: readonly Option[]): readonly TableOption[] {
  return options.filter((option): option is TableOption => option instanceof TableOption)
}

/** What it does, what it may be, and its default. */
function helpOf(key: OptionKey, isOfServe: boolean): string {
  const { help, choices, shownDefault } = OPTION_TABLE[key]
  const standard = shownDefault ?? defaultOf(key, isOfServe)
  return `${help}${choices === undefined ? '' : `: ${choices.join(', ')}`}${standard === '' ? '' : ` (default: ${standard})`}`
}

/** Shown only: what is not given is left out, so that the configuration's own defaults hold. */
function defaultOf(key: OptionKey, isOfServe: boolean): string {
  const { default: usual, serveDefault = usual } = OPTION_TABLE[key]
  const standard = isOfServe ? serveDefault : usual
  return typeof standard === 'number' || typeof standard === 'string' ? String(standard) : ''
}

/** The next option is no value: one was forgotten. */
function asText(text: string): string {
  if (!text.startsWith('--')) return text
  throw new UsageError(`"${text}" is given where a value is expected`, { hint: 'give the value after its option' })
}

function append(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, asText(value)]
}
