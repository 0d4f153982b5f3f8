import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ModelError, messageOf } from '../../../core/errors.js'
import { sha256Of } from '../../../models/checksums.js'
import { chooseFiles, graphPaths, type Precision } from '../../../models/files.js'
import { isInnerPath } from '../../../models/foreign.js'
import { EMBEDDED_MODEL_NAME, findLocalModel } from '../../../models/local.js'
import { filesOf, isThere } from '../../../models/store.js'
import type { WhisperModelConfig } from './model.js'

/** Name of the file that describes a folder of the exporter. */
export const MANIFEST_NAME = 'asr-stream.json'

/** The count of the exporter that comes with this program: `EXPORTER` in tools/whisper_export/folder.py. */
const EXPORTER = 3

/** What is in a model folder. */
export interface ModelFolder {
  readonly folder: string
  /** `fast`: written by the exporter. `transformers`: as on the Hugging Face Hub for transformers.js. */
  readonly layout: 'fast' | 'transformers'
  readonly config: WhisperModelConfig
  /** Paths in the folder. */
  readonly graphs: { readonly encoder: string; readonly decoder: string }
  /** Whether the exporter of this program makes a better model of the same checkpoint. */
  readonly outdated: boolean
}

const tokens = z.array(z.int().nonnegative())
const heads = z.array(z.tuple([z.int().nonnegative(), z.int().nonnegative()]))

const LOG_ODDS = 'is a number of no more than 10'
const confidenceMap = z.strictObject({
  scale: z.number().gt(0, 'is above 0: what is likelier must stay likelier').max(10, LOG_ODDS),
  offset: z.number().min(-10, LOG_ODDS).max(10, LOG_ODDS),
})

const manifestSchema = z.object({
  format: z.literal('asr-stream-whisper'),
  version: z.literal(2, { error: 'made for another version of this program; convert the checkpoint again' }),
  /** Absent in folders of the first exporter. */
  exporter: z.int().positive().default(1),
  precision: z.string().optional(),
  name: z.string(),
  multilingual: z.boolean(),
  dims: z.object({
    mels: z.int().positive(),
    audioContext: z.int().positive(),
    audioState: z.int().positive(),
    textContext: z.int().positive(),
    textLayers: z.int().positive(),
    textHeads: z.int().positive(),
    textState: z.int().positive(),
    vocabulary: z.int().positive(),
  }),
  alignmentHeads: heads,
  suppressTokens: tokens,
  beginSuppressTokens: tokens,
  confidence: confidenceMap.optional(),
  files: z.record(z.string().refine(isInnerPath), z.object({ bytes: z.int(), sha256: z.string() })),
})

const huggingFaceConfigSchema = z.object({
  model_type: z.literal('whisper'),
  num_mel_bins: z.int(),
  max_source_positions: z.int(),
  max_target_positions: z.int(),
  decoder_layers: z.int(),
  decoder_attention_heads: z.int(),
  d_model: z.int(),
  vocab_size: z.int(),
  _name_or_path: z.string().optional(),
  suppress_tokens: tokens.nullish(),
  begin_suppress_tokens: tokens.nullish(),
})

const generationConfigSchema = z.object({
  is_multilingual: z.boolean().optional(),
  alignment_heads: heads.nullish(),
  suppress_tokens: tokens.nullish(),
  begin_suppress_tokens: tokens.nullish(),
})

/**
 * Reads what a model folder says of itself and checks its files, before any audio is touched: sizes and checksums where
 * the folder names them.
 *
 * @param precision of the weights, or what comes nearest, where the folder leaves a choice
 * @throws ModelError when the folder, or a file of it, is missing, damaged or of another kind
 */
export async function inspectModelFolder(folder: string, precision: Precision = 'q8'): Promise<ModelFolder> {
  if (!(await isThere(folder))) {
    throw new ModelError(`model folder ${folder}: there is no such folder`, {
      hint: 'give a folder with a converted model, or leave out --model-dir for the included tiny.en',
    })
  }
  if (await isThere(join(folder, MANIFEST_NAME))) return inspectFastFolder(folder)
  if (await isThere(join(folder, 'config.json'))) return inspectTransformersFolder(folder, precision)
  throw new ModelError(`model folder ${folder}: neither ${MANIFEST_NAME} nor config.json is in it`, {
    hint: 'convert a Whisper checkpoint with tools/export_whisper.py, or give a folder in the layout of transformers.js',
  })
}

async function inspectFastFolder(folder: string): Promise<ModelFolder> {
  const { files, exporter, precision, ...config } = await readJson(folder, MANIFEST_NAME, manifestSchema)
  for (const [name, expected] of Object.entries(files)) await verifyFile(folder, name, expected)
  const graphs = { encoder: 'encoder.onnx', decoder: 'decoder.onnx' }
  return { folder, layout: 'fast', config, graphs, outdated: precision !== 'fp32' && exporter < EXPORTER }
}

