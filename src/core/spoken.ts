/** A word as words are compared: letters and digits only, in lower case. */
export function spoken(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
}

/** The words of a text as words are compared. Recognizers give "ill-disposed" as "ill" and "-disposed". */
export function spokenWordsOf(text: string): readonly string[] {
  return text
    .split(/\s+|(?=-)/u)
    .map(spoken)
    .filter((word) => word !== '')
}
