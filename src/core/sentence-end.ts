/** Whether a word is the last of a sentence, by its mark. */
export const ENDS_SENTENCE = /[.!?…。！？]["'”’)\]]*\s*$/u
