import { SAMPLE_RATE } from '../../../core/sample-rate.js'
import type { PrefixResult, PrefixWord } from '../../../core/types.js'
import { attendedPosition, beginPositions } from '../attention/alignment.js'
import type { PrefixDecodingResult } from '../decoding/alignatt-decoding.js'
import type { ConfidenceMap } from '../model/model.js'
import type { WhisperTokenizer } from '../model/tokenizer.js'
import { wordConfidence } from './confidence.js'
import { isMark, type LoudFrames, loudFrames, loudSeconds, withoutSilence } from './energy.js'
import { mayLackWords, withLateBegin, withoutLead } from './skipped-speech.js'
import { monotonic, POSITION_SEC } from './timing.js'
import { groupWords, PUNCTUATION, type TokenWord, WITHOUT_SPACES } from './words.js'

/** What there is to read: the tokens after a prefix, and the audio that they are about. */
export interface DecodedPrefix {
  readonly decoded: PrefixDecodingResult
  readonly prefixTokens: number
  /** Mono, 16 kHz. */
  readonly audio: Float32Array
  /** Encoder positions of the window, padding included. */
  readonly positions: number
  readonly fromSec: number
  readonly untilSec: number
  readonly language: string | null
  /** What probabilities mean; absent: as for most models. */
  readonly confidenceMap?: ConfidenceMap | undefined
}

/** The whole words after a prefix, with times. */
export function readPrefixResult(window: DecodedPrefix, tokenizer: WhisperTokenizer): PrefixResult {
  const { decoded, audio, fromSec, untilSec } = window
  const grouped = wholeWords(window, tokenizer)
  const loud = loudFrames(audio)
  const words = grouped.length === 0 ? [] : timed(grouped, window, loud, tokenizer)
  const textEnd = Math.max(fromSec, words.at(-1)?.end ?? 0)
  const skippedSpeechSec = loudSeconds(loud, textEnd, Math.min(untilSec, audio.length / SAMPLE_RATE))
  return { words, ended: decoded.ended, skippedSpeechSec, mayLackWords: mayLackWords(words, loud, fromSec) }
}

type UntimedWord = TokenWord & { readonly tokens: readonly number[] }

/** Groups tokens to words and leaves out the last one where the next token may still belong to it. */
function wholeWords(
  { decoded, untilSec, language }: DecodedPrefix,
  tokenizer: WhisperTokenizer,
): readonly UntimedWord[] {
  const { tokens, next, ended } = decoded
  const wordsOf = (known: readonly number[]) =>
    groupWords(
      known.map((token) => tokenizer.bytes(token)),
      language,
    ).map((word) => ({ ...word, tokens: known.slice(word.from, word.to) }))
  const isOpen = ended === 'attention' && untilSec !== Number.POSITIVE_INFINITY && next !== null
  if (!isOpen) return wordsOf(tokens)
  // Without spaces what follows says where a word ends: "判" is whole before "を", and half of one before "断".
  const isTold = WITHOUT_SPACES.has(language ?? '') && !tokenizer.decode([next]).includes(HALF_CHARACTER)
  if (isTold) return wordsOf([...tokens, next]).filter(({ to }) => to <= tokens.length)
  return beginsWord(next, tokenizer) ? wordsOf(tokens) : wordsOf(tokens).slice(0, -1)
}

/** What the start of a character decodes to. */
const HALF_CHARACTER = '\uFFFD'

/** Punctuation belongs to the word before it, but that word will not become another one. */
function beginsWord(token: number, tokenizer: WhisperTokenizer): boolean {
  const text = tokenizer.decode([token])
  return !text.includes(HALF_CHARACTER) && (text.startsWith(' ') || PUNCTUATION.test(text))
}

function timed(
  words: readonly UntimedWord[],
  window: DecodedPrefix,
  loud: LoudFrames,
  tokenizer: WhisperTokenizer,
): readonly PrefixWord[] {
  const { decoded, prefixTokens, audio, positions, fromSec, confidenceMap } = window
  const durationSec = audio.length / SAMPLE_RATE
  const audioPositions = Math.ceil(durationSec / POSITION_SEC)
  const begins = beginPositions(decoded.attention, positions, audioPositions)
  const at = (token: number) => (begins[prefixTokens + token] ?? durationSec / POSITION_SEC) * POSITION_SEC
  const spans = words.map(({ text, from, to, tokens }) => {
    const probabilities = decoded.probabilities.slice(from, to)
    return {
      text,
      tokens,
      begin: Math.max(fromSec, at(from)),
      end: Math.max(fromSec, at(to)),
      probability: mean(probabilities),
      confidence: wordConfidence(tokens, probabilities, tokenizer, confidenceMap),
    }
  })
  const attendedSec = (word: number) => {
    const row = decoded.attention[prefixTokens + words[word]!.from]
    return row ? attendedPosition(row, positions, audioPositions) * POSITION_SEC : 0
  }
  const placed = withLateBegin(spans, loud, attendedSec(0))
  const sounding = withoutLead(withoutSilence(placed, audio, fromSec), attendedSec)
  return monotonic(withSignWhereItGoesOn(sounding), durationSec)
}

/** A sign that ends what was said before is told with what comes behind the pause: attention for it is anywhere. */
function withSignWhereItGoesOn(words: readonly PrefixWord[]): readonly PrefixWord[] {
  const [first, next] = words
  if (!first || !next || !isMark(first)) return words
  return words.with(0, { ...first, begin: next.begin, end: next.begin })
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
