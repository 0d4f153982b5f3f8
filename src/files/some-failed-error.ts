import { AsrStreamError, EXIT } from '../core/errors.js'

/** Of several recordings some could not be transcribed; the others are done. Exit code 3. */
export class SomeFailedError extends AsrStreamError {
  static override readonly code = 'ASR_FILES'
  override readonly exitCode = EXIT.partly

  /**
   * @param names the recordings that failed
   * @param count all that were given
   * @param hasFiles whether what is done is in files
   */
  constructor(names: readonly string[], count: number, hasFiles: boolean) {
    super(`${names.length} of ${count} recordings failed: ${names.join(', ')}`, {
      ...(hasFiles && { hint: 'the others are done; with --resume they are left out the next time' }),
      details: { failed: names },
    })
  }
}
