import { join } from 'node:path'
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import type { DecoderCache, DecoderOutput, EncodedAudio, WhisperModel, WhisperModelConfig } from './model.js'
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

class FastModel implements WhisperModel {
  readonly dynamicWindow = true
  readonly checksDrafts = true
  readonly config: WhisperModelConfig
  readonly #encoder: InferenceSession
  readonly #decoder: InferenceSession
  /** All outputs but the rows of logits, which are large. */
  readonly #wanted: readonly string[]

  constructor(config: WhisperModelConfig, encoder: InferenceSession, decoder: InferenceSession) {
    this.config = config
    this.#encoder = encoder
    this.#decoder = decoder
    this.#wanted = decoder.outputNames.filter((name) => name !== 'text_logits')
  }

  async encode(features: Float32Array, frames: number): Promise<EncodedAudio> {
    const input = new Tensor('float32', features, [1, this.config.dims.mels, frames])
    const cross = await this.#encoder.run({ input_features: input })
    input.dispose()
    return new CrossAttention(frames / 2, cross)
  }

  createCache(): DecoderCache {
    return new RowCache(this.config)
  }

  async decode(
    tokens: readonly number[],
    scoresStart: number,
    cache: RowCache,
    audio: CrossAttention,
    wantsText = false,
  ): Promise<DecoderOutput> {
    const own = {
      input_ids: tokenTensor(tokens),
      logits_start: new Tensor('int64', BigInt64Array.of(BigInt(scoresStart)), [1]),
      ...cache.tensors(),
    }
    const outputs = await this.#decoder.run(
      { ...own, ...audio.tensors },
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

/** Cross-attention keys and values of every decoder layer, computed once a window. */
class CrossAttention implements EncodedAudio {
  readonly positions: number
  readonly tensors: InferenceSession.OnnxValueMapType

  constructor(positions: number, tensors: InferenceSession.OnnxValueMapType) {
    this.positions = positions
    this.tensors = tensors
  }

  dispose(): void {
    disposeAll(Object.values(this.tensors))
  }
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
