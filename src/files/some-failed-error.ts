import { AsrStreamError, EXIT } from '../core/errors.js'

/** Of several recordings some could not be transcribed; the others are done. Exit code 3. */
export class SomeFailedError extends AsrStreamError {
  static override readonly code = 'ASR_FILES'
  override readonly exitCode = EXIT.partly

  /**
   * @param names the recordings that failed
   * @param count all that were given
   * @param hint what to do next
   */
  constructor(names: readonly string[], count: number, hint?: string) {
    super(`${names.length} of ${count} recordings failed: ${names.join(', ')}`, {
      ...(hint !== undefined && { hint }),
      details: { failed: names },
    })
  }
}
