import type { ASRConfig } from '../config/config.js'

/** How exact the weights are. */
export type Precision = ASRConfig['precision']

/** How a model is laid out: `fast` by this program's exporter, `transformers` as transformers.js wants it. */
export type Layout = 'fast' | 'transformers'

/** Which files of a folder or repository make a model. */
export interface ModelFiles {
  readonly layout: Layout
  /** Relative, with slashes. */
  readonly paths: readonly string[]
  /** The one that is there; null for the fast layout, which has one only. */
  readonly precision: Precision | null
}

/** Endings of file names, the usual one first. Ref: transformers.js, which calls 8 bits "quantized". */
const SUFFIXES: Readonly<Record<Precision, readonly [string, ...string[]]>> = {
  fp32: [''],
  fp16: ['_fp16'],
  q8: ['_quantized', '_int8', '_uint8'],
  q4: ['_q4'],
}
/** What comes nearest where a precision is not there. */
const NEXT_BEST: Readonly<Record<Precision, readonly Precision[]>> = {
  fp32: ['fp32', 'fp16', 'q8', 'q4'],
  fp16: ['fp16', 'fp32', 'q8', 'q4'],
  q8: ['q8', 'fp32', 'q4', 'fp16'],
  q4: ['q4', 'q8', 'fp32', 'fp16'],
}
const FAST_FILES = ['asr-stream.json', 'encoder.onnx', 'decoder.onnx', 'tokenizer.json'] as const
const DESCRIPTIONS = ['config.json', 'generation_config.json', 'tokenizer.json'] as const

/** Encoder and merged decoder in the layout of transformers.js; null where a precision is not there. */
export function graphPaths(all: readonly string[], precision: Precision): readonly [string, string] | null {
  const pairs = SUFFIXES[precision].map(pathsWith)
  return pairs.find((pair) => pair.every((path) => all.includes(path))) ?? null
}

/**
 * Chooses the files of a model among all that there are; null when they make none.
 * @param wanted the precision, or what comes nearest to it
 */
export function chooseFiles(all: readonly string[], wanted: Precision): ModelFiles | null {
  if (FAST_FILES.every((path) => all.includes(path))) return { layout: 'fast', paths: FAST_FILES, precision: null }
  const precision = NEXT_BEST[wanted].find((one) => graphPaths(all, one) !== null)
  if (precision === undefined || DESCRIPTIONS.some((path) => !all.includes(path))) return null
  const graphs = graphPaths(all, precision) ?? []
  // Weights beyond 2 GB lie beside their graph.
  const weights = all.filter((path) => graphs.some((graph) => isWeightsOf(graph, path)))
  return { layout: 'transformers', paths: [...DESCRIPTIONS, ...graphs, ...weights], precision }
}

/** "x.onnx_data", "x.onnx_data_1": of a graph "x.onnx". */
function isWeightsOf(graph: string, path: string): boolean {
  return path.startsWith(`${graph}_data`) && /^(_\d+)?$/.test(path.slice(`${graph}_data`.length))
}

/** The precisions that are there; none for the fast layout. */
export function precisionsOf(all: readonly string[]): readonly Precision[] {
  if (FAST_FILES.every((path) => all.includes(path))) return []
  return NEXT_BEST.fp32.filter((precision) => graphPaths(all, precision) !== null)
}

/** The files that a model of this precision wants and that are not there. */
export function missingFiles(all: readonly string[], precision: Precision): readonly string[] {
  const wanted = all.includes(FAST_FILES[0]) ? FAST_FILES : [...DESCRIPTIONS, ...pathsWith(SUFFIXES[precision][0])]
  return wanted.filter((path) => !all.includes(path))
}

function pathsWith(suffix: string): readonly [string, string] {
  return [`onnx/encoder_model${suffix}.onnx`, `onnx/decoder_model_merged${suffix}.onnx`]
}
