import type { Texts } from './texts.js'

/** Which model, from where, and how it runs. */
export interface PipelineSource {
  /** File of @huggingface/transformers. */
  readonly library: string
  /** Id on the Hub, or the folder where `isLocal`. */
  readonly model: string
  readonly isLocal: boolean
  /** Whether nothing may be downloaded. */
  readonly offline: boolean
  /** Folder in which downloaded files are kept. */
  readonly cacheDir: string
  /** Address of the Hub. */
  readonly host: string
  readonly revision: string
  readonly dtype: string
  readonly device: string
  /** Threads of one run; 0 leaves the choice to ONNX Runtime. */
  readonly threads: number
}

/** How a model is asked: "whisper", "ctc" (letters frame by frame), or "text" (text without times). */
export type Family = 'whisper' | 'ctc' | 'text'

/** What a loaded model is and can do. */
export interface PipelineFacts {
  /** As "wav2vec2". */
  readonly modelType: string
  readonly family: Family
  /** Whether it gives times of words. */
  readonly hasWordTimes: boolean
  /** Codes of the languages it can be told; empty: it cannot. */
  readonly languages: readonly string[]
}

/** What is to be recognized. */
export interface Speech {
  /** Mono, 16 kHz. */
  readonly audio: Float32Array
  /** Language code; null: detected by those that can. */
  readonly language: string | null
  readonly task: 'transcribe' | 'translate'
}

/** A language that was detected. */
export interface PipelineLanguage {
  readonly code: string
  readonly probability: number
}

/** What was recognized. */
export interface RecognizedTexts extends Texts {
  /** Absent: none was detected. */
  readonly language?: PipelineLanguage
}

/** What the main thread asks of the worker. Every request is answered once, in order. */
export type PipelineRequest =
  | { readonly kind: 'load'; readonly source: PipelineSource }
  | {
      readonly kind: 'recognize'
      readonly speech: Speech
      /** One element in shared memory; not 0 once the caller has given up. */
      readonly aborted: Int32Array
    }
  | { readonly kind: 'end' }

/** A request on its way, with the number that its answer carries. */
export interface PipelineCall {
  readonly id: number
  readonly request: PipelineRequest
}

/** What the worker says: how loading gets on, or the answer to a call. */
export type PipelineMessage =
  | { readonly progress: string }
  | { readonly id: number; readonly value: unknown }
  /** `isForeseen`: an error of this program, not one of the library or of the engine. */
  | { readonly id: number; readonly failure: string; readonly isForeseen: boolean }
