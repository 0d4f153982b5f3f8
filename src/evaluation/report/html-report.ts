import type { Evaluation } from '../evaluation.js'

/** An evaluation as a page of HTML. */
export function htmlReport(_: Evaluation): string {
  return ''
}
