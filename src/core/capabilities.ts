/** What a backend says of itself before it is loaded; `types.ts` has it too. */

/** Whether a backend can be used on this machine; if not, why, and the command that installs what is missing. */
export type Availability =
  | {
      /** It can be used. */
      readonly available: true
    }
  | {
      /** It cannot be used. */
      readonly available: false
      /** Why not, in one line. */
      readonly reason: string
      /** The command that installs what is missing. */
      readonly install?: string
    }

/** What a backend can do, for listings. A model may be able to do less. */
export interface Capabilities {
  /** Where the times of words come from: the model, or only its segments; false: there are none. */
  readonly wordTimes: 'words' | 'segments' | false
  /** Whether it takes the text before the audio as a prompt. */
  readonly prompts: boolean
  /** Codes of the languages that it knows; "model": each model has its own. */
  readonly languages: readonly string[] | 'model'
  /** Whether it translates to English. */
  readonly translation: boolean
  /** Whether it brings a streaming algorithm of its own: a processor instead of a recognizer. */
  readonly streaming: boolean
  /**
   * Whether its models make up text, as those that write freely do (Whisper and other encoder-decoders): their words then
   * go through the hallucination filter. Absent: false, every word counts. `ASRBase.hallucinates` says it of one model.
   */
  readonly hallucinates?: boolean
  /** Whether it favors the terms of `keyterms` and `hotwords`. Absent: false, who gives such terms gets an error. */
  readonly keyTerms?: boolean
}
