import type { LoadedModel } from '../../src/backends/contract.js'
import type { ASRBase, TranscribeOptions, Word } from '../../src/core/types.js'
import { checkBackend } from '../../src/testing/index.js'
import { GoodRecognizer, METADATA, type Result } from './made-up.js'

export type Options = TranscribeOptions
export type Made = new () => object

/** Short, so that what never ends is found out soon; nothing else comes near. */
export const SOON = { withinSec: 5, abortWithinSec: 1 }

/** Changes the words of a good result. */
export const words = (change: (words: Word[], audio: Float32Array) => Word[]): Made =>
  class extends GoodRecognizer {
    override result(audio: Float32Array): Result {
      const { words, ends } = super.result(audio)
      return { words: change(words, audio), ends }
    }
  }

/** Changes the ends of a good result. */
export const ends = (change: (ends: number[], audio: Float32Array) => number[]): Made =>
  class extends GoodRecognizer {
    override result(audio: Float32Array): Result {
      const { words, ends } = super.result(audio)
      return { words, ends: change(ends, audio) }
    }
  }

/** Does something else instead of recognizing, or before it. */
export const transcribe = (
  change: (good: () => Promise<Result>, audio: Float32Array, options: Options, asr: GoodRecognizer) => Promise<unknown>,
): Made =>
  class extends GoodRecognizer {
    override transcribe(audio: Float32Array, options: Options): Promise<Result> {
      return change(() => super.transcribe(audio, options), audio, options, this) as Promise<Result>
    }
  }

export const fails = (when: (audio: Float32Array, options: Options) => boolean): Made =>
  transcribe(async (good, audio, options) => {
    if (when(audio, options)) throw new Error('cannot hear that')
    return good()
  })

export const has = (members: object): Made =>
  class {
    constructor() {
      Object.assign(this, new GoodRecognizer(), members)
      Object.setPrototypeOf(this, GoodRecognizer.prototype)
    }
  }

export const isSilent = (audio: Float32Array) => audio.every((sample) => sample === 0)

/** What is wrong, the rules that it breaks, and what the message has to say. */
export type Fault = readonly [fault: string, rules: readonly string[], message: RegExp, Made: Made]

/** Has a recognizer with a fault checked; the ids of the rules that it breaks, and the message of the first. */
export async function breaches(Made: Made): Promise<readonly [rules: readonly string[], message: string]> {
  const load = async (): Promise<LoadedModel> => ({ asr: new Made() as ASRBase, metadata: METADATA })
  const broken = (await checkBackend(load, SOON)).filter(({ verdict }) => verdict === 'broken')
  return [broken.map(({ rule }) => rule.id), broken[0]?.message ?? '']
}
