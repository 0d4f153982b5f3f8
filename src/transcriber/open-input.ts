import { rawFormat } from '../audio/decode/raw-format.js'
import { type MicrophoneOptions, openMicrophone } from '../audio/sources/microphone.js'
import { isPipe, openPipe } from '../audio/sources/named-pipe.js'
import { openStandardInput } from '../audio/sources/standard-input.js'
import { StreamSource } from '../audio/sources/stream-source.js'
import { type WavFileOptions, WavFileSource } from '../audio/sources/wav-file-source.js'
import type { ASRConfig } from '../config/config.js'
import type { InputKind } from '../config/option-table.js'
import { UsageError } from '../core/errors.js'
import { type Input, type InputContext, listened, simulated } from './pacing.js'

/** Where audio comes from: a name, or the microphone. */
export interface InputChoice extends MicrophoneOptions, Pick<WavFileOptions, 'isSurelyRaw'> {
  /** Path of a file or pipe; "-": standard input. */
  readonly audio: string | undefined
  readonly mic: boolean
}

/**
 * Opens what was chosen. What is live is listened to from here on.
 *
 * @throws UsageError when it is not clear which; InputError, UsageError as the sources do
 */
export async function openInput(choice: InputChoice, config: ASRConfig, context: InputContext): Promise<Input> {
  refuseClashes(choice)
  const { audio: path, isSurelyRaw = false } = choice
  const raw = rawFormat(config.rawEncoding, config.rawRate, config.rawChannels)
  const options = { log: context.log, startAtSec: audioBegin(config), raw, isSurelyRaw }
  if (path === undefined) {
    const source = new StreamSource({ ...options, name: 'the microphone', open: await openMicrophone(choice) })
    return listened(source, 'skip', config, context)
  }
  const open = path === '-' ? openStandardInput() : (await isPipe(path)) ? openPipe(path) : null
  if (!open) return simulated(await WavFileSource.open(path, options), config, context.signal)
  const source = new StreamSource({ ...options, name: path === '-' ? 'standard input' : path, open })
  if (config.offline || config.compUnaware) return simulated(source, config, context.signal)
  return listened(source, 'wait', config, context)
}

/** Where audio comes from, as far as options have to do with it; null: nothing was given. */
export async function inputKind(audio: string | undefined, mic: boolean): Promise<InputKind | null> {
  if (mic) return 'microphone'
  if (audio === undefined) return null
  return audio === '-' || (await isPipe(audio)) ? 'pipe' : 'file'
}

function refuseClashes({ audio, mic }: InputChoice): void {
  if (mic && audio !== undefined) {
    throw new UsageError(`--mic and "${audio}" exclude each other`, { hint: 'leave one of them out' })
  }
  if (mic || audio !== undefined) return
  throw new UsageError("missing required argument 'audio'", {
    hint: 'give a WAV file, - for standard input, or --mic; see asr-stream --help',
  })
}

/** Second of the recording at which listening begins. The reference hears the whole file offline, wherever it is told to start. */
export function audioBegin({ compat, offline, startAt }: ASRConfig): number {
  return compat !== null && offline ? 0 : startAt
}
