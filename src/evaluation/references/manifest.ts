import { InputError } from '../../core/errors.js'
import type { Spoken } from '../material/spoken.js'
import { nistText } from './nist-text.js'
import { referenceLanguage } from './reference-language.js'
import { tableRows } from './table.js'

/** A recording that a manifest names, and what is said in it. */
export interface ManifestEntry {
  /** Path as the manifest has it; of STM and CTM the name of the recording, without an extension. */
  readonly audio: string
  readonly spoken: Spoken
}

const AUDIO_COLUMNS = ['file_name', 'audio', 'path', 'file', 'wav', 'audio_path', 'audio_filepath']
const TEXT_COLUMNS = ['transcription', 'text', 'sentence', 'transcript', 'normalized_text', 'reference']
const LANGUAGE_COLUMNS = ['language', 'lang', 'locale']

/** Endings of files that name recordings. */
export const MANIFEST_ENDINGS = ['.csv', '.tsv', '.stm', '.ctm'] as const

/**
 * What a manifest has: CSV as Hugging Face's metadata.csv, TSV as Common Voice has it, STM and CTM of NIST.
 *
 * @param name of the file, whose ending says what it is
 * @throws InputError when it is none of these, or broken
 */
export function readManifest(name: string, text: string): readonly ManifestEntry[] {
  if (/\.stm$/i.test(name) || /\.ctm$/i.test(name)) {
    return [...nistText(name, text)].map(([audio, spoken]) => ({ audio, spoken }))
  }
  const isCsv = /\.csv$/i.test(name)
  const [head, ...rows] = tableRows(text, isCsv ? ',' : '\t')
  if (head === undefined) throw new InputError(`${name} is empty`, { hint: 'give one line for each recording' })
  const names = head.map((cell) => cell.trim().toLowerCase())
  const at = (columns: readonly string[]) => names.findIndex((column) => columns.includes(column))
  let [audioAt, textAt] = [at(AUDIO_COLUMNS), at(TEXT_COLUMNS)]
  const languageAt = at(LANGUAGE_COLUMNS)
  // Two columns without names: audio and text.
  const isHeadless = audioAt < 0 && textAt < 0 && head.length === 2
  if (isHeadless) [audioAt, textAt] = [0, 1]
  if (audioAt < 0 || textAt < 0) {
    throw new InputError(`${name} has no column ${audioAt < 0 ? 'for audio' : 'for text'}: ${head.join(', ')}`, {
      hint: `call it ${audioAt < 0 ? AUDIO_COLUMNS.slice(0, 3).join(', ') : TEXT_COLUMNS.slice(0, 3).join(', ')}`,
    })
  }
  return (isHeadless ? [head, ...rows] : rows).map((row, index) => {
    const audio = row[audioAt]?.trim() ?? ''
    if (audio === '' || row.length <= textAt) {
      throw new InputError(`${name}, row ${index + (isHeadless ? 1 : 2)}: audio or text is missing`, {
        hint: 'give each recording a path and what is said in it',
      })
    }
    const language = referenceLanguage(row[languageAt] ?? null)
    return { audio, spoken: { language, text: row[textAt] ?? '', words: [], utterances: [] } }
  })
}
