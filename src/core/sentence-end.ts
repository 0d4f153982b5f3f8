/** Whether a text ends with a sentence, in any script; quotes and brackets may close after the mark. */
export const ENDS_SENTENCE = /[\p{Sentence_Terminal}…]["'»”’)\]」』）】》]*\s*$/u
