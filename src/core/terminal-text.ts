/**
 * What can move the cursor, color, ring, set titles or reorder what is read: control characters of ASCII and C1, line and
 * paragraph separators, embeddings, overrides and isolates of direction. Marks of direction, which Hebrew and Arabic use, are
 * harmless. Source: Unicode, UAX 9; CVE-2021-42574.
 */
const DANGEROUS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/**
 * A text of somebody else as it may be shown on a terminal: in one line, and what a terminal or a reader would take for more
 * than text becomes visible, such as `\x1b`. Names of files, words of plugins and answers of servers come from anywhere.
 */
export function terminalText(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ').replace(DANGEROUS, escaped)
}

function escaped(character: string): string {
  if (character === '\t') return ' '
  const code = character.charCodeAt(0)
  const digits = code.toString(16)
  // JSON escapes those below a space itself; what it lets through becomes the same character for whoever reads JSON.
  return code < 0x20 ? `\\x${digits.padStart(2, '0')}` : `\\u${digits.padStart(4, '0')}`
}
