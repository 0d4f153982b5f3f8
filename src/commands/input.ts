import { isPipe, openPipe } from '../audio/named-pipe.js'
import { rawFormat } from '../audio/raw-format.js'
import { openStandardInput } from '../audio/standard-input.js'
import { StreamSource } from '../audio/stream-source.js'
import { WavFileSource } from '../audio/wav-file-source.js'
import type { ASRConfig } from '../config.js'
import { type Input, type InputContext, listened, simulated } from './pacing.js'

/**
 * Opens a file, a pipe, or standard input where the name is "-".
 *
 * @throws InputError, UsageError as the sources do
 */
export async function openInput(name: string, config: ASRConfig, context: InputContext): Promise<Input> {
  const raw = rawFormat(config.rawEncoding, config.rawRate, config.rawChannels)
  const options = { log: context.log, startAtSec: audioBegin(config), raw }
  const open = name === '-' ? openStandardInput() : (await isPipe(name)) ? openPipe(name) : null
  if (!open) return simulated(await WavFileSource.open(name, options), config, context.signal)
  const source = new StreamSource({ ...options, name: name === '-' ? 'standard input' : name, open })
  if (config.offline || config.compUnaware) return simulated(source, config, context.signal)
  return listened(source, 'wait', config, context)
}

/** The reference hears the whole file offline, wherever it is told to start. */
function audioBegin({ compat, offline, startAt }: ASRConfig): number {
  return compat !== null && offline ? 0 : startAt
}
