import { SAMPLE_RATE } from '../core/sample-rate.js'
import type { ASRProcessor, Segment } from '../core/types.js'
import { wellShaped } from '../core/word-checks.js'
import type { Harness } from './harness.js'
import { RuleViolation } from './rule.js'
import { type Sound, secondsOf } from './sounds.js'

/** A processor that always has more would never come to the next audio. */
const MAX_ROUNDS = 100

/** What a processor answered, and how much audio it had then. */
export interface ProcessorAnswer {
  /** What was called, for messages. */
  readonly call: string
  /** A segment or null, if all is well. */
  readonly answer: unknown
  /** Seconds of the stream that had been handed over. */
  readonly consumedSec: number
}

/** A stream that went through a processor. */
export interface DrivenStream {
  readonly what: string
  readonly answers: readonly ProcessorAnswer[]
  /** What `unconfirmed` gave, where there is one. */
  readonly unconfirmed: readonly unknown[]
}

/** Which stream is played. */
export interface DriveOptions {
  /** Second of the stream at which the audio begins. */
  readonly offset?: number
  /** Hands over empty pieces before, between and after the others. */
  readonly withEmptyPieces?: boolean
  /** Computes less and more in turns, as with `maxLag` on a machine that is slow now and then. */
  readonly withEfforts?: boolean
}

/** What is computed usually, and the least that the program asks for. */
const EFFORTS = [
  { stepSec: 2, windowSec: 8 },
  { stepSec: 1, windowSec: 15 },
] as const

/** Plays a sound to a processor as the program does, second by second, from `init` to `finish`. */
export async function driveStream(
  processor: ASRProcessor,
  { what, audio }: Sound,
  { offset, withEmptyPieces = false, withEfforts = false }: DriveOptions = {},
): Promise<DrivenStream> {
  const answers: ProcessorAnswer[] = []
  const unconfirmed: unknown[] = []
  let consumedSec = offset ?? 0
  const update = async (piece: Float32Array) => {
    processor.insertAudioChunk(piece.slice())
    consumedSec += secondsOf(piece)
    let rounds = 0
    do {
      answers.push({ call: 'processIter', answer: await processor.processIter(), consumedSec })
      if (processor.unconfirmed) unconfirmed.push(processor.unconfirmed())
      if (rounds++ > MAX_ROUNDS) throw new RuleViolation('hasMore() stays true', 'it is true as long as there is more')
    } while (processor.hasMore?.())
    if (withEfforts) processor.setEffort?.(EFFORTS[answers.length % EFFORTS.length]!)
  }
  if (offset === undefined) processor.init()
  else processor.init(offset)
  for (let from = 0; from < audio.length; from += SAMPLE_RATE) {
    if (withEmptyPieces) await update(new Float32Array(0))
    await update(audio.slice(from, from + SAMPLE_RATE))
  }
  if (withEmptyPieces) await update(new Float32Array(0))
  answers.push({ call: 'finish', answer: await processor.finish(), consumedSec })
  return { what, answers, unconfirmed }
}

/** The answers that are segments with times; the others are the business of the rule on shapes. */
export function segmentsOf({ answers }: DrivenStream): readonly (Segment & { readonly consumedSec: number })[] {
  return answers.flatMap(({ answer, consumedSec }) => {
    const { begin, end, text, words } = (answer ?? {}) as Partial<Segment>
    if (typeof begin !== 'number' || typeof end !== 'number' || typeof text !== 'string') return []
    return [{ begin, end, text, words: wellShaped(words), consumedSec: consumedSec }]
  })
}

/** The whole text of a stream. */
export function textOf(stream: DrivenStream, separator: string): string {
  return segmentsOf(stream)
    .map(({ text }) => text)
    .join(separator)
}

/** Plays of all sounds that the processor does not fail on: those are another rule's business. */
export async function everyDrivenStream(harness: Harness): Promise<readonly DrivenStream[]> {
  const driven: DrivenStream[] = []
  for (const sound of harness.sounds) {
    const outcome = await drivenStreamOf(harness, sound)
    if (outcome.kind === 'value') driven.push(outcome.value)
  }
  return driven
}

/** What became of playing a sound to the shared processor. */
export async function drivenStreamOf(harness: Harness, sound: Sound) {
  const processor = await harness.processor()
  return harness.once(sound.what, () => driveStream(processor, sound))
}
