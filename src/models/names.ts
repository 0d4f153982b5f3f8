import { nearestName } from '../core/did-you-mean.js'
import { UsageError } from '../core/errors.js'
import { ownValue } from '../core/own-value.js'

/**
 * What names stand for: repositories of the Hugging Face Hub in the layout of transformers.js. Those called
 * "_timestamped" give cross attentions, from which the times of words come; there are none of large-v2 and large-v3.
 */
const REPOSITORIES: Readonly<Record<string, string>> = {
  tiny: 'onnx-community/whisper-tiny_timestamped',
  'base.en': 'onnx-community/whisper-base.en_timestamped',
  base: 'onnx-community/whisper-base_timestamped',
  'small.en': 'onnx-community/whisper-small.en_timestamped',
  small: 'onnx-community/whisper-small_timestamped',
  'medium.en': 'onnx-community/whisper-medium.en_timestamped',
  medium: 'onnx-community/whisper-medium_timestamped',
  'large-v2': 'Xenova/whisper-large-v2',
  'large-v3': 'onnx-community/whisper-large-v3-ONNX',
  'large-v3-turbo': 'onnx-community/whisper-large-v3-turbo_timestamped',
  'distil-small.en': 'onnx-community/distil-small.en_timestamped',
  'distil-medium.en': 'onnx-community/distil-medium.en_timestamped',
  'distil-large-v2': 'distil-whisper/distil-large-v2',
  'distil-large-v3': 'distil-whisper/distil-large-v3',
  'distil-large-v3.5': 'onnx-community/distil-large-v3.5-ONNX',
}

/** Other names. Ref: openai-whisper and faster-whisper. */
const ALIASES: Readonly<Record<string, string>> = { large: 'large-v3', turbo: 'large-v3-turbo' }

/** Names of models that are available from the Hub, besides any `owner/name`. */
export const MODEL_NAMES: readonly string[] = Object.keys(REPOSITORIES)

/** An id on the Hub: owner and name, neither beginning with a dot; "--" and ".." are in none. Ref: huggingface_hub. */
const HUB_ID = /^(?!.*(?:--|\.\.))\w[\w.-]*\/\w[\w.-]*$/

/**
 * The repository that a name stands for: "base.en", or an id of the Hub, "owner/name".
 *
 * @throws UsageError for a name that stands for nothing
 */
export function repositoryOf(name: string): string {
  const proper = ownValue(ALIASES, name) ?? name
  const repository = ownValue(REPOSITORIES, proper)
  if (repository !== undefined) return repository
  if (HUB_ID.test(name)) return name
  const known = ['tiny.en', ...MODEL_NAMES]
  throw new UsageError(`there is no model "${name}"`, {
    hint: hintFor(name, known),
    code: 'ASR_MODEL_UNKNOWN',
    details: { model: name, availableModels: known },
  })
}

function hintFor(name: string, known: readonly string[]): string {
  if (/^[.~]|^\/|\\|^[a-z]:|\/.*\//i.test(name)) return `a folder is given with --model-dir ${name}`
  const nearest = nearestName(name, known)
  if (nearest !== undefined) return `did you mean "${nearest}"?`
  return `there are: ${known.join(', ')}; any other is named owner/name as on the Hugging Face Hub, or given with --model-dir`
}

/** The name of a repository where it has one. */
export function nameOf(repository: string): string | undefined {
  return MODEL_NAMES.find((name) => REPOSITORIES[name] === repository)
}
