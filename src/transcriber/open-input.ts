import { isRawName } from '../audio/sources/audio-file-source.js'
import type { MicrophoneOptions } from '../audio/sources/microphone.js'
import { isPipe } from '../audio/sources/named-pipe.js'
import { isAddress } from '../audio/sources/open-address.js'
import type { ASRConfig } from '../config/config.js'
import type { Circumstances } from '../config/option-table.js'
import { UsageError } from '../core/errors.js'
import { microphone, type OpenAudioOptions, openAudio } from './audio-input.js'
import type { OpenedInput } from './pacing.js'

/** Where audio comes from on a command line: a name, or the microphone. */
export interface InputChoice extends MicrophoneOptions {
  /** Path of a file or pipe, or a URL; "-": standard input. */
  readonly audio: string | undefined
  readonly mic: boolean
}

/**
 * Opens what was chosen. What is live is listened to from here on.
 *
 * @throws UsageError when it is not clear which; InputError, UsageError as the sources do
 */
export async function openInput(
  choice: InputChoice,
  config: ASRConfig,
  options: Omit<OpenAudioOptions, 'pace' | 'filePace' | 'whenFull'>,
): Promise<OpenedInput> {
  refuseClashes(choice)
  const { audio: path } = choice
  if (path === undefined) return openAudio(microphone(choice), config, { ...options, pace: 'live' })
  return openAudio(path, config, { ...options, filePace: 'realtime' })
}

/** Where audio comes from, as far as options have to do with it. */
export async function inputFacts(
  audio: string | undefined,
  mic: boolean,
): Promise<Pick<Circumstances, 'input' | 'mayBeRaw'>> {
  if (mic) return { input: 'microphone' }
  if (audio === undefined) return { input: null }
  const isStream = audio === '-' || isAddress(audio) || (await isPipe(audio))
  return isStream ? { input: 'pipe' } : { input: 'file', mayBeRaw: isRawName(audio) }
}

function refuseClashes({ audio, mic }: InputChoice): void {
  if (mic && audio !== undefined) {
    throw new UsageError(`--mic and "${audio}" exclude each other`, { hint: 'leave one of them out' })
  }
  if (mic || audio !== undefined) return
  throw new UsageError('no audio is given', {
    hint: 'give an audio file, - for standard input, or --mic; see asr-stream --help',
  })
}
