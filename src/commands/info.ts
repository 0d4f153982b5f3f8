import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { ASR_DEFAULTS } from '../config/option-table.js'
import { EMBEDDED_MODEL_FOLDER } from '../models/local.js'
import { hubSettings } from '../models/settings.js'
import { megabytes } from '../models/sizes.js'
import { standardOutput } from '../output/writers/line-writer.js'
import { programVersion } from './info-options.js'

/** `asr-stream info`: what belongs in a bug report. Loads no model. */
export async function info(json: boolean): Promise<void> {
  const { cacheDir } = hubSettings({ modelCacheDir: null, offlineModels: false, revision: null })
  const facts = {
    'asr-stream': programVersion(),
    'Node.js': process.version.slice(1),
    'ONNX Runtime': packageVersion('onnxruntime-node'),
    'transformers.js': packageVersion('@huggingface/transformers'),
    platform: `${process.platform} ${process.arch}`,
    processor: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`,
    memory: megabytes(totalmem()),
    model: `${ASR_DEFAULTS.model} (${EMBEDDED_MODEL_FOLDER})`,
    'other models': cacheDir,
  }
  const writer = standardOutput()
  if (json) return writer.write(JSON.stringify(facts, null, 2))
  for (const [name, value] of Object.entries(facts)) await writer.write(`${name}: ${value ?? 'not installed'}`)
}

/** Null where it is not installed. */
function packageVersion(name: string): string | null {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? []
  const file = folders.map((folder) => join(folder, name, 'package.json')).find((path) => existsSync(path))
  return file === undefined ? null : (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version
}
