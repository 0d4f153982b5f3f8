import type { ASRConfig } from '../config/config.js'
import { InputError } from '../core/errors.js'
import { SAMPLE_RATE } from '../core/sample-rate.js'
import { silentLog } from '../core/silent-log.js'
import { type AudioInput, findSource } from '../transcriber/audio-input.js'

/** A recording is heard again and again until it is so long, and no longer. */
const SPEECH_SEC = 60

/**
 * A minute of speech.
 * @param audio a recording
 * @throws InputError when it cannot be read, or is shorter than a second
 */
export async function probeSpeech(audio: AudioInput, config: ASRConfig, signal: AbortSignal): Promise<Float32Array> {
  const { source } = await findSource(audio, config, { log: silentLog })
  const speech = new Float32Array(SPEECH_SEC * SAMPLE_RATE)
  let length = 0
  for await (const piece of source.read(signal)) {
    const taken = piece.subarray(0, speech.length - length)
    speech.set(taken, length)
    length += taken.length
    if (length === speech.length) break
  }
  signal.throwIfAborted()
  if (length < SAMPLE_RATE) {
    throw new InputError(`${source.name} has less than a second of audio`, { hint: 'give a recording of speech' })
  }
  for (let from = length; from < speech.length; from += length) {
    speech.set(speech.subarray(0, Math.min(length, speech.length - from)), from)
  }
  return speech
}
