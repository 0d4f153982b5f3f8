import { createHash } from 'node:crypto'
import { z } from 'zod'
import { OPTION_TABLE, type OptionKey } from '../config/option-table.js'
import { typeOf } from '../config/types.js'
import type { WrittenOptions } from '../files/options-key.js'
import type { FormatName } from '../output/formats/names.js'
import { RefusedJobError } from './job-errors.js'
import { shownAddress } from './shown-address.js'

/** Of what a job says; workers refuse jobs of another version. */
const VERSION = 1
const MAX_NAME = 4096
/** Characters of a checksum that make the name of a job. */
const ID_LENGTH = 40
const JOURNALS = /^\.asr-stream/i

/** Options of a job that say how its text is written; how it is recognized is the worker's matter. */
export const WRITING_KEYS = [
  ...(['sentences', 'wordTimestamps', 'channels', 'subtitleProfile', 'maxLineLength', 'maxLines', 'maxCps'] as const),
  ...(['minCue', 'maxCue', 'cueGap', 'maxCueDelay'] as const),
] satisfies readonly OptionKey[]

const text = z.string().min(1).max(MAX_NAME)
const writing = z.strictObject(
  Object.fromEntries(WRITING_KEYS.map((key) => [key, OPTION_TABLE[key].type(z).optional()])),
)
const jobSchema = z.strictObject({
  version: z.literal(VERSION),
  recording: z.union([z.strictObject({ path: text }), z.strictObject({ address: text })]),
  within: text.refine(isPlaceOfOutputs, 'is no place below a folder'),
  content: z.strictObject({
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    size: z.int().min(0).optional(),
    etag: text.optional(),
    changed: text.optional(),
  }),
  formats: typeOf('format').pipe(z.array(z.string()).min(1)),
  writing,
})

/** What is known of the content of a recording; of an address what its server tells. */
export interface KnownContent {
  readonly sha256?: string | undefined
  /** Bytes. */
  readonly size?: number | undefined
  readonly etag?: string | undefined
  /** When it was changed last, in the words of its server. */
  readonly changed?: string | undefined
}

/** What a job says. */
export interface QueueJob {
  readonly version: typeof VERSION
  /** A path, relative to what the worker may read or from the root; or an address. */
  readonly recording: { readonly path: string } | { readonly address: string }
  /** Where its texts lie below the folder of outputs, with the ending of the recording; parts are divided by "/". */
  readonly within: string
  readonly content: KnownContent
  readonly formats: readonly FormatName[]
  readonly writing: WrittenOptions
}

/** What becomes of a job. Times are seconds. */
export interface QueueResult {
  /** Below the folder of outputs. */
  readonly outputs: readonly string[]
  readonly audioSec: number
  readonly elapsedSec: number
  /** Whether the texts were there already, for example because the worker before was killed after it had written them. */
  readonly wasDone: boolean
  /** The machine. */
  readonly worker: string
}

/** How far a job is, in seconds of audio. */
export interface QueueProgress {
  readonly heardSec: number
  /** Null: it is not known. */
  readonly totalSec: number | null
}

/** A job from its parts. */
export function newJob(parts: Omit<QueueJob, 'version'>): QueueJob {
  return checkedJob({ version: VERSION, ...parts })
}

/**
 * Reads what a queue gives, which anybody may have written.
 * @throws RefusedJobError when it is no job of this program
 */
export function checkedJob(data: unknown): QueueJob {
  const result = jobSchema.safeParse(data)
  if (result.success) return result.data as QueueJob
  const [issue] = result.error.issues
  const where = issue?.path.join('.') ?? ''
  throw new RefusedJobError(`the job is not understood: ${where === '' ? '' : `${where}: `}${issue?.message}`, {
    hint: 'workers and what fills the queue must have the same version of asr-stream',
  })
}

/** The name of a job: the same for the same content, place of outputs and options, so that it is in a queue once. */
export function jobId({ recording, within, content, formats, writing: how }: QueueJob): string {
  const own = content.sha256 === undefined ? [recording, content] : [content.sha256]
  const options = Object.entries(how)
    .filter(([, value]) => value !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
  const key = JSON.stringify([own, within, formats, options])
  // A letter first: BullMQ takes no numbers.
  return `r${createHash('sha256').update(key).digest('hex').slice(0, ID_LENGTH)}`
}

/** The recording of a job for people; of an address without what may be secret in it. */
export function recordingName({ recording }: Pick<QueueJob, 'recording'>): string {
  return 'path' in recording ? recording.path : shownAddress(recording.address)
}

/** Whether a name stays below the folder that it is put in, on any system, and is none of the journals. */
export function isPlaceOfOutputs(within: string): boolean {
  const parts = within.split('/')
  const isWindowsPath = process.platform === 'win32' && /[\\:]/.test(within)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  if (isWindowsPath || /[\u0000-\u001f]/.test(within)) return false
  return parts.every((part) => part !== '' && part !== '.' && part !== '..') && !JOURNALS.test(parts.at(-1) ?? '')
}
