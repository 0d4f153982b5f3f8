import { SAMPLE_RATE } from '../../core/sample-rate.js'
import { type LoudFrames, loudFrames } from '../onnx-whisper/timing/energy.js'
import { insideAudio, type TimedText, wordsOfText } from './texts.js'

/** As `loudFrames` counts. */
const FRAME_SEC = 0.01

/**
 * Times of words for models that give text alone, or text with times of long stretches.
 *
 * Words are spread over the loud parts of their audio by their letters. Agreement between updates needs more: a word must
 * keep its time when audio is appended, else the buffer is cut in the wrong places. So words that the update before had
 * too, in the same order, keep the times from there; and words that are new lie where there was no text yet, which is
 * mostly the audio that is new. The error of a word is about the time between two updates.
 */
export class CoarseTimes {
  /** Words of the last update, in seconds of the stream. */
  #known: readonly TimedText[] = []
  #position = 0

  /**
   * Gives the words of texts times.
   *
   * @param texts in order, seconds from the start of `audio`
   * @param audio mono, 16 kHz
   * @param positionSamples where `audio` begins in the stream; undefined: nothing is remembered
   */
  place(texts: readonly TimedText[], audio: Float32Array, positionSamples: number | undefined): readonly TimedText[] {
    const words = texts.flatMap(({ text, ...times }) => wordsOfText(text).map((word) => ({ ...times, text: word })))
    const known = positionSamples === undefined ? [] : this.#inAudio(audio, positionSamples)
    const seconds = audio.length / SAMPLE_RATE
    // What is said again at the end has no room behind the last word, and is said all the same.
    const latest = Math.max(0, seconds - FRAME_SEC)
    const timed = spread(words, matches(words, known), loudFrames(audio))
    const placed = insideAudio(
      timed.map((word) => ({ ...word, begin: Math.min(word.begin, latest) })),
      seconds,
    )
    if (positionSamples !== undefined) {
      const offset = positionSamples / SAMPLE_RATE
      this.#position = positionSamples
      this.#known = placed.map((word) => ({ ...word, begin: word.begin + offset, end: word.end + offset }))
    }
    return placed
  }

  /** The known words that lie in the audio, relative to it; none when the stream went back. */
  #inAudio(audio: Float32Array, positionSamples: number): readonly TimedText[] {
    if (positionSamples < this.#position) return []
    const offset = positionSamples / SAMPLE_RATE
    const end = audio.length / SAMPLE_RATE
    return this.#known
      .map((word) => ({ ...word, begin: word.begin - offset, end: word.end - offset }))
      .filter((word) => word.begin >= 0 && word.end <= end)
  }
}

/** For each word the known one that it is, by the longest common subsequence of both; null: it is new. */
function matches(words: readonly TimedText[], known: readonly TimedText[]): readonly (TimedText | null)[] {
  const [left, right] = [words.map(plain), known.map(plain)]
  const lengths = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1))
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      lengths[i]![j] =
        left[i] === right[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!)
    }
  }
  let j = 0
  return left.map((word, i) => {
    while (j < right.length && word !== right[j] && lengths[i]![j + 1] === lengths[i]![j]) j++
    return j < right.length && word === right[j] ? known[j++]! : null
  })
}

/** What stays of a word when case and punctuation change. */
function plain({ text }: TimedText): string {
  const letters = text.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '')
  return letters === '' ? text : letters
}

/** Known words where they were; each run of others over the loud audio between its neighbors. */
function spread(
  words: readonly TimedText[],
  anchors: readonly (TimedText | null)[],
  loud: LoudFrames,
): readonly TimedText[] {
  const placed: TimedText[] = []
  for (let from = 0; from < words.length; ) {
    const anchor = anchors[from]
    if (anchor) {
      placed.push({ ...words[from++]!, begin: anchor.begin, end: anchor.end })
      continue
    }
    let to = from + 1
    while (to < words.length && !anchors[to] && words[to]!.begin === words[from]!.begin) to++
    const least = placed.at(-1)?.end ?? 0
    const most = anchors.find((one, index) => index >= to && one !== null)?.begin ?? Number.POSITIVE_INFINITY
    const begin = Math.max(least, words[from]!.begin)
    placed.push(...spreadRun(words.slice(from, to), begin, Math.max(begin, Math.min(most, words[from]!.end)), loud))
    from = to
  }
  return placed
}

function spreadRun(words: readonly TimedText[], begin: number, end: number, loud: LoudFrames): TimedText[] {
  const at = timeOfShare(begin, end, loud)
  const letters = words.reduce((sum, { text }) => sum + text.length, 0)
  let before = 0
  return words.map((word) => {
    const from = at(before / letters, 'begin')
    before += word.text.length
    return { ...word, begin: from, end: Math.max(from, at(before / letters, 'end')) }
  })
}

/** A pause lies before the start of what follows it, and after the end of what it follows. */
type TimeOfShare = (share: number, edge: 'begin' | 'end') => number

/** The time by which a share of the loud audio of a stretch is over; of all its audio where nothing is loud. */
function timeOfShare(begin: number, end: number, loud: LoudFrames): TimeOfShare {
  const frames: number[] = []
  for (let frame = Math.ceil(begin / FRAME_SEC); (frame + 1) * FRAME_SEC <= end; frame++) {
    if (loud[frame]) frames.push(frame)
  }
  if (frames.length === 0) return (share) => begin + (end - begin) * share
  return (share, edge) => {
    const count = share * frames.length
    const whole = Math.max(0, Math.min(frames.length, edge === 'begin' ? Math.floor(count + 1) : Math.ceil(count)) - 1)
    return (frames[whole]! + count - whole) * FRAME_SEC
  }
}
