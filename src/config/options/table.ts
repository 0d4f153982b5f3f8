import type { z } from 'zod'
import { INPUT_OPTIONS } from './input.js'
import { MODEL_OPTIONS } from './models.js'
import { OUTPUT_OPTIONS } from './output.js'
import { DIAGNOSTIC_OPTIONS, SERVER_OPTIONS } from './program.js'
import { RECOGNITION_OPTIONS } from './recognition.js'
import { STREAMING_OPTIONS, VOICE_OPTIONS } from './streaming.js'

/**
 * Every option by its key. The command line, help, completion, configuration files, variables, the JSON Schema and the
 * tables of the documentation are made from it.
 */
export const OPTIONS = {
  ...SERVER_OPTIONS,
  ...INPUT_OPTIONS,
  ...RECOGNITION_OPTIONS,
  ...STREAMING_OPTIONS,
  ...VOICE_OPTIONS,
  ...OUTPUT_OPTIONS,
  ...MODEL_OPTIONS,
  ...DIAGNOSTIC_OPTIONS,
} as const

type Options = typeof OPTIONS
/** Keys of options. */
export type OptionKey = keyof Options
type ProgramKey = { [Key in OptionKey]: Options[Key] extends { isOfProgram: true } ? Key : never }[OptionKey]
/** Keys of the configuration of a transcription. */
export type ConfigKey = Exclude<OptionKey, ProgramKey>

/** The configuration of a transcription, complete and checked. Times are seconds. */
export type ASRConfig = { readonly [Key in keyof Options as Key extends ConfigKey ? Key : never]: Value<Key> }

/** What the program has besides the configuration of a transcription; absent: not given. */
export type ProgramSettings = { readonly [Key in keyof Options as Key extends ProgramKey ? Key : never]?: Value<Key> }

type Value<Key extends OptionKey> = z.infer<ReturnType<Options[Key]['type']>>
