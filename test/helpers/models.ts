import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Files } from './hub.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** The folder of a small multilingual Whisper with random weights, in the layout of transformers.js, fp32. */
export const TINY_MULTILINGUAL = join(ROOT, 'test', 'fixtures-models', 'tiny-multilingual')
/** A decoder for it that gives no cross attentions. */
export const PLAIN_DECODER = join(
  ROOT,
  'test',
  'fixtures-models',
  'tiny-multilingual-plain',
  'onnx',
  'decoder_model_merged.onnx',
)
/** The embedded tiny.en. */
export const EMBEDDED = join(ROOT, 'models', 'whisper-tiny.en')

/** All files of a folder by their path with slashes. */
export function filesIn(folder: string): Files {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(paths.map((path) => [relativeTo(folder, path), readFileSync(path)]))
}

/** The small model as a repository with graphs of some precisions; all hold the same weights. */
export function tinyMultilingual(suffixes: readonly string[] = ['_quantized']): Files {
  const files = filesIn(TINY_MULTILINGUAL)
  return Object.fromEntries(
    Object.entries(files).flatMap(([path, data]) =>
      path.endsWith('.onnx')
        ? suffixes.map((suffix) => [path.replace('.onnx', `${suffix}.onnx`), data] as const)
        : [[path, data] as const],
    ),
  )
}

function relativeTo(folder: string, path: string): string {
  return path
    .slice(folder.length + 1)
    .split(/[\\/]/)
    .join(posix.sep)
}
