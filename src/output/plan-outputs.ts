import { UsageError } from '../core/errors.js'
import { ownValue } from '../core/own-value.js'
import { FORMAT_NAMES, type FormatName, formatOfPath } from './formats/names.js'

/** Stands for standard output. */
export const STANDARD_OUTPUT = '-'

/** Where a text goes, and in which form. */
export interface PlannedOutput {
  /** Path; "-" is standard output. */
  readonly path: string
  readonly format: FormatName
}

/** What names of files mean elsewhere, and what there is here instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  json: 'write JSON Lines to a name that ends in .jsonl',
  ass: 'subtitles are written as .srt or .vtt',
  ssa: 'subtitles are written as .srt or .vtt',
  ttml: 'subtitles are written as .srt or .vtt',
  sbv: 'subtitles are written as .srt or .vtt',
  lrc: 'subtitles are written as .srt or .vtt',
  docx: 'text is written as .txt',
  xlsx: 'tables are written as .csv or .tsv',
}

/**
 * Which texts are written. A format that is given is that of the only output, or of those of several whose names do not say
 * theirs; lines, where nothing says it.
 *
 * @param paths as `--output` has them
 * @param format as `--format` has it
 * @throws UsageError for a format that has no effect, a name of another format, and standard output that is given twice
 */
export function planOutputs(paths: readonly string[], format: FormatName | undefined): readonly PlannedOutput[] {
  if (paths.filter((path) => path === STANDARD_OUTPUT).length > 1) {
    throw new UsageError('--output gives standard output twice', { hint: 'leave one of them out' })
  }
  if (paths.length === 0) return [{ path: STANDARD_OUTPUT, format: format ?? 'lines' }]
  if (format !== undefined && paths.length > 1 && paths.every((path) => formatOfPath(path) !== null)) {
    throw new UsageError(`--format ${format} has no effect: the names of all outputs say their formats`, {
      hint: 'leave it out, or give one output only',
    })
  }
  return paths.map((path) => ({ path, format: formatFor(path, format, paths.length === 1) }))
}

function formatFor(path: string, format: FormatName | undefined, isOnly: boolean): FormatName {
  if (format !== undefined && isOnly) return format
  const own = formatOfPath(path) ?? format
  if (own !== undefined) return own
  const extension = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''
  const instead = ownValue(ELSEWHERE, extension)
  if (instead === undefined) return 'lines'
  throw new UsageError(`there is no format for ${path}`, {
    hint: `${instead}; --format ${FORMAT_NAMES[0]} writes lines to any name`,
  })
}
