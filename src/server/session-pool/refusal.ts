/** A place is free again after so many seconds, more or less. */
export const RETRY_SEC = 5

/** Why somebody is refused. */
export type RefusalKind = 'full' | 'too-many' | 'stopping' | 'too-large' | 'too-long' | 'forbidden'

/** Somebody is refused, and may try again later where a time is given. */
export class Refusal extends Error {
  /**
   * @param message a sentence without a stop
   * @param retryAfterSec seconds after which trying again makes sense; absent: never
   */
  constructor(
    readonly kind: RefusalKind,
    message: string,
    readonly retryAfterSec?: number,
  ) {
    super(message)
  }
}