async function inspectTransformersFolder(folder: string, precision: Precision): Promise<ModelFolder> {
  const config = await readJson(folder, 'config.json', huggingFaceConfigSchema)
  const generation = await readJson(folder, 'generation_config.json', generationConfigSchema)
  await requireFile(folder, 'tokenizer.json')
  const dims = {
    mels: config.num_mel_bins,
    audioContext: config.max_source_positions,
    audioState: config.d_model,
    textContext: config.max_target_positions,
    textLayers: config.decoder_layers,
    textHeads: config.decoder_attention_heads,
    textState: config.d_model,
    vocabulary: config.vocab_size,
  }
  return {
    folder,
    layout: 'transformers',
    outdated: false,
    graphs: await transformersGraphs(folder, precision),
    config: {
      name: config._name_or_path ?? 'whisper',
      multilingual: generation.is_multilingual ?? config.vocab_size > ENGLISH_VOCABULARY,
      dims,
      alignmentHeads: validHeads(generation.alignment_heads ?? [], dims),
      suppressTokens: generation.suppress_tokens ?? config.suppress_tokens ?? [],
      beginSuppressTokens: generation.begin_suppress_tokens ?? config.begin_suppress_tokens ?? [],
    },
  }
}

async function transformersGraphs(folder: string, wanted: Precision): Promise<ModelFolder['graphs']> {
  const paths = await filesOf(folder)
  const precision = chooseFiles(paths, wanted)?.precision
  const graphs = precision ? graphPaths(paths, precision) : null
  if (graphs !== null) return { encoder: graphs[0], decoder: graphs[1] }
  throw new ModelError(`model folder ${folder}: onnx/encoder_model.onnx or onnx/decoder_model_merged.onnx is missing`, {
    hint: 'download the model again; onnx/ must contain the encoder and the merged decoder',
  })
}

/** Tokens of the English-only models; multilingual ones have more. */
const ENGLISH_VOCABULARY = 51_864

/**
 * Distilled models carry the alignment heads of their teacher, of layers that they do not have, or none: then all heads of
 * the upper half follow the audio. Ref: openai-whisper model.py.
 */
function validHeads(
  all: readonly (readonly [number, number])[],
  dims: { readonly textLayers: number; readonly textHeads: number },
): readonly (readonly [number, number])[] {
  const valid = all.filter(([layer, head]) => layer < dims.textLayers && head < dims.textHeads)
  if (valid.length > 0) return valid
  const layers = Array.from({ length: dims.textLayers }, (_, layer) => layer).slice(dims.textLayers >> 1)
  return layers.flatMap((layer) => Array.from({ length: dims.textHeads }, (_, head) => [layer, head] as const))
}

async function readJson<T>(folder: string, name: string, schema: z.ZodType<T>): Promise<T> {
  await requireFile(folder, name)
  let parsed: unknown
  try {
    parsed = JSON.parse(await readFile(join(folder, name), 'utf8'))
  } catch (cause) {
    throw damaged(folder, name, messageOf(cause), cause)
  }
  const result = schema.safeParse(parsed)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw damaged(folder, name, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as expected'}`, result.error)
}

async function verifyFile(folder: string, name: string, expected: { bytes: number; sha256: string }): Promise<void> {
  await requireFile(folder, name)
  const { size } = await stat(join(folder, name))
  if (size !== expected.bytes) throw damaged(folder, name, `${size} bytes instead of ${expected.bytes}`)
  if ((await sha256Of(join(folder, name))) !== expected.sha256) {
    throw damaged(folder, name, 'its SHA-256 is not the one that was recorded')
  }
}

async function requireFile(folder: string, name: string): Promise<void> {
  if (await isThere(join(folder, name))) return
  throw new ModelError(`model folder ${folder}: ${name} is missing`, { hint: 'download or convert the model again' })
}

function damaged(folder: string, name: string, what: string, cause?: unknown): ModelError {
  return new ModelError(`model folder ${folder}: ${name} is damaged: ${what}`, {
    hint: 'download or convert the model again',
    cause,
  })
}

/**
 * Where the files of a model are.
 *
 * @param name as "tiny.en"; null for the embedded model
 * @param cacheDir folder in which models lie by name
 * @param modelDir folder of the model itself; wins over the others
 * @throws ModelError when nothing of that name is here
 */
export async function findModelFolder(
  name: string | null,
  cacheDir: string | null,
  modelDir: string | null,
): Promise<string> {
  if (modelDir !== null) return modelDir
  const wanted = name ?? EMBEDDED_MODEL_NAME
  const folder = await findLocalModel(wanted, cacheDir)
  if (folder !== null) return folder
  throw new ModelError(`model "${wanted}" is not on this machine; only ${EMBEDDED_MODEL_NAME} comes with the program`, {
    hint: 'convert it with tools/export_whisper.py and give its folder with --model-dir',
  })
}
