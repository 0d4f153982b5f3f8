import { EXIT } from '../core/errors.js'
import { logLine } from '../terminal/log.js'
import { stackPlaces } from './error-place.js'

/** Node's own, when nothing is left that could keep a promise which the program waits for. */
const UNSETTLED = 13

/**
 * Tells the end of a program that is not its own: a plugin, or a library of one, has called `process.exit`, as if all were
 * done. Such a program has failed, whatever code it was given.
 *
 * @param own the file of the program that may end it
 * @returns to be called when the program has come to its own end
 */
export function tellEarlyEnd(own: string): () => void {
  let hasNothingLeft = false
  process.on('beforeExit', () => {
    hasNothingLeft = true
  })
  const tell = (code: number) => {
    process.exitCode = EXIT.failed
    process.stderr.write(
      logLine('error', `${reason(hasNothingLeft ? UNSETTLED : code, own)}; what is missing of the text is lost`),
    )
  }
  process.on('exit', tell)
  return () => void process.off('exit', tell)
}

function reason(code: number, own: string): string {
  if (code === UNSETTLED) return 'the program waits for something that never comes: a promise is never settled'
  const place = stackPlaces(new Error()).find((one) => !one.includes(own) && !one.includes('ended-early.'))
  const where = place === undefined ? 'a plugin, or a library that it uses,' : place
  return `the program was ended from within: ${where} calls process.exit(${code}), which a plugin must not do`
}
