import { UsageError } from '../core/errors.js'
import { MAX_TERM_LENGTH } from './options/choices.js'
import type { ASRConfig } from './options/table.js'
import { readTextFile } from './text-file.js'

const MAX_TERMS = 10_000
const FORM = 'write one term a line, in UTF-8'
const TERMS = { name: 'file of terms', form: FORM, ifLarge: 'keep the terms that are likely to be said' }

/**
 * The names and terms that a configuration wants favored: those of the file `keyterms`, where blank lines and lines that
 * begin with "#" do not count, and `hotwords`. Each is there once, without spaces around it.
 *
 * @throws UsageError when the file cannot be read, is larger than 1 MB or no UTF-8, for a term of more than 100 characters,
 *   and for more than 10 000 terms
 */
export async function readKeyTerms({
  keyterms,
  hotwords,
}: Pick<ASRConfig, 'keyterms' | 'hotwords'>): Promise<readonly string[]> {
  const listed = keyterms === null ? [] : termsIn(await readTextFile(keyterms, TERMS), keyterms)
  return [...new Set([...listed, ...hotwords.map((term) => term.trim())])]
}

function termsIn(text: string, path: string): readonly string[] {
  const terms: string[] = []
  for (const [at, line] of text.split(/\r\n|[\r\n]/).entries()) {
    const term = line.trim()
    if (term === '' || term.startsWith('#')) continue
    const length = [...term].length
    if (length > MAX_TERM_LENGTH) {
      const what = `line ${at + 1} of the file of terms ${path} is too long`
      throw new UsageError(`${what}: ${length} characters, at most ${MAX_TERM_LENGTH}`, { hint: FORM })
    }
    terms.push(term)
  }
  if (terms.length > MAX_TERMS) {
    throw new UsageError(`the file of terms ${path} has ${terms.length} terms, at most ${MAX_TERMS} are possible`, {
      hint: 'keep the terms that are likely to be said',
    })
  }
  return terms
}
