/** A word of a reference with its time in seconds. */
export interface SpokenWord {
  readonly word: string
  readonly start: number
  readonly end: number
}

/** A stretch of a reference with its time in seconds. */
export interface SpokenUtterance {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** What is said in a recording. */
export interface Spoken {
  /** Code of the language; null: not known. */
  readonly language: string | null
  readonly text: string
  /** Words with times; empty where there are none. */
  readonly words: readonly SpokenWord[]
  /** Utterances with times, in order; empty where there are none. */
  readonly utterances: readonly SpokenUtterance[]
}

/** A pause of so many seconds ends an utterance. */
const PAUSE_SEC = 1

/** The utterances of timed words: up to the end of a sentence, or to a pause. */
export function utterancesOf(words: readonly SpokenWord[]): readonly SpokenUtterance[] {
  const utterances: SpokenUtterance[] = []
  let from = 0
  words.forEach(({ word, end }, index) => {
    const next = words[index + 1]
    const isOver = next === undefined || next.start - end >= PAUSE_SEC || /[.?!。？！]["'”’)]*$/.test(word)
    if (!isOver) return
    const own = words.slice(from, index + 1)
    utterances.push({ text: own.map((one) => one.word).join(' '), start: own[0]?.start ?? end, end })
    from = index + 1
  })
  return utterances
}

/** Languages that are written without spaces between words; their errors are counted by characters. */
const WITHOUT_SPACES = new Set(['zh', 'yue', 'ja', 'th', 'lo', 'my', 'km', 'bo'])

/** Whether words of a language are told apart by spaces. */
export function hasSpaces(language: string | null): boolean {
  return language === null || !WITHOUT_SPACES.has(language.toLowerCase().replace(/[-_].*$/, ''))
}
