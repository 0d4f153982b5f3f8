import type { LoadedModel } from '../backends/contract.js'
import { CONFIG_KEYS } from '../config/option-table.js'
import type { TranscriptEvent } from '../core/events.js'
import { type RunHead, type RunRecord, runHeadLine, runRecordLine } from '../evaluation/recorded/run-file.js'
import { fileWriter } from '../output/writers/file-writer.js'
import { refuseOverwriting } from '../output/writers/overwriting.js'
import { tappedModel } from '../transcriber/tapped-model.js'
import { programVersion } from './info-options.js'

/** Writes what happens in a run. */
export interface RunTape {
  /** The model whose results are recorded. */
  tapped(model: LoadedModel): LoadedModel
  /** Writes the head; what the model did before is not recorded. */
  start(head: Pick<RunHead, 'audio' | 'separator' | 'config'>): Promise<void>
  take(event: TranscriptEvent): Promise<void>
  close(): Promise<void>
}

/**
 * Records a run to a file; nothing where there is none.
 *
 * @param audio what is transcribed, which the file must not replace
 * @throws OutputError when it cannot be opened; UsageError when it is the audio
 */
export async function openTape(path: string | undefined, audio: string | undefined): Promise<RunTape> {
  const nothing = async () => {}
  if (path === undefined) return { tapped: (model) => model, start: nothing, take: nothing, close: nothing }
  if (audio !== undefined) await refuseOverwriting(audio, path, '--record')
  const writer = await fileWriter(path)
  let origin: number | null = null
  const waiting: string[] = []
  const clockSec = () => (performance.now() - (origin ?? 0)) / 1000
  const flush = async () => {
    for (const line of waiting.splice(0)) await writer.append(`${line}\n`)
  }
  return {
    tapped: (model) =>
      tappedModel(model, (call) => {
        const record: RunRecord = { type: 'hypothesis', clockSec: clockSec(), ...call }
        if (origin !== null) waiting.push(runRecordLine(record))
      }),
    async start(head) {
      origin = performance.now()
      // Options of a backend may be secret, such as keys of services.
      const config = Object.fromEntries(CONFIG_KEYS.map((key) => [key, head.config[key]]))
      const told = { program: programVersion(), date: new Date().toISOString(), ...head, config }
      await writer.append(`${runHeadLine(told)}\n`)
    },
    async take(event) {
      await flush()
      // The ledger tells of samples, and can be as long as the run.
      const lean = event.type === 'end' ? { ...event, ledger: { ...event.ledger, entries: [], lifts: [] } } : event
      await writer.append(`${runRecordLine({ clockSec: clockSec(), ...lean })}\n`)
    },
    async close() {
      await flush()
      await writer.close()
    },
  }
}
