/** A stretch of recognized text. */
export interface TimedText {
  /** Seconds from the start of the audio. */
  readonly begin: number
  readonly end: number
  readonly text: string
  readonly probability?: number
}

/** What was recognized: words with their own times, or longer stretches of text. */
export interface Texts {
  readonly texts: readonly TimedText[]
  /** Whether each text is a word with times from the model. */
  readonly areWords: boolean
}

/** Scripts that are written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/**
 * Words of a text, each with the space before it. Where a script has no spaces, words are those that Unicode's rules and
 * dictionaries find; punctuation stays with the word before it.
 */
export function wordsOfText(text: string): readonly string[] {
  return text
    .split(/\s+/u)
    .filter((part) => part !== '')
    .flatMap((part) => (UNSPACED.test(part) ? segmented(part) : [` ${part}`]))
}

/** A word, or the words of a stretch without spaces with its time shared out among them by their letters. */
export function splitUnspaced(word: TimedText): readonly TimedText[] {
  if (!UNSPACED.test(word.text)) return [word]
  const parts = wordsOfText(word.text)
  const letters = parts.reduce((sum, part) => sum + part.length, 0)
  let before = 0
  return parts.map((text) => {
    const at = (count: number) => word.begin + ((word.end - word.begin) * count) / letters
    const begin = at(before)
    before += text.length
    return { ...word, text, begin, end: at(before) }
  })
}

function segmented(text: string): string[] {
  const words: string[] = []
  for (const { segment, isWordLike } of new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text)) {
    if (isWordLike || words.length === 0) words.push(segment)
    else words[words.length - 1] += segment
  }
  return words
}

/**
 * Words in order of time inside the audio. A word that begins after the end of the audio was not in it.
 *
 * @param seconds length of the audio
 */
export function insideAudio(words: readonly TimedText[], seconds: number): readonly TimedText[] {
  const kept: TimedText[] = []
  let before = 0
  for (const word of words) {
    if (!(word.begin < seconds) || word.text.trim() === '') continue
    const begin = Math.max(before, word.begin)
    const end = Math.min(seconds, Math.max(begin, Number.isFinite(word.end) ? word.end : begin))
    kept.push({ ...word, begin: Math.min(begin, end), end })
    before = kept.at(-1)!.begin
  }
  return kept
}
