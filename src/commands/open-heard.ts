import { type HeardRecording, heardAsOne, openChannels } from '../channels/open-channels.js'
import type { ASRConfig } from '../config/config.js'
import { UsageError } from '../core/errors.js'
import { type InputChoice, openInput } from '../transcriber/open-input.js'
import type { OpenedInput } from '../transcriber/pacing.js'
import type { CommandFlags } from './transcribe-options.js'

/** How what is given on a command line is heard. */
export interface HeardOptions extends Omit<Parameters<typeof openInput>[2], 'stop'> {
  readonly stop: AbortSignal
  /** Hears an input as well, where it is one stream. */
  readonly heard: (input: OpenedInput) => OpenedInput
}

/**
 * Opens what was chosen: one stream, or one for each channel.
 * @throws as `openInput` and `openChannels`; UsageError for reports of one stream
 */
export async function openHeard(
  choice: InputChoice,
  { channels, sentences = false, account = false, profile = false }: CommandFlags,
  config: ASRConfig,
  { heard, ...options }: HeardOptions,
): Promise<HeardRecording> {
  const { audio, mic } = choice
  if (channels === undefined || audio === undefined || mic) {
    return heardAsOne(heard(await openInput(choice, config, options)))
  }
  if (account || profile) {
    throw new UsageError(`--${account ? 'account' : 'profile'} tells of one stream, and --channels has several`, {
      hint: 'leave one of them out',
    })
  }
  return openChannels(audio, config, { ...options, filePace: 'realtime', sentences, signal: options.stop })
}
