/** Letters that compatibility decomposition leaves whole, with what Whisper writes for them. */
const ADDITIONAL_DIACRITICS: ReadonlyMap<string, string> = new Map([
  ['œ', 'oe'],
  ['Œ', 'OE'],
  ['ø', 'o'],
  ['Ø', 'O'],
  ['æ', 'ae'],
  ['Æ', 'AE'],
  ['ß', 'ss'],
  ['ẞ', 'SS'],
  ['đ', 'd'],
  ['Đ', 'D'],
  ['ð', 'd'],
  ['Ð', 'D'],
  ['þ', 'th'],
  ['Þ', 'th'],
  ['ł', 'l'],
  ['Ł', 'L'],
])

/**
 * Symbols, punctuation and marks as spaces, without diacritics.
 *
 * Ref: openai-whisper whisper/normalizers/basic.py remove_symbols_and_diacritics.
 *
 * @param keep characters that stay
 */
export function withoutSymbolsAndDiacritics(text: string, keep = ''): string {
  return text.normalize('NFKD').replace(/[\p{M}\p{S}\p{P}œŒøØæÆßẞđĐðÐþÞłŁ]/gu, (character) => {
    if (keep.includes(character)) return character
    return ADDITIONAL_DIACRITICS.get(character) ?? (/\p{Mn}/u.test(character) ? '' : ' ')
  })
}

/** Symbols, punctuation and marks as spaces. Ref: openai-whisper whisper/normalizers/basic.py remove_symbols. */
export function withoutSymbols(text: string): string {
  return text.normalize('NFKC').replace(/[\p{M}\p{S}\p{P}]/gu, ' ')
}
