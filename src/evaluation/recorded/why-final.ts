import { ownValue } from '../../core/own-value.js'
import type { Word } from '../../core/types.js'
import { basic } from '../normalizers/basic.js'
import type { RecordedRun } from './run-file.js'
import type { RunStep } from './steps.js'
import { isSame, wordsNear } from './word-places.js'

const LAST = 'It is in the last update: at the end of the audio all that was heard becomes final.'
/** Seconds of a frame of the encoder. */
const FRAME_SEC = 0.02
/** Why decoding with AlignAtt ends. */
const ENDS: Readonly<Record<string, string>> = {
  attention: 'it had come so near to the end of the audio',
  text: 'it had nothing more to say',
  silence: 'there was silence',
  stuck: 'it went round in circles',
}

/** Why a word became final in one update, and not in an earlier one. */
export function whyFinal(
  { head: { config }, records }: RecordedRun,
  steps: readonly RunStep[],
  word: Word,
  stepIndex: number,
): readonly string[] {
  const step = steps[stepIndex]
  if (step === undefined) return []
  // A recording that was cut off has no end: its last update is one as any other.
  const isWhole = records.some(({ type }) => type === 'end')
  const isLast = isWhole && stepIndex === steps.length - 1 && step.partial === null
  if (config.policy === 'alignatt') return isLast ? [LAST] : alignAttReason(config, step)
  const held = heldBack(steps, word, stepIndex)
  if (isLast) return [...held, LAST]
  const before = steps.slice(0, stepIndex).findLastIndex(({ hypotheses }) => hypotheses.length > 0)
  return [
    ...held,
    before >= 0 && hears(steps[before], word)
      ? `LocalAgreement made it final in update ${stepIndex + 1}: that update and the one before it agree on it and on all before it.`
      : `It became final in update ${stepIndex + 1} without two updates that agree on it by its time: an utterance ended there, or its time moved.`,
  ]
}

function alignAttReason({ frameThreshold }: Readonly<Record<string, unknown>>, step: RunStep): readonly string[] {
  const frames = typeof frameThreshold === 'number' ? frameThreshold : null
  const near = frames === null ? 'the last frames' : `the last ${frames} frames (${(frames * FRAME_SEC).toFixed(2)} s)`
  const ended = ownValue(ENDS, step.hypotheses.at(-1)?.ended ?? '')
  return [
    `AlignAtt makes a word final in the first update in which the model does not look at ${near} of the audio for it.`,
    ...(ended === undefined ? [] : [`The model ended that update because ${ended}.`]),
  ]
}

/** Earlier updates in a row that heard the word, and what before it they did not agree on. */
function heldBack(steps: readonly RunStep[], word: Word, stepIndex: number): readonly string[] {
  return steps.slice(0, stepIndex).flatMap((step, index) => {
    const [before, after] = [steps[index - 1], step]
    if (!hears(before, word) || !hears(after, word)) return []
    const committed = Math.max(
      0,
      ...steps.slice(0, index).flatMap(({ finals }) => finals.map(({ segment }) => segment.end)),
    )
    const [one, other] = [open(before, committed, word), open(after, committed, word)]
    const at = one.findIndex((text, place) => basic(text) !== basic(other[place] ?? ''))
    if (at < 0) return []
    const [first, second] = [one[at], other[at] ?? 'nothing']
    return `Updates ${index} and ${index + 1} both heard it, but not the same before it: "${first}" and "${second}".`
  })
}

function hears(step: RunStep | undefined, word: Word): boolean {
  return step?.hypotheses.some(({ words }) => wordsNear(words, word).some((one) => isSame(one, word))) === true
}

/** Words of an update after what was final, up to a word. */
function open(step: RunStep | undefined, committedSec: number, word: Word): readonly string[] {
  const words = step?.hypotheses.at(-1)?.words ?? []
  const own = words.filter(({ begin, end }) => (begin + end) / 2 > committedSec && begin < word.end)
  return own.map(({ text }) => text.trim()).filter((text) => basic(text) !== '')
}
