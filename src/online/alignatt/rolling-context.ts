import type { Word } from '../../core/types.js'

/** The context has as many characters as the prompt of LocalAgreement. */
const CONTEXT_CHARACTERS = 200
/** The rest of a word, or of a character, at the start of a text. Longer runs without spaces are of languages without. */
const CUT_WORD = /^(?:\S{0,40}(?=\s)|[\uDC00-\uDFFF])/

/**
 * The last whole words of a text and what follows it, 200 characters at most.
 * @param separator joins the words, as `ASRBase.sep`
 */
export function contextFollowedBy(text: string, words: readonly Word[], separator: string): string {
  const context = text + words.map((word) => word.text).join(separator)
  return context.length > CONTEXT_CHARACTERS ? context.slice(-CONTEXT_CHARACTERS).replace(CUT_WORD, '') : context
}
