import { BackendError, type ErrorDetails } from '../../core/errors.js'

/** What a failure of the service carries besides its message. */
export interface ServiceErrorDetails extends ErrorDetails {
  /** HTTP status; absent: there was no answer. */
  readonly status?: number
  /** Whether the same request may succeed later. */
  readonly mayPass: boolean
  /** Seconds after which the service wants to be asked again. */
  readonly retryAfterSec?: number | null
  /** Whether the audio reached the service, as far as can be told. */
  readonly reached: boolean
}

/** The service refused, failed, or could not be reached. */
export class ServiceError extends BackendError {
  readonly status: number | null
  readonly mayPass: boolean
  readonly retryAfterSec: number | null
  readonly reached: boolean

  constructor(message: string, details: ServiceErrorDetails) {
    super(message, details)
    this.status = details.status ?? null
    this.mayPass = details.mayPass
    this.retryAfterSec = details.retryAfterSec ?? null
    this.reached = details.reached
  }

  /** The same error, after so many attempts. */
  after(attempts: number): ServiceError {
    const { status, hint, ...details } = this
    return new ServiceError(`${this.message}, ${attempts} times in a row`, {
      ...details,
      ...(status === null ? {} : { status }),
      ...(hint === undefined ? {} : { hint }),
      cause: this,
    })
  }
}
