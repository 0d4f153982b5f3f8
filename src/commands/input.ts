import { type MicrophoneOptions, openMicrophone } from '../audio/microphone.js'
import { isPipe, openPipe } from '../audio/named-pipe.js'
import { rawFormat } from '../audio/raw-format.js'
import { openStandardInput } from '../audio/standard-input.js'
import { StreamSource } from '../audio/stream-source.js'
import { WavFileSource } from '../audio/wav-file-source.js'
import type { ASRConfig } from '../config.js'
import { UsageError } from '../errors.js'
import { type Input, type InputContext, listened, simulated } from './pacing.js'

/** Where audio comes from: a name, or the microphone. */
export interface InputChoice extends MicrophoneOptions {
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
  refuseClashes(choice, config)
  const { audio: path } = choice
  const raw = rawFormat(config.rawEncoding, config.rawRate, config.rawChannels)
  const options = { log: context.log, startAtSec: audioBegin(config), raw }
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

function refuseClashes({ audio, mic, device, recorder }: InputChoice, config: ASRConfig): void {
  const refuse = (message: string, hint: string) => {
    throw new UsageError(message, { hint })
  }
  if (mic && audio !== undefined) refuse(`--mic and "${audio}" exclude each other`, 'leave one of them out')
  if (!mic && audio === undefined) {
    refuse(
      "missing required argument 'audio'",
      'give a WAV file, - for standard input, or --mic; see asr-stream --help',
    )
  }
  const forMic = device === undefined ? (recorder === undefined ? null : '--recorder') : '--device'
  if (!mic && forMic) refuse(`${forMic} is for the microphone`, 'give --mic as well')
  if (mic && (config.offline || config.compUnaware || config.startAt > 0)) {
    refuse('--mic is heard as it is spoken', 'leave --offline, --comp-unaware and --start-at out')
  }
}

/** Second of the recording at which listening begins. The reference hears the whole file offline, wherever it is told to start. */
export function audioBegin({ compat, offline, startAt }: ASRConfig): number {
  return compat !== null && offline ? 0 : startAt
}
