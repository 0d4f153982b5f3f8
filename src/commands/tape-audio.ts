import { stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { UsageError } from '../core/errors.js'
import type { Log } from '../core/types.js'
import { KeptAudio, MAX_KEPT_SEC } from '../output/kept-audio.js'
import { alreadyThere } from '../output/writers/aside-writer.js'
import { refuseOverwriting } from '../output/writers/overwriting.js'
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
 *
 * @param audio what is transcribed, which no file must replace
 * @throws UsageError when one is the audio, or both are one; OutputError when one is there and must not be replaced
 */
export async function tapeFiles(
  { record: run, recordAudio = false, clobber = true }: CommandFlags,
  audio: string | undefined,
): Promise<TapeFiles | null> {
  if (run === undefined) return null
  const wav = recordAudio ? join(dirname(run), `${basename(run, extname(run))}.wav`) : null
  if (extname(run) === '.wav' && wav !== null) {
    throw new UsageError(`--record ${run} is the name of the audio as well`, {
      hint: 'give it a name such as run.jsonl',
    })
  }
  for (const [path, option] of [
    [run, '--record'],
    [wav, '--record-audio, in'],
  ] as const) {
    if (path === null) continue
    if (audio !== undefined) await refuseOverwriting(audio, path, option)
    if (!clobber && (await stat(path).catch(() => null))?.isFile()) throw alreadyThere(path)
  }
  return { run, audio: wav }
}

/** Keeps the audio of a run, if that is wanted. */
export function tapeAudio({ audio: path }: TapeFiles, log: Log) {
  if (path === null) return { heard: (input: OpenedInput) => input, told: {}, write: async () => {} }
  const kept = new KeptAudio()
  let isTold = false
  const tell = () => {
    if (!isTold) log.warn(`--record-audio keeps the first ${MAX_KEPT_SEC / 3600} hours, not what comes now`)
    isTold = true
  }
  const heard = (input: OpenedInput) => heardInput(input, (audio, begin) => void (kept.take(audio, begin) || tell()))
  return { heard, told: { audioFile: basename(path) }, write: () => kept.write(path, true) }
}
