import stringWidth from 'string-width'

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** The columns that a text takes: 2 for a character of East Asia, 0 for marks above and below others. */
export function widthOf(text: string): number {
  return stringWidth(text)
}

/** The characters of a text as people see them. */
export function charactersOf(text: string): readonly string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment)
}
