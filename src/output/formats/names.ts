import { ownValue } from '../../core/own-value.js'

/** The formats of a transcript. */
export const FORMAT_NAMES = ['lines', 'jsonl', 'srt', 'vtt', 'txt', 'tsv', 'csv'] as const

/** The name of a format. */
export type FormatName = (typeof FORMAT_NAMES)[number]

/** What the names of files say. */
const EXTENSIONS: Readonly<Record<string, FormatName>> = {
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  srt: 'srt',
  vtt: 'vtt',
  txt: 'txt',
  tsv: 'tsv',
  csv: 'csv',
}

/** The format that the name of a file asks for; null: none. */
export function formatOfPath(path: string): FormatName | null {
  const [, extension = ''] = /[^/\\.]\.([a-z]+)$/i.exec(path) ?? []
  return ownValue(EXTENSIONS, extension.toLowerCase()) ?? null
}
