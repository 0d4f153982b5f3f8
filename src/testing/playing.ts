import type { ASRProcessor, Segment } from '../core/types.js'
import { wellShaped } from '../core/word-checks.js'
import type { Bench } from './bench.js'
import { BrokenRule } from './rule.js'
import { type Sound, secondsOf } from './sounds.js'

const SAMPLE_RATE = 16_000
/** A processor that always has more would never come to the next audio. */
const MOST_ROUNDS = 100

/** What a processor answered, and how much audio it had then. */
export interface Answer {
  /** What was called, for messages. */
  readonly call: string
  /** A segment or null, if all is well. */
  readonly answer: unknown
  /** Seconds of the stream that had been handed over. */
  readonly heardSec: number
}

/** A stream that went through a processor. */
export interface Play {
  readonly what: string
  readonly answers: readonly Answer[]
  /** What `unconfirmed` gave, where there is one. */
  readonly unconfirmed: readonly unknown[]
}

/** Which stream is played. */
export interface PlayOptions {
  /** Second of the stream at which the audio begins. */
  readonly offset?: number
  /** Hands over empty pieces before, between and behind the others. */
  readonly withEmptyPieces?: boolean
}

/** Plays a sound to a processor as the program does, second by second, from `init` to `finish`. */
export async function play(
  processor: ASRProcessor,
  { what, audio }: Sound,
  { offset, withEmptyPieces = false }: PlayOptions = {},
): Promise<Play> {
  const answers: Answer[] = []
  const unconfirmed: unknown[] = []
  let heardSec = offset ?? 0
  const update = async (piece: Float32Array) => {
    processor.insertAudioChunk(piece)
    heardSec += secondsOf(piece)
    let rounds = 0
    do {
      answers.push({ call: 'processIter', answer: await processor.processIter(), heardSec })
      if (processor.unconfirmed) unconfirmed.push(processor.unconfirmed())
      if (rounds++ > MOST_ROUNDS) throw new BrokenRule('hasMore() stays true', 'it is true as long as there is more')
    } while (processor.hasMore?.())
  }
  if (offset === undefined) processor.init()
  else processor.init(offset)
  for (let from = 0; from < audio.length; from += SAMPLE_RATE) {
    if (withEmptyPieces) await update(new Float32Array(0))
    await update(audio.slice(from, from + SAMPLE_RATE))
  }
  if (withEmptyPieces) await update(new Float32Array(0))
  answers.push({ call: 'finish', answer: await processor.finish(), heardSec })
  return { what, answers, unconfirmed }
}

/** The answers that are segments with times; the others are the business of the rule on shapes. */
export function segmentsOf({ answers }: Play): readonly (Segment & { readonly heardSec: number })[] {
  return answers.flatMap(({ answer, heardSec }) => {
    const { begin, end, text, words } = (answer ?? {}) as Partial<Segment>
    if (typeof begin !== 'number' || typeof end !== 'number' || typeof text !== 'string') return []
    return [{ begin, end, text, words: wellShaped(words), heardSec }]
  })
}

/** The whole text of a stream. */
export function textOf(stream: Play, separator: string): string {
  return segmentsOf(stream)
    .map(({ text }) => text)
    .join(separator)
}

/** Plays of all sounds that the processor does not fail on: those are another rule's business. */
export async function everyPlay(bench: Bench): Promise<readonly Play[]> {
  const plays: Play[] = []
  for (const sound of bench.sounds) {
    const outcome = await played(bench, sound)
    if (outcome.kind === 'value') plays.push(outcome.value)
  }
  return plays
}

/** What became of playing a sound to the shared processor. */
export async function played(bench: Bench, sound: Sound) {
  const processor = await bench.processor()
  return bench.once(sound.what, () => play(processor, sound))
}
