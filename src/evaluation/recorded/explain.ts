import type { Word } from '../../core/types.js'
import { basic } from '../normalizers/basic.js'
import type { RecordedHypothesis, RecordedRun } from './run-file.js'
import { type RunStep, stepsOf } from './steps.js'
import { whyFinal } from './why-final.js'
import { inSeconds, isSame, wordsNear } from './word-places.js'

/** A word of final text, and the update that made it final. */
interface FinalWord {
  readonly word: Word
  readonly stepIndex: number
  readonly emittedAt: number
}

/** Why a word came when it came, in sentences. */
export function explainAt(run: RecordedRun, atSec: number): readonly string[] {
  const steps = stepsOf(run)
  const words = finalWords(steps)
  const found = nearest(words, atSec)
  if (found === null)
    return [`There is no final word near ${inSeconds(atSec)}.`, ...range(words), ...gapsAt(steps, atSec)]
  const { word, stepIndex, emittedAt } = found
  const name = `"${word.text.trim()}"`
  const seen = hypothesesOf(word, steps.slice(0, stepIndex + 1))
  const told = `${name} was said from ${inSeconds(word.begin)} to ${inSeconds(word.end)}`
  return [
    `${told}, and became final at ${inSeconds(emittedAt)}, ${inSeconds(emittedAt - word.end)} after its end.`,
    ...seen.map(({ index, step, hypothesis }) => {
      const when = `Update ${index + 1}, at ${inSeconds(step.takenSec)}${audioOf(hypothesis)}`
      const heard = wordsNear(hypothesis.words, word)
      if (heard.length === 0) return `${when} heard nothing there yet.`
      if (heard.some((one) => isSame(one, word))) return `${when} heard ${name} there.`
      const texts = heard.map(({ text }) => text).join(run.head.separator)
      return `${when} heard "${texts.trim()}" there, which disagrees.`
    }),
    ...(seen.length === 0
      ? ['No recorded hypothesis has audio of it: the backend decides by itself.']
      : whyFinal(run, steps, word, stepIndex)),
    ...cutAfter(steps, stepIndex, word),
  ]
}

/** What was heard where a word is, update by update. */
function hypothesesOf(word: Word, steps: readonly RunStep[]) {
  return steps.flatMap((step, index) => {
    const own = step.hypotheses.filter(
      ({ fromSec, audioSec }) => fromSec === null || (fromSec <= word.begin && fromSec + audioSec >= word.begin),
    )
    const heard = own.filter(({ words }) => wordsNear(words, word).length > 0)
    // In one update more may be asked for after the word: nothing is heard there, and that says nothing.
    return (heard.length > 0 ? heard : own.slice(0, 1)).map((hypothesis) => ({ index, step, hypothesis }))
  })
}

function audioOf({ fromSec, audioSec }: RecordedHypothesis): string {
  return fromSec === null ? '' : `, with audio up to ${inSeconds(fromSec + audioSec)},`
}

function cutAfter(steps: readonly RunStep[], stepIndex: number, word: Word): readonly string[] {
  const later = steps.findIndex(
    ({ hypotheses }, index) =>
      index >= stepIndex && hypotheses.some(({ fromSec }) => fromSec !== null && fromSec >= word.end),
  )
  const step = steps[later]
  return step === undefined
    ? []
    : [`Its audio was cut from the buffer before update ${later + 1}, at ${inSeconds(step.takenSec)}.`]
}

function finalWords(steps: readonly RunStep[]): readonly FinalWord[] {
  return steps.flatMap(({ finals }, stepIndex) =>
    finals.flatMap(({ segment, emittedAt }) =>
      segment.words.filter(({ text }) => basic(text) !== '').map((word) => ({ word, stepIndex, emittedAt })),
    ),
  )
}

function nearest(words: readonly FinalWord[], atSec: number): FinalWord | null {
  const distance = ({ word: { begin, end } }: FinalWord) => Math.max(0, begin - atSec, atSec - end)
  let best: FinalWord | null = null
  for (const one of words) if (best === null || distance(one) < distance(best)) best = one
  return best !== null && distance(best) <= 1 ? best : null
}

function range(words: readonly FinalWord[]): readonly string[] {
  const [first, last] = [words[0], words.at(-1)]
  if (first === undefined || last === undefined) return ['The run has no final words.']
  return [`Final words are from ${inSeconds(first.word.begin)} to ${inSeconds(last.word.end)}.`]
}

function gapsAt(steps: readonly RunStep[], atSec: number): readonly string[] {
  return steps.flatMap(({ gaps }) =>
    gaps
      .filter(({ begin, end }) => begin <= atSec && atSec <= end)
      .map(
        ({ begin, end, reason: why }) => `Audio from ${inSeconds(begin)} to ${inSeconds(end)} was left out: ${why}.`,
      ),
  )
}
