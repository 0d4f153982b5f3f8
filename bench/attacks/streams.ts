import type { Log, Pacer, Segment } from '../../src/core/types.js'
import { createTranscriber, type TranscriberSettings } from '../../src/transcriber/create-transcriber.js'
import type { OutputLine } from '../measures.js'
import type { Chance } from './random.js'

const RATE = 16_000
/** Words may end so much behind what was heard: models know times to some 20 ms. */
const TOLERANCE_SEC = 0.05

/** Warnings about what was said, not about what failed. */
const ABOUT_TEXT = /hardly English|probably made up/

/** Ways to stream that have to stand the same. */
export const POLICIES = [
  ['local agreement', {}],
  ['AlignAtt', { policy: 'alignatt' }],
  ['local agreement, voice activity', { vac: true }],
  ['AlignAtt, voice activity', { policy: 'alignatt', vac: true }],
] as const

/** What became of a stream. */
export interface Heard {
  readonly lines: readonly OutputLine[]
  /** What must not be, whatever was heard: lines that cannot be, audio without text. */
  readonly faults: readonly string[]
  readonly warnings: readonly string[]
  /** What ended the stream early; null: nothing. */
  readonly error: unknown
}

/** All that there should not be where the recognizer is sound. */
export function troubles({ faults, warnings, error }: Heard): readonly string[] {
  const died = error === null ? [] : [`the stream died: ${error instanceof Error ? error.stack : error}`]
  return [...faults, ...warnings, ...died]
}

/** A loaded backend with one policy, for any number of streams. */
export interface Listener {
  /** @param nextSec how long the next update is */
  hear(audio: Float32Array, nextSec: () => number): Promise<Heard>
  close(): Promise<void>
}

/** Loads a backend, or the model of the package. */
export async function listener(given: TranscriberSettings): Promise<Listener> {
  let faults: string[] = []
  let warnings: string[] = []
  const warn = (text: string) => void (ABOUT_TEXT.test(text) || warnings.push(text))
  const again = (text: string) => void (/heard again/.test(text) && warnings.push(text))
  const log: Log = { error: warn, warn, info: again, debug() {} }
  const transcriber = await createTranscriber({ ...given, log })
  return {
    async hear(audio, nextSec) {
      faults = []
      warnings = []
      const lines: OutputLine[] = []
      let last: Segment | null = null
      let error: unknown = null
      const pacer = paced(audio, nextSec)
      try {
        for await (const event of transcriber.run({ pacer, startAtSec: 0, isLive: false, close: async () => {} })) {
          if (event.type === 'gap') faults.push(`gap from ${event.begin} to ${event.end}: ${event.reason}`)
          if (event.type !== 'text-final') continue
          const { emittedAt, segment } = event
          faults.push(...problemsOf(segment, last, emittedAt))
          lines.push({ emitted: emittedAt, text: segment.text })
          last = segment
        }
      } catch (thrown) {
        error = thrown
      }
      return { lines, faults, warnings, error }
    },
    close: () => transcriber.close(),
  }
}

function paced(audio: Float32Array, nextSec: () => number): Pacer {
  return {
    async *updates() {
      for (let at = 0; at < audio.length; ) {
        const end = Math.min(audio.length, at + Math.max(1, Math.round(nextSec() * RATE)))
        yield { audio: audio.slice(at, end), now: () => end / RATE }
        at = end
      }
    },
    endTime: () => audio.length / RATE,
  }
}

/** What no line may be, whatever was heard. */
function problemsOf({ begin, end, text, words }: Segment, last: Segment | null, now: number): readonly string[] {
  const problems: string[] = []
  const what = `"${text}" from ${begin} to ${end} s`
  if (!(begin >= 0 && end >= begin)) problems.push(`${what} has no times`)
  if (last && begin < last.end - 1e-6) problems.push(`${what} begins before ${last.end}, the end of the line before`)
  if (end > now + TOLERANCE_SEC) problems.push(`${what} comes at ${now}`)
  if (/\p{Cc}/u.test(text)) problems.push(`${what} has control characters`)
  for (const [at, word] of words.entries()) {
    const before = words[at - 1]?.begin ?? begin
    if (!(word.begin >= before - 1e-6 && word.end >= word.begin))
      problems.push(`${what}: "${word.text}" is out of order`)
  }
  return problems
}

/** How audio may be cut into updates: evenly, unevenly, now and then much at once, mostly nothing, and in huge pieces. */
export function cutting(chance: Chance, kind: number): () => number {
  const kinds = [
    () => chance.between(0.02, 2),
    () => chance.between(0.3, 1.3) + (chance.next() < 0.15 ? chance.between(0, 20) : 0),
    () => (chance.next() < 0.5 ? chance.between(0, 0.025) : chance.between(0, 5)),
    () => chance.between(0, 8),
    () => 60,
  ]
  return kinds[kind % kinds.length]!
}
