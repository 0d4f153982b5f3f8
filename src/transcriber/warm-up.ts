import type { ASRConfig } from '../config/config.js'
import { UsageError } from '../core/errors.js'
import { SAMPLE_RATE } from '../core/sample-rate.js'
import type { ASRBase } from '../core/types.js'
import { recognizerOf } from '../online/recognizer.js'

/** Seconds of audio that a recognizer is given before the clock starts. */
const WARM_UP_SEC = 1
/** Loud enough that no recognizer takes it for silence, and skips it. */
const NOISE_PEAK = 0.05

/**
 * Makes a loaded recognizer ready: sets its task, and lets it recognize something once, so that what is broken shows before
 * the first audio, and the first update costs what later ones cost.
 *
 * Ref: whisper_online.py asr_factory and main, which warm up with the first second of the audio.
 *
 * @throws UsageError when the backend cannot do the task
 * @throws BackendError when the recognizer fails
 */
export async function prepareRecognizer(config: ASRConfig, asr: ASRBase): Promise<void> {
  if (config.task === 'translate') {
    if (!asr.setTranslateTask) throw new UsageError(`the backend "${config.backend}" cannot translate`)
    asr.setTranslateTask()
  }
  if (asr.check) await asr.check()
  else await recognizerOf(asr, { backend: config.backend }).transcribe(quietNoise(), { prompt: '' })
}

/** The same in every run. */
function quietNoise(): Float32Array {
  const audio = new Float32Array(WARM_UP_SEC * SAMPLE_RATE)
  let state = 1
  for (let at = 0; at < audio.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    audio[at] = NOISE_PEAK * (state / 2 ** 31 - 1)
  }
  return audio
}
