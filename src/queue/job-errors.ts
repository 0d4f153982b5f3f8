import { AsrStreamError, InputError, isOutOfFiles, QueueError } from '../core/errors.js'

/** A job that no worker can do, however often it tries. */
export class RefusedJobError extends InputError {}

/** A recording that a server does not give now. */
export class UnreachedError extends InputError {}

/** A job that was ended before it was done. */
export class JobEndedError extends QueueError {}

/** What BullMQ says of a job whose workers were gone. */
export const STALLED = 'job stalled more than allowable limit'
/** What we say of it. */
export const GONE = 'its workers were killed, or ran out of memory, again and again'

/** What is wrong with a recording itself. */
const OF_RECORDING: readonly string[] = ['ASR_INPUT', 'ASR_INPUT_DAMAGED']

/**
 * Whether an error stays however often a job is tried: the recording is damaged, or no recording, or the job cannot be meant
 * for this worker. What comes of a disk, a network, a full memory or a store may be over the next time.
 */
export function isLasting(error: unknown): boolean {
  if (error instanceof RefusedJobError) return true
  if (!(error instanceof AsrStreamError) || error instanceof UnreachedError || isOutOfFiles(error)) return false
  return error.code === 'ASR_USAGE' || (OF_RECORDING.includes(error.code) && !hasSystemCode(error.cause))
}

/** Whether the system says why: a disk that is gone, a right that is missing. */
function hasSystemCode(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false
  const { code, errno } = cause as NodeJS.ErrnoException
  return (typeof code === 'string' && errno !== undefined) || hasSystemCode(cause.cause)
}

/** The reason of a failure as a queue keeps it. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof AsrStreamError)) return error instanceof Error ? error.message : String(error)
  const { code, message, hint } = error
  return `${code} ${message}${hint === undefined ? '' : `; ${hint}`}`
}
