import type { LoadedModel } from '../backends/contract.js'
import { SAMPLE_RATE } from '../core/sample-rate.js'
import type { ASRBase, PrefixASR, PrefixOptions, TranscribeOptions, Word } from '../core/types.js'

/** One call of a recognizer, and what it gave. Times are seconds of the stream. */
export interface RecognizerCall {
  /** Where the audio of the call starts; null where the caller did not say it. */
  readonly fromSec: number | null
  readonly audioSec: number
  readonly prompt: string
  readonly words: readonly Word[]
  readonly segmentEnds: readonly number[]
  /** How AlignAtt's decoding ended; null with LocalAgreement. */
  readonly ended: string | null
}

/**
 * The same model, whose recognizers tell of each call. A backend that is a whole processor is left as it is.
 * @param tap called after each recognition that gave a result
 */
export function tappedModel(model: LoadedModel, tap: (call: RecognizerCall) => void): LoadedModel {
  return model.asr ? { ...model, asr: tappedRecognizer(model.asr, tap) } : model
}

function tappedRecognizer(asr: ASRBase, tap: (call: RecognizerCall) => void): ASRBase {
  const told = (
    audio: Float32Array,
    options: TranscribeOptions,
    found: Pick<RecognizerCall, 'words' | 'segmentEnds'>,
    ended: string | null,
  ) => {
    // What is no result is judged where results come in.
    if (!Array.isArray(found.words) || !Array.isArray(found.segmentEnds)) return
    const fromSec = options.positionSamples === undefined ? null : options.positionSamples / SAMPLE_RATE
    const words = found.words.map(({ begin, end, text, probability }) => ({
      begin: begin + (fromSec ?? 0),
      end: end + (fromSec ?? 0),
      text,
      ...(probability === undefined ? {} : { probability }),
    }))
    const segmentEnds = found.segmentEnds.map((end) => end + (fromSec ?? 0))
    tap({ fromSec, audioSec: audio.length / SAMPLE_RATE, prompt: options.prompt, words, segmentEnds, ended })
  }
  const own: Readonly<Record<string, unknown>> = {
    async transcribe(audio: Float32Array, options: TranscribeOptions) {
      const result = await asr.transcribe(audio, options)
      told(audio, options, { words: asr.tsWords(result), segmentEnds: asr.segmentsEndTs(result) }, null)
      return result
    },
    async transcribeFrom(audio: Float32Array, options: PrefixOptions) {
      const result = await (asr as PrefixASR).transcribeFrom(audio, options)
      told(audio, options, { words: result.words, segmentEnds: [] }, result.ended)
      return result
    },
    session: async () => tappedRecognizer((await asr.session?.()) ?? asr, tap),
  }
  return new Proxy(asr, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      return (typeof key === 'string' ? own[key] : undefined) ?? value.bind(target)
    },
  })
}
