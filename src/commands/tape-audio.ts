import { basename, dirname, extname, join } from 'node:path'
import { UsageError } from '../core/errors.js'
import type { Log } from '../core/types.js'
import { KeptAudio, MAX_KEPT_SEC } from '../output/kept-audio.js'
import type { FileOptions } from '../output/writers/file-writer.js'
import { heardInput } from '../transcriber/heard-input.js'
import type { OpenedInput } from '../transcriber/pacing.js'
import type { CommandFlags } from './transcribe-options.js'

/** Files of a recorded run. */
export interface TapeFiles {
  readonly run: string
  /** Null: the audio is not kept. */
  readonly audio: string | null
}

/**
 * The files that a run is recorded to; null: it is not.
 * @throws UsageError when both are one
 */
export function tapeFiles({ record: run, recordAudio = false }: CommandFlags): TapeFiles | null {
  if (run === undefined) return null
  const audio = recordAudio ? join(dirname(run), `${basename(run, extname(run))}.wav`) : null
  if (extname(run) === '.wav' && audio !== null) {
    throw new UsageError(`--record ${run} is the name of the audio as well`, {
      hint: 'give it a name such as run.jsonl',
    })
  }
  return { run, audio }
}

/** How the readers of pipes are waited for. */
export interface TapePatience {
  /** When it is aborted, they are not waited for any longer. */
  readonly giveUp: AbortSignal
  /** Says what is going on. */
  readonly tell: (text: string) => void
}

/** The same for one file. */
export function waitingFor(path: string, { giveUp, tell }: TapePatience): FileOptions {
  return { giveUp, onWaiting: () => tell(`waiting for somebody to read ${path}`) }
}

/** Keeps the audio of a run, if that is wanted. */
export function tapeAudio({ audio: path }: TapeFiles, log: Log, patience: TapePatience) {
  if (path === null) return { heard: (input: OpenedInput) => input, told: {}, write: async () => {} }
  const kept = new KeptAudio()
  let isTold = false
  const tell = () => {
    if (!isTold) log.warn(`--record-audio keeps the first ${MAX_KEPT_SEC / 3600} hours, not what comes now`)
    isTold = true
  }
  const heard = (input: OpenedInput) => heardInput(input, (audio, begin) => void (kept.take(audio, begin) || tell()))
  return { heard, told: { audioFile: basename(path) }, write: () => kept.write(path, true, waitingFor(path, patience)) }
}
