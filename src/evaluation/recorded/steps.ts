import type { GapEvent, TextFinalEvent } from '../../core/events.js'
import type { Segment } from '../../core/types.js'
import type { RecordedHypothesis, RecordedRun } from './run-file.js'

/** One update of a recorded run. */
export interface RunStep {
  /** Seconds of audio that had been taken. */
  readonly takenSec: number
  /** Seconds after the start of the run at which it was done. */
  readonly clockSec: number
  readonly hypotheses: readonly RecordedHypothesis[]
  readonly finals: readonly TextFinalEvent[]
  /** What may still change after it; null: nothing. */
  readonly partial: Segment | null
  readonly gaps: readonly GapEvent[]
  /** Ends of utterances. */
  readonly utteranceEnds: readonly number[]
}

/** The updates of a run, in order; those in which nothing happened are left out. */
export function stepsOf({ records }: RecordedRun): readonly RunStep[] {
  const steps: RunStep[] = []
  let takenSec = 0
  let partial: Segment | null = null
  let open = emptyStep(0)
  const close = () => {
    const { hypotheses, finals, gaps, utteranceEnds } = open
    if (hypotheses.length + finals.length + gaps.length + utteranceEnds.length > 0) steps.push({ ...open, partial })
    open = emptyStep(takenSec)
  }
  for (const record of records) {
    if (record.type === 'progress') {
      if (record.takenSec <= takenSec) continue
      takenSec = record.takenSec
      close()
      continue
    }
    if (record.type === 'text-partial') partial = record.segment
    open.clockSec = record.clockSec
    if (record.type === 'hypothesis') open.hypotheses.push(record)
    else if (record.type === 'text-final') open.finals.push(record)
    else if (record.type === 'gap') open.gaps.push(record)
    else if (record.type === 'utterance-end') open.utteranceEnds.push(record.at)
  }
  close()
  return steps
}

function emptyStep(takenSec: number) {
  return {
    takenSec,
    clockSec: 0,
    hypotheses: [] as RecordedHypothesis[],
    finals: [] as TextFinalEvent[],
    gaps: [] as GapEvent[],
    utteranceEnds: [] as number[],
  }
}

/** Updates for people: what was heard, what is final, what may change, what was cut. */
export function stepLines(run: RecordedRun): readonly string[] {
  const { separator } = run.head
  let bufferFrom: number | null = null
  return stepsOf(run).flatMap((step, index) => {
    const lines = [`update ${index + 1}, ${time(step.takenSec)} of audio taken`]
    const say = (what: string, text: string) => lines.push(`  ${what.padEnd(9)} ${text}`)
    for (const { fromSec, audioSec, words, ended } of step.hypotheses) {
      if (fromSec !== null) {
        if (bufferFrom !== null && fromSec > bufferFrom) say('cut', `${time(bufferFrom)} to ${time(fromSec)}`)
        bufferFrom = fromSec
        say('audio', `${time(fromSec)} to ${time(fromSec + audioSec)}`)
      } else say('audio', `${time(audioSec)} long`)
      const end = ended === null ? '' : ` (ended: ${ended})`
      say(
        'heard',
        `${
          words
            .map(({ text }) => text)
            .join(separator)
            .trim() || 'nothing'
        }${end}`,
      )
    }
    for (const { segment } of step.finals) {
      say('final', `${segment.text.trim()} (${time(segment.begin)} to ${time(segment.end)})`)
    }
    if (step.partial !== null) say('partial', step.partial.text.trim())
    for (const gap of step.gaps) say('gap', `${time(gap.begin)} to ${time(gap.end)}: ${gap.reason}`)
    for (const at of step.utteranceEnds) say('utterance', `ends at ${time(at)}`)
    return [...lines, '']
  })
}

function time(seconds: number): string {
  return `${seconds.toFixed(2)} s`
}
