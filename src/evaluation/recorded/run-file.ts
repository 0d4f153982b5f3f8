import { InputError } from '../../core/errors.js'
import type { TranscriptEvent } from '../../core/events.js'
import { isNumber, isText, listOf, objectWith, orNull, type Shape } from '../../core/shapes.js'
import type { Word } from '../../core/types.js'

const KIND = 'asr-stream run'
/** Changes when old recordings would be read wrongly; what is only added does not change it. */
const VERSION = 1

/** The first line of a recorded run. */
export interface RunHead {
  readonly kind: typeof KIND
  readonly version: typeof VERSION
  /** Version of the program that recorded it. */
  readonly program: string
  readonly date: string
  /** What was transcribed: a path, "-", "microphone". */
  readonly audio: string
  /** The file beside the recording that has its audio; absent: it was not kept. */
  readonly audioFile?: string
  /** Joins texts of segments. */
  readonly separator: string
  /** The complete configuration. */
  readonly config: Readonly<Record<string, unknown>>
}

/** What the recognizer made of a stretch of audio. Times are seconds of the stream. */
export interface RecordedHypothesis {
  readonly type: 'hypothesis'
  /** Where the audio starts; null: not known. */
  readonly fromSec: number | null
  readonly audioSec: number
  readonly prompt: string
  readonly words: readonly Word[]
  readonly segmentEnds: readonly number[]
  readonly ended: string | null
}

/** A line after the first: what happened, and how many seconds after the start of the run. */
export type RunRecord = (RecordedHypothesis | TranscriptEvent) & { readonly clockSec: number }

/** A recorded run. */
export interface RecordedRun {
  readonly head: RunHead
  readonly records: readonly RunRecord[]
}

/** The first line of a recording. */
export function runHeadLine(parts: Omit<RunHead, 'kind' | 'version'>): string {
  return JSON.stringify({ kind: KIND, version: VERSION, ...parts })
}

/** A further line. Numbers are exact, so that a replay gives the same lines. */
export function runRecordLine(record: RunRecord): string {
  return JSON.stringify(record)
}

/**
 * Reads a recording. A last line that was cut off is left out; kinds of lines that are not known are kept, and nobody looks
 * at them.
 *
 * @throws InputError when it is something else, of a later version, or broken
 */
export function readRun(name: string, text: string): RecordedRun {
  const lines = text.replace(/^\ufeff/, '').split('\n')
  const isWhole = lines.at(-1) === ''
  const filled = lines.filter((line) => line.trim() !== '')
  const values = filled.flatMap((line, index): unknown[] => {
    try {
      return [JSON.parse(line)]
    } catch (cause) {
      if (index > 0 && index === filled.length - 1 && !isWhole) return []
      throw new InputError(`${name}, line ${index + 1}: it is not JSON`, { cause, hint: FORM })
    }
  })
  const [head, ...records] = values as [Partial<RunHead> | undefined, ...RunRecord[]]
  if (head?.kind !== KIND || typeof head.version !== 'number')
    throw new InputError(`${name} is not a recorded run`, { hint: FORM })
  if (head.version > VERSION) {
    throw new InputError(`${name} is of version ${head.version}, and this program reads version ${VERSION}`, {
      hint: 'read it with a newer program',
    })
  }
  const bad = records.findIndex((record) => typeof record?.type !== 'string')
  if (bad >= 0) throw new InputError(`${name}, line ${bad + 2}: it does not say what it is`, { hint: FORM })
  const broken = (line: number, part: string) =>
    new InputError(`${name}, line ${line}: ${part || 'it'} is missing or of another kind`, { hint: FORM })
  const wrong = HEAD(head)
  if (wrong !== null) throw broken(1, wrong)
  records.forEach((record, index) => {
    const part = RECORDS.get(record.type)?.(record) ?? null
    if (part !== null) throw broken(index + 2, part)
  })
  return { head: head as RunHead, records }
}

const WORDS = listOf(objectWith({ begin: isNumber, end: isNumber, text: isText }))
const SEGMENT = objectWith({ begin: isNumber, end: isNumber, text: isText, words: WORDS })
const HEAD = objectWith({ separator: isText, config: objectWith({}) })
/** What the program reads of each type; it passes over others. */
const RECORDS: ReadonlyMap<string, Shape> = new Map(
  Object.entries({
    hypothesis: objectWith({
      clockSec: isNumber,
      fromSec: orNull(isNumber),
      audioSec: isNumber,
      words: WORDS,
      ended: orNull(isText),
    }),
    progress: objectWith({ takenSec: isNumber }),
    'text-partial': objectWith({ clockSec: isNumber, segment: orNull(SEGMENT) }),
    'text-final': objectWith({ clockSec: isNumber, segment: SEGMENT, emittedAt: isNumber }),
    'utterance-end': objectWith({ clockSec: isNumber, at: isNumber }),
    gap: objectWith({ clockSec: isNumber, begin: isNumber, end: isNumber, reason: isText }),
  }),
)

const FORM = 'give a file that asr-stream --record wrote'
