import { type HeardRecording, heardAsOne, openChannels } from '../channels/open-channels.js'
import type { ASRConfig } from '../config/config.js'
import type { Given } from '../config/doors/given.js'
import { type InputChoice, openInput } from '../transcriber/open-input.js'
import type { OpenedInput } from '../transcriber/pacing.js'
import { idleTeller } from './idle-teller.js'
import type { CommandFlags } from './transcribe-options.js'

/** How what is given on a command line is heard. */
export interface HeardOptions extends Omit<Parameters<typeof openInput>[2], 'stop' | 'onIdle'> {
  readonly stop: AbortSignal
  /** Which door options came through; absent: the command line. */
  readonly given?: Given | undefined
  /** Hears an input as well, where it is one stream. */
  readonly heard: (input: OpenedInput) => OpenedInput
}

/**
 * Opens what was chosen: one stream, or one for each channel.
 * @throws as `openInput` and `openChannels`
 */
export async function openHeard(
  choice: InputChoice,
  flags: CommandFlags,
  config: ASRConfig,
  { heard, given, ...wishes }: HeardOptions,
): Promise<HeardRecording> {
  const { channels, sentences = false } = flags
  const { audio, mic } = choice
  const options = { ...wishes, onIdle: idleTeller({ ...flags }, given, wishes.log) }
  if (channels === undefined || audio === undefined || mic) {
    return heardAsOne(heard(await openInput(choice, config, options)))
  }
  return openChannels(audio, config, { ...options, filePace: 'realtime', sentences, signal: options.stop })
}
