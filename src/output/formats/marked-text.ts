import type { Segment } from '../../core/types.js'

/** What is said of a word: without the marks and spaces around it. */
const SAID = /[\p{L}\p{N}](?:.*[\p{L}\p{N}\p{M}])?/su

/**
 * The text of a segment with its doubtful words in brackets and with a question mark, as those who transcribe by hand write
 * them: "ask what your [country?] can do". Without such words it is the text as it stands.
 */
export function markedText({ text, words = [] }: Pick<Segment, 'text'> & Partial<Pick<Segment, 'words'>>): string {
  let marked = ''
  let at = 0
  for (const word of words) {
    // Processors of others may join their words as they like: a word that is not in the text has no mark.
    const whole = word.text.trim()
    const begin = text.indexOf(whole, at)
    if (whole === '' || begin === -1) continue
    const said = word.isDoubtful ? SAID.exec(whole) : null
    const shown = said ? `${whole.slice(0, said.index)}[${said[0]}?]${whole.slice(said.index + said[0].length)}` : whole
    marked += text.slice(at, begin) + shown
    at = begin + whole.length
  }
  return marked + text.slice(at)
}
