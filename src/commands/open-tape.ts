import type { LoadedModel } from '../backends/contract.js'
import type { TranscriptEvent } from '../core/events.js'
import type { Log } from '../core/types.js'
import { type RunRecord, runRecordLine } from '../evaluation/recorded/run-file.js'
import { fileWriter } from '../output/writers/file-writer.js'
import type { OpenedInput } from '../transcriber/pacing.js'
import { tappedModel } from '../transcriber/tapped-model.js'
import { type TapeFiles, type TapePatience, tapeAudio, waitingFor } from './tape-audio.js'
import { eventLine, headLine, type TapeHead } from './tape-lines.js'

/** Writes what happens in a run. */
export interface RunTape {
  /** The model whose results are recorded. */
  tapped(model: LoadedModel): LoadedModel
  /** The input whose audio is kept. */
  heard(input: OpenedInput): OpenedInput
  /** Writes the head; what the model did before is not recorded. */
  start(head: TapeHead): Promise<void>
  take(event: TranscriptEvent): Promise<void>
  close(): Promise<void>
}

/**
 * Records a run; nothing where there are no files for it.
 * @throws OutputError when the file cannot be opened
 */
export async function openTape(files: TapeFiles | null, log: Log, patience: TapePatience): Promise<RunTape> {
  const nothing = async () => {}
  const same = <Value>(value: Value) => value
  if (files === null) return { tapped: same, heard: same, start: nothing, take: nothing, close: nothing }
  const audio = tapeAudio(files, log, patience)
  const writer = await fileWriter(files.run, waitingFor(files.run, patience))
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
    heard: audio.heard,
    async start(head) {
      origin = performance.now()
      await writer.append(`${headLine({ ...head, ...audio.told })}\n`)
    },
    async take(event) {
      await flush()
      await writer.append(`${eventLine(event, clockSec())}\n`)
    },
    async close() {
      const closed = flush().finally(() => writer.close())
      await closed.finally(audio.write)
    },
  }
}
