import { CONFIG_KEYS } from '../config/option-table.js'
import type { TranscriptEvent } from '../core/events.js'
import { type RunHead, runHeadLine, runRecordLine } from '../evaluation/recorded/run-file.js'
import { programVersion } from './info-options.js'

/** What a recorded run says of itself. */
export type TapeHead = Pick<RunHead, 'audio' | 'audioFile' | 'separator' | 'config'>

/** The first line of a recorded run. */
export function headLine(head: TapeHead): string {
  // Options of a backend may be secret, such as keys of services.
  const config = Object.fromEntries(CONFIG_KEYS.map((key) => [key, head.config[key]]))
  return runHeadLine({ program: programVersion(), date: new Date().toISOString(), ...head, config })
}

/** An event as a line of a recorded run. */
export function eventLine(event: TranscriptEvent, clockSec: number): string {
  // The ledger tells of samples, and can be as long as the run.
  const lean = event.type === 'end' ? { ...event, ledger: { ...event.ledger, entries: [], lifts: [] } } : event
  return runRecordLine({ clockSec, ...lean })
}
