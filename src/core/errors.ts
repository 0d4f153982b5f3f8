import { ownValue } from './own-value.js'

/** Exit codes of the command line. */
export const EXIT = { ok: 0, failed: 1, usage: 2, partly: 3, interrupted: 130 } as const

/** What every error of this program carries besides its message. */
export interface ErrorDetails {
  /** What to do next, one sentence; shown on the same line. */
  readonly hint?: string
  /** The error that led to this one. */
  readonly cause?: unknown
  /** Finer than the code of the class, such as "ASR_BACKEND_UNKNOWN". */
  readonly code?: ErrorCode
  /** What a program can read instead of the message; values that can be written as JSON. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** What errors are called for programs. That of the class, or, where more is known, a finer one. */
export type ErrorCode =
  | 'ASR_USAGE'
  | 'ASR_OPTION_UNKNOWN'
  | 'ASR_OPTION_INVALID'
  | 'ASR_OPTION_CONFLICT'
  | 'ASR_LANGUAGE_UNKNOWN'
  | 'ASR_MODEL_UNKNOWN'
  | 'ASR_BACKEND_UNKNOWN'
  | 'ASR_INPUT'
  | 'ASR_INPUT_MISSING'
  | 'ASR_INPUT_DAMAGED'
  | 'ASR_MODEL'
  | 'ASR_BACKEND'
  | 'ASR_OUTPUT'
  | 'ASR_PIPE'
  | 'ASR_EVALUATION'
  | 'ASR_FILES'
  | 'ASR_QUEUE'

/**
 * An expected failure: the message says what is wrong and with what, `hint` what to do next. The command line prints
 * it as one line without a stack trace. Anything else that is thrown is a bug.
 */
export abstract class AsrStreamError extends Error {
  /** The code of the class. */
  static readonly code: ErrorCode
  /** Stable name for programs, such as "ASR_INPUT". */
  readonly code: ErrorCode
  /** The same for programs as the message for people: the option at fault, what there is instead. Empty where there is nothing more to tell. */
  readonly details: Readonly<Record<string, unknown>>
  /** What to do next. */
  readonly hint: string | undefined
  /** The exit code of the command line. */
  readonly exitCode: number = EXIT.failed

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = new.target.name
    // Whatever could not be opened then is not to blame.
    this.hint = isOutOfFiles(details.cause) ? OUT_OF_FILES_HINT : details.hint
    this.code = details.code ?? new.target.code
    this.details = details.details ?? {}
  }
}

/** Wrong usage: an option, a configuration key or a value that does not fit. */
export class UsageError extends AsrStreamError {
  static override readonly code = 'ASR_USAGE'
  override readonly exitCode = EXIT.usage
}

/** Audio that cannot be read: missing, not audio, empty, a format that is not supported. */
export class InputError extends AsrStreamError {
  static override readonly code = 'ASR_INPUT'
}

/** A model that cannot be loaded: a file is missing, damaged, or of another kind. */
export class ModelError extends AsrStreamError {
  static override readonly code = 'ASR_MODEL'
}

/** A backend or plugin that is broken, absent, or fails while it recognizes. */
export class BackendError extends AsrStreamError {
  static override readonly code = 'ASR_BACKEND'
}

/**
 * A failure that nobody foresaw, in the recognizer or around it: a bug. The next audio may be recognized all the same, so
 * it costs a stretch of a stream and not the stream.
 */
export class UnexpectedError extends BackendError {}

/** Output that cannot be written. */
export class OutputError extends AsrStreamError {
  static override readonly code = 'ASR_OUTPUT'
}

/** An evaluation that found too many errors, or could not measure all that it was to. */
export class EvaluationError extends AsrStreamError {
  static override readonly code = 'ASR_EVALUATION'
}

/** A queue of recordings that cannot be reached, or does not do what it is asked. */
export class QueueError extends AsrStreamError {
  static override readonly code = 'ASR_QUEUE'
}

/** Errors of this program as they are; anything else becomes an UnexpectedError that says what failed. */
export function asUnexpectedError(what: string, cause: unknown): AsrStreamError {
  if (cause instanceof AsrStreamError) return cause
  return new UnexpectedError(`${what}: ${messageOf(cause)}`, {
    cause,
    hint: 'run with --log-level debug for the place',
  })
}

/** Errors of this program as they are; anything else becomes a BackendError that says what failed. */
export function asBackendError(what: string, cause: unknown): AsrStreamError {
  return cause instanceof AsrStreamError ? cause : new BackendError(`${what}: ${messageOf(cause)}`, { cause })
}

/** The message of whatever was thrown, in one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/\s*\n\s*/g, ' ')
}

/** The message of whatever was thrown, with what to do next where that is known. */
export function hintedMessageOf(error: unknown): string {
  const hint = error instanceof AsrStreamError && error.hint !== undefined ? `; ${error.hint}` : ''
  return `${messageOf(error)}${hint}`
}

/** What helps when a process, or the system, has as many files and connections open as it may have. */
export const OUT_OF_FILES_HINT = 'close some, or raise the limit: ulimit -n 4096'

/** Whether something failed, or its cause did, because too many files and connections are open. */
export function isOutOfFiles(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return code === 'EMFILE' || code === 'ENFILE' || /\bE[MN]FILE\b/.test(error.message) || isOutOfFiles(error.cause)
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'you may not read it',
  EISDIR: 'it is a folder',
}

/** Why a file cannot be read: in plain words where the code of the system is a usual one. */
export function readingReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return ownValue(REASONS, code) ?? messageOf(error)
}
