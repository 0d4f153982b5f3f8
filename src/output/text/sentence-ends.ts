import { ENDS_SENTENCE } from '../../core/sentence-end.js'

/** Titles and the like, whose full stop ends no sentence: a name or a number follows. */
const ABBREVIATION =
  /^["'(“«„]?(?:Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|Gen|Col|Capt|Lt|Sgt|Rev|Hon|Sen|Gov|vs|No|Nos|Nr|Mt|pp?|fig|bzw|ca|Mme|Mlle|Sra|Srta|Ing)\.$/iu
/** Initials and what is spelled with them: "J.", "U.S.", "z.B.". */
const INITIALS = /^["'(“«„]?(?:\p{L}\.)+$/u
/** An ordinal number, or a number that the model has not finished. */
const NUMBER_WITH_STOP = /^\p{Sc}?\d[\d.,]*\.$/u
/** Languages that write ordinals with a full stop: "am 3. Mai". */
const STOPS_AFTER_ORDINALS = new Set('de cs sk pl hu da no nb nn fi et lv hr sr bs sl tr is'.split(' '))

/**
 * Whether a sentence ends with a word.
 * @param word a word with its punctuation
 * @param language code; null: not known
 */
export function endsSentence(word: string, language: string | null): boolean {
  const text = word.trim()
  if (!ENDS_SENTENCE.test(text) || ABBREVIATION.test(text) || INITIALS.test(text)) return false
  return !(NUMBER_WITH_STOP.test(text) && language !== null && STOPS_AFTER_ORDINALS.has(language))
}

/** Whether a word is a title or an initial, which is not parted from the name after it. */
export function precedesName(word: string): boolean {
  const text = word.trim()
  return ABBREVIATION.test(text) || INITIALS.test(text)
}
