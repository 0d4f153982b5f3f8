/** A word as words are compared: letters and digits only, in lower case. */
export function spoken(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
}
