import { join } from 'node:path'
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import type {
  DecoderCache,
  DecoderOutput,
  EarlierWindow,
  EncodedAudio,
  WhisperModel,
  WhisperModelConfig,
} from './model.js'
import { disposeAll, floats, integers, openSession, tokenTensor } from './sessions.js'

/** Loads the graphs of a folder that the exporter wrote (`docs/model-export.md`). */
export async function loadFastModel(
  folder: string,
  config: WhisperModelConfig,
  threads: number,
): Promise<WhisperModel> {
  const encoder = await openSession(join(folder, 'encoder.onnx'), threads)
  const decoder = await openSession(join(folder, 'decoder.onnx'), threads)
  return new FastModel(config, encoder, decoder)
}

/** Frames before and behind a stretch that its convolutions look at, in whole positions. */
const EDGE_FRAMES = 4

class FastModel implements WhisperModel {
  readonly dynamicWindow = true
  readonly checksDrafts = true
  readonly encodesParts = true
  readonly config: WhisperModelConfig
  readonly #encoder: InferenceSession
  readonly #nothing: InferenceSession.OnnxValueMapType
  readonly #decoder: InferenceSession
  /** All outputs but the rows of logits, which are large. */
  readonly #wanted: readonly string[]

  constructor(config: WhisperModelConfig, encoder: InferenceSession, decoder: InferenceSession) {
    this.config = config
    this.#encoder = encoder
    this.#nothing = emptyPast(encoder, config)
    this.#decoder = decoder
    this.#wanted = decoder.outputNames.filter((name) => name !== 'text_logits')
  }

  async encode(features: Float32Array, frames: number, earlier?: EarlierWindow): Promise<EncodedAudio> {
    const { mels } = this.config.dims
    const positions = frames / 2
    const { from, to } = earlier ?? { from: 0, to: positions }
    // The convolutions look at two frames before and behind a position.
    const first = Math.max(0, 2 * from - EDGE_FRAMES)
    const end = Math.min(frames, 2 * to + EDGE_FRAMES)
    const own = {
      input_features: new Tensor('float32', columns(features, mels, frames, first, end), [1, mels, end - first]),
      skip: integer(from - first / 2),
      first: integer(from),
      count: integer(to - from),
    }
    const past = earlier ? (earlier.audio as EncodedWindow).past() : this.#nothing
    const outputs = await this.#encoder.run({ ...own, ...past })
    disposeAll(Object.values(own))
    return new EncodedWindow(positions, outputs)
  }

  createCache(): DecoderCache {
    return new RowCache(this.config)
  }

  async decode(
    tokens: readonly number[],
    scoresStart: number,
    cache: RowCache,
    audio: EncodedWindow,
    wantsText = false,
  ): Promise<DecoderOutput> {
    const own = {
      input_ids: tokenTensor(tokens),
      logits_start: integer(scoresStart),
      ...cache.tensors(),
    }
    const outputs = await this.#decoder.run(
      { ...own, ...audio.cross() },
      wantsText ? this.#decoder.outputNames : this.#wanted,
    )
    cache.append(tokens.length, outputs)
    disposeAll(Object.values(own))
    const scores = {
      rows: tokens.length - scoresStart,
      best: integers(outputs, 'best'),
      bestLogits: floats(outputs, 'best_logits'),
      textLogSums: floats(outputs, 'text_log_sum'),
      tail: floats(outputs, 'tail_logits'),
      ...(wantsText ? { text: floats(outputs, 'text_logits') } : {}),
    }
    return { scores, alignment: floats(outputs, 'alignment') }
  }

  async close(): Promise<void> {
    await this.#encoder.release()
    await this.#decoder.release()
  }
}

/** What the encoder gave for a window: its own keys and values, and those that the decoder's cross-attention needs. */
class EncodedWindow implements EncodedAudio {
  readonly positions: number
  readonly #outputs: InferenceSession.OnnxValueMapType

