import { SAMPLE_RATE } from '../core/sample-rate.js'
import type { PacedAudio, Pacer } from '../core/types.js'
import type { OpenedInput } from './pacing.js'

/**
 * The same input, whose audio is told as it is handed to recognition.
 * @param tell called with audio and its first sample, counted from the start of the stream; what was left out is skipped
 */
export function heardInput(input: OpenedInput, tell: (audio: Float32Array, beginSample: number) => void): OpenedInput {
  const { pacer, startAtSec } = input
  async function* updates(signal?: AbortSignal): AsyncGenerator<PacedAudio, void, undefined> {
    let at = 0
    for await (const paced of pacer.updates(signal)) {
      const { audio, resumeAtSec } = paced
      if (resumeAtSec !== undefined) at = Math.max(at, Math.round((resumeAtSec - startAtSec) * SAMPLE_RATE))
      tell(audio, at)
      at += audio.length
      yield paced
    }
  }
  const heard: Pacer = {
    updates,
    endTime: () => pacer.endTime(),
    ...(pacer.setStep && { setStep: (seconds: number) => pacer.setStep?.(seconds) }),
  }
  return { ...input, pacer: heard, close: () => input.close() }
}
