import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ownValue } from '../core/own-value.js'

const EXAMPLES = fileURLToPath(new URL('../../examples/plugins/', import.meta.url))
/** Plugins that come with the program as examples. */
const PLUGINS: Readonly<Record<string, string>> = {
  'faster-whisper': 'faster-whisper/faster-whisper.ts',
  'mlx-whisper': 'mlx-whisper/mlx-whisper.ts',
  'whisper-cpp': 'whisper-cpp/whisper-cpp.ts',
  'sherpa-onnx': 'sherpa-onnx/sherpa-onnx.ts',
  loudness: 'loudness.mjs',
}
const BUILT_IN_WHISPER = 'leave --backend out: the default, onnx-whisper, runs Whisper and times its words'
/** Recognizers that there is no plugin for, and what does their work here. */
const REPLACED: Readonly<Record<string, string>> = {
  'whisper-timestamped': BUILT_IN_WHISPER,
  'openai-whisper': BUILT_IN_WHISPER,
  whisperx: BUILT_IN_WHISPER,
  openai: 'it is called openai-api here',
  huggingface: 'it is called transformers here',
}

/**
 * Where a backend is that is not registered: in a plugin among the examples, or under another name.
 * @returns what to do; undefined for a name that nobody knows
 */
export function backendElsewhere(name: string): string | undefined {
  const wanted = name.toLowerCase().replace(/[_.]/g, '-')
  const file = ownValue(PLUGINS, wanted)
  if (file !== undefined) {
    return `it comes as a plugin: --plugin ${shortest(`${EXAMPLES}${file}`)} --backend ${wanted}`
  }
  return ownValue(REPLACED, wanted)
}

/** A path from here where that is no longer than from the root. */
function shortest(path: string): string {
  const near = relative('', path)
  return near.startsWith('..') ? path : near
}
