import type { TimedText } from './texts.js'

/** Begins a word in the vocabularies of SentencePiece. */
const WORD_BEGIN = '▁'

/** The likeliest token of each frame. */
export interface CtcPath {
  readonly tokens: readonly number[]
  /** Probabilities of those tokens. */
  readonly probabilities: readonly number[]
  readonly frameSec: number
}

/** What the tokens of a vocabulary are. */
export interface CtcVocabulary {
  /** Text of a token as the vocabulary has it. */
  token(id: number): string
  /** Whether it stands for no letter: the blank and other special tokens. */
  isSpecial(id: number): boolean
  /** Whether it stands between words. */
  isDelimiter(id: number): boolean
  /** Text of tokens, with repetitions and blanks as they come. */
  decode(ids: readonly number[]): string
}

/**
 * The words of a CTC path: a word is where its letters are, from the first frame of the first one to the last frame of
 * the last one. Ref: transformers (Python) Wav2Vec2CTCTokenizer, word offsets.
 */
export function ctcWords({ tokens, probabilities, frameSec }: CtcPath, vocabulary: CtcVocabulary): TimedText[] {
  const words: TimedText[] = []
  /** Frames of the word under way. */
  let [first, last] = [-1, -1]
  const end = () => {
    if (first < 0) return
    const frames = Array.from({ length: last + 1 - first }, (_, index) => first + index)
    const letters = frames.filter((frame) => !vocabulary.isSpecial(tokens[frame]!))
    const text = vocabulary.decode(frames.map((frame) => tokens[frame]!)).trim()
    const probability = letters.reduce((sum, frame) => sum + probabilities[frame]!, 0) / letters.length
    if (text !== '') words.push({ begin: first * frameSec, end: (last + 1) * frameSec, text: ` ${text}`, probability })
    first = -1
  }
  for (const [frame, id] of tokens.entries()) {
    if (vocabulary.isDelimiter(id)) end()
    else if (!vocabulary.isSpecial(id)) {
      const isNew = frame === 0 || tokens[frame - 1] !== id
      if (isNew && vocabulary.token(id).startsWith(WORD_BEGIN)) end()
      if (first < 0) first = frame
      last = frame
    }
  }
  end()
  return words
}

/**
 * The likeliest token of each frame, and its probability.
 *
 * @param logits frames x tokens, row by row
 */
export function bestPath(logits: Float32Array, frames: number, frameSec: number): CtcPath {
  const width = logits.length / frames
  const tokens: number[] = []
  const probabilities: number[] = []
  for (let frame = 0; frame < frames; frame++) {
    const row = logits.subarray(frame * width, (frame + 1) * width)
    let best = 0
    for (let id = 1; id < width; id++) if (row[id]! > row[best]!) best = id
    let sum = 0
    for (const logit of row) sum += Math.exp(logit - row[best]!)
    tokens.push(best)
    probabilities.push(1 / sum)
  }
  return { tokens, probabilities, frameSec }
}