  constructor(positions: number, outputs: InferenceSession.OnnxValueMapType) {
    this.positions = positions
    this.#outputs = outputs
  }

  /** Inputs of the decoder. */
  cross(): InferenceSession.OnnxValueMapType {
    return Object.fromEntries(Object.entries(this.#outputs).filter(([name]) => name.startsWith('cross_')))
  }

  /** Inputs of the encoder that take over positions of this window. */
  past(): InferenceSession.OnnxValueMapType {
    const kept = Object.entries(this.#outputs).filter(([name]) => /^(cross_)?(key|value)\./.test(name))
    return Object.fromEntries(kept.map(([name, tensor]) => [`past_${name}`, tensor]))
  }

  dispose(): void {
    disposeAll(Object.values(this.#outputs))
  }
}

/** Inputs of the encoder that take over nothing. */
function emptyPast({ inputNames }: InferenceSession, { dims }: WhisperModelConfig): InferenceSession.OnnxValueMapType {
  const width = dims.textState / dims.textHeads
  const shapeOf = (name: string) => {
    if (name.startsWith('past_cross_key.')) return [1, dims.textHeads, width, 0]
    return name.startsWith('past_cross_value.') ? [1, dims.textHeads, 0, width] : [1, 0, dims.audioState]
  }
  const past = inputNames.filter((name) => name.startsWith('past_'))
  return Object.fromEntries(past.map((name) => [name, new Tensor('float32', new Float32Array(0), shapeOf(name))]))
}

/** Columns `from` to before `to` of `[rows, width]`. */
function columns(matrix: Float32Array, rows: number, width: number, from: number, to: number): Float32Array {
  if (from === 0 && to === width) return matrix
  const part = new Float32Array(rows * (to - from))
  for (let row = 0; row < rows; row++) {
    part.set(matrix.subarray(row * width + from, row * width + to), row * (to - from))
  }
  return part
}

function integer(value: number): Tensor {
  return new Tensor('int64', BigInt64Array.of(BigInt(value)), [1])
}

/**
 * Self-attention keys and values, a row a token, in buffers of full length: the graph gets views and gives only the
 * new rows, so that adding copies only those and forgetting copies nothing.
 */
class RowCache implements DecoderCache {
  length = 0
  readonly #width: number
  readonly #capacity: number
  readonly #layers: readonly { readonly key: Float32Array; readonly value: Float32Array }[]

  constructor({ dims }: WhisperModelConfig) {
    this.#width = dims.textState
    this.#capacity = dims.textContext
    const rows = () => new Float32Array(this.#capacity * this.#width)
    this.#layers = Array.from({ length: dims.textLayers }, () => ({ key: rows(), value: rows() }))
  }

  tensors(): Record<string, Tensor> {
    const view = (rows: Float32Array) =>
      new Tensor('float32', rows.subarray(0, this.length * this.#width), [1, this.length, this.#width])
    const tensors: Record<string, Tensor> = {}
    for (const [layer, { key, value }] of this.#layers.entries()) {
      tensors[`past_key.${layer}`] = view(key)
      tensors[`past_value.${layer}`] = view(value)
    }
    return tensors
  }

  append(count: number, outputs: InferenceSession.OnnxValueMapType): void {
    for (const [layer, { key, value }] of this.#layers.entries()) {
      key.set(floats(outputs, `new_key.${layer}`), this.length * this.#width)
      value.set(floats(outputs, `new_value.${layer}`), this.length * this.#width)
    }
    this.length += count
  }

  truncate(length: number): void {
    this.length = Math.min(this.length, length)
  }

  copyFrom(other: RowCache): void {
    for (const [layer, { key, value }] of this.#layers.entries()) {
      key.set(other.#layers[layer]!.key.subarray(0, other.length * this.#width))
      value.set(other.#layers[layer]!.value.subarray(0, other.length * this.#width))
    }
    this.length = other.length
  }

  dispose(): void {
    this.length = 0
  }
}
