import type { Word } from 'asr-stream/plugin'

/** Scripts without spaces between words: each token stands for itself. */
const SPACELESS = /^\s*[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/u

/** Joins the tokens of a model to words, which bring their own spaces. A word is as probable as its tokens on average. */
export function joined(tokens: readonly Word[]): readonly Word[] {
  const groups: Word[][] = []
  for (const token of tokens) {
    const last = groups.at(-1)
    if (last && !/^\s/.test(token.text) && !SPACELESS.test(token.text)) last.push(token)
    else groups.push([token])
  }
  return groups.map((group) => ({
    begin: group[0]?.begin ?? 0,
    end: group.at(-1)?.end ?? 0,
    text: group.map(({ text }) => text).join(''),
    probability: group.reduce((sum, { probability = 0 }) => sum + probability, 0) / group.length,
  }))
}

/** Words within some seconds, none of which begins before the one before it: models place words in silence after the audio. */
export function within(words: readonly Word[], fromSec: number, toSec: number): readonly Word[] {
  let last = fromSec
  return words.map((word) => {
    last = Math.min(Math.max(word.begin, last), toSec)
    return { ...word, begin: last, end: Math.min(Math.max(word.end, last), toSec) }
  })
}
