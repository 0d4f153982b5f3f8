import type { Word } from '../../core/types.js'
import { basic } from '../normalizers/basic.js'
import type { RecordedRun } from './run-file.js'
import { type RunStep, stepsOf } from './steps.js'

/** A word is looked for as near as this in other hypotheses. */
const NEAR_SEC = 0.6

/** Why a word came when it came, in sentences. */
export function explainAt(run: RecordedRun, atSec: number): readonly string[] {
  const steps = stepsOf(run)
  const found = finalWordAt(steps, atSec)
  if (found === null) return [`There is no final word near ${time(atSec)}.`, ...gapsAt(steps, atSec)]
  const { word, stepIndex, emittedAt } = found
  const name = `"${word.text.trim()}"`
  const sentences = [
    `${name} was said from ${time(word.begin)} to ${time(word.end)}, and became final at ${time(emittedAt)}, ${time(emittedAt - word.end)} after its end.`,
  ]
  const sawIt = steps
    .slice(0, stepIndex + 1)
    .flatMap((step, index) =>
      step.hypotheses
        .filter(
          ({ fromSec, audioSec }) => fromSec === null || (fromSec <= word.begin && fromSec + audioSec >= word.begin),
        )
        .map((hypothesis) => ({ index, step, hypothesis, heard: wordsNear(hypothesis.words, word) })),
    )
  for (const { index, step, heard, hypothesis } of sawIt) {
    const texts = heard.map(({ text }) => `"${text.trim()}"`).join(' ')
    const same = heard.some((one) => basic(one.text) === basic(word.text))
    const until =
      hypothesis.fromSec === null ? '' : `, with audio up to ${time(hypothesis.fromSec + hypothesis.audioSec)},`
    if (heard.length === 0)
      sentences.push(`Update ${index + 1}, at ${time(step.takenSec)}${until} heard nothing there yet.`)
    else if (same) sentences.push(`Update ${index + 1}, at ${time(step.takenSec)}${until} heard ${name} there.`)
    else sentences.push(`Update ${index + 1}, at ${time(step.takenSec)}${until} heard ${texts} there, which disagrees.`)
  }
  if (sawIt.length === 0) sentences.push('No recorded hypothesis has audio of it: the backend decides by itself.')
  sentences.push(...reason(run, steps, stepIndex, word, sawIt.length), ...cutAfter(steps, stepIndex, word))
  return sentences
}

function reason(
  { head }: RecordedRun,
  steps: readonly RunStep[],
  stepIndex: number,
  word: Word,
  seen: number,
): readonly string[] {
  const step = steps[stepIndex]
  if (step === undefined || seen === 0) return []
  const last = step.hypotheses.at(-1)
  if (head.config.policy === 'alignatt') {
    return [
      `AlignAtt makes a word final in the first update in which the model looks far enough before the end of the audio (${last?.ended ?? 'unknown'} ended that update).`,
    ]
  }
  if (stepIndex === steps.length - 1 && step.partial === null) {
    return ['It is in the last update: at the end of the audio all that was heard becomes final.']
  }
  const before = steps.slice(0, stepIndex).findLast(({ hypotheses }) => hypotheses.length > 0)
  const agreed = before?.hypotheses.some(({ words }) =>
    wordsNear(words, word).some((one) => basic(one.text) === basic(word.text)),
  )
  return [
    agreed
      ? `LocalAgreement made it final in update ${stepIndex + 1}: that update and the one before it agree on it and on all before it.`
      : `It became final in update ${stepIndex + 1} without two updates that agree on it by its time: an utterance ended there, or its time moved.`,
  ]
}

function cutAfter(steps: readonly RunStep[], stepIndex: number, word: Word): readonly string[] {
  const later = steps.findIndex(
    ({ hypotheses }, index) =>
      index >= stepIndex && hypotheses.some(({ fromSec }) => fromSec !== null && fromSec >= word.end),
  )
  const step = steps[later]
  return step === undefined
    ? []
    : [`Its audio was cut from the buffer before update ${later + 1}, at ${time(step.takenSec)}.`]
}

function finalWordAt(steps: readonly RunStep[], atSec: number) {
  let best: { readonly word: Word; readonly stepIndex: number; readonly emittedAt: number } | null = null
  for (const [stepIndex, { finals }] of steps.entries()) {
    for (const { segment, emittedAt } of finals) {
      for (const word of segment.words) {
        if (basic(word.text) === '') continue
        if (best === null || distance(word, atSec) < distance(best.word, atSec)) best = { word, stepIndex, emittedAt }
      }
    }
  }
  return best !== null && distance(best.word, atSec) <= 1 ? best : null
}

function distance({ begin, end }: Word, atSec: number): number {
  return Math.max(0, begin - atSec, atSec - end)
}

/** Words at the place of a word. */
function wordsNear(words: readonly Word[], { begin, end, text }: Word): readonly Word[] {
  const near = words.filter((one) => one.begin < end + NEAR_SEC && one.end > begin - NEAR_SEC)
  const same = near.filter((one) => basic(one.text) === basic(text))
  return same.length > 0 ? same : words.filter((one) => one.begin < end && one.end > begin)
}

function gapsAt(steps: readonly RunStep[], atSec: number): readonly string[] {
  return steps.flatMap(({ gaps }) =>
    gaps
      .filter(({ begin, end }) => begin <= atSec && atSec <= end)
      .map(({ begin, end, reason: why }) => `Audio from ${time(begin)} to ${time(end)} was left out: ${why}.`),
  )
}

function time(seconds: number): string {
  return `${seconds.toFixed(2)} s`
}
